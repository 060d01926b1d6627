/// The PINGs of one side that wait for their answer (RFC 9113 §6.7).
struct UnansweredPings {
  struct Ping {
    var data: UInt64
    var place: Place
    /// The highest stream opened by then: who answers a later one has read this.
    var highest: UInt32
    var isPassedOver = false
  }

  private(set) var waiting: [Ping] = []

  /// PINGs remembered; of a flood, the first.
  static let limit = 8

  var isEmpty: Bool { waiting.isEmpty }

  mutating func note(_ ping: Ping) { if waiting.count < Self.limit { waiting.append(ping) } }

  mutating func answer(_ data: UInt64) {
    guard let index = waiting.firstIndex(where: { $0.data == data }) else { return }
    waiting.remove(at: index)
    for earlier in 0..<index { waiting[earlier].isPassedOver = true }
  }

  /// The other side has answered a request on `stream`.
  mutating func passOver(upTo stream: UInt32) {
    for index in waiting.indices where waiting[index].highest < stream { waiting[index].isPassedOver = true }
  }

  mutating func take() -> [Ping] {
    defer { waiting = [] }
    return waiting
  }
}
