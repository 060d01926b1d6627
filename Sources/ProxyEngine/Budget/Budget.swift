/// What an engine holds, as its part of what the process may hold.
struct Budget {
  let process: ProcessBudget
  /// The sum of all accounts.
  private(set) var charged = 0
  /// What the process was told.
  private var told = 0
  private var portion = 0
  /// The last round that was answered.
  private var answered = 0

  init(_ process: ProcessBudget) {
    self.process = process
    answered = process.currentRound
  }

  mutating func adopt(_ limits: borrowing ProxyLimits) {
    process.adopt(limits)
    portion = process.portion
  }

  /// What one connection may hold.
  @inline(__always)
  var level: Int { process.level }

  @inline(__always)
  mutating func charge(_ bytes: Int) { charged &+= bytes }

  /// The process is told what is held, if that has changed by much; whether little is left.
  @inline(__always)
  mutating func settle(calls: Int) -> Bool {
    let change = charged &+ calls &* Exchange.cost &- told
    return abs(change) > portion && tell(change)
  }

  /// The process is told what is held; whether little is left.
  mutating func tell(calls: Int) -> Bool { tell(charged + calls * Exchange.cost - told) }

  private mutating func tell(_ change: Int) -> Bool {
    told += change
    return process.tell(change)
  }

  /// Whether a round has begun that was not answered.
  mutating func takeRound() -> Bool {
    let round = process.currentRound
    defer { answered = round }
    return answered != round
  }
}
