import MosnPackets

/// The stage behind conversations: the messages of all connections in, calls out.
final class Calls {
  private var tables = Pages<CallTable>(shift: 4)
  private var free: [Int] = []
  /// By the number of a connection, where its table is.
  private var places: [Int: Int] = [:]
  /// The connection asked for last.
  private var latest: (flow: Int, place: Int)?
  private var ended = EndedCalls()

  // MARK: connections

  /// A connection has begun.
  ///
  /// - Parameter opener: the direction of who opened it, where a SYN tells.
  func begin(
    _ flow: Int, from initiator: Endpoint, to responder: Endpoint, opener: Direction?, isFromBeginning: Bool
  ) {
    let table = CallTable(
      flow: flow, from: initiator, to: responder, opener: opener, isFromBeginning: isFromBeginning)
    let place = free.popLast() ?? tables.count
    if place == tables.count { tables.append(table) } else { tables[place] = table }
    places[flow] = place
  }

  /// Nothing more is expected of a connection: what is open ends. What comes all the same begins anew.
  func finish(_ flow: Int, _ ending: ConnectionEnding, at time: Int64) {
    guard let place = place(of: flow) else { return }
    tables[place].finish(ending, at: time, into: &ended)
  }

  func remove(_ flow: Int) {
    guard let place = place(of: flow) else { return }
    places[flow] = nil
    latest = nil
    tables[place] = CallTable(formerly: tables[place])
    free.append(place)
  }

  func heldBytes(of flow: Int) -> Int { place(of: flow).map { tables[$0].heldBytes } ?? 0 }

  private func place(of flow: Int) -> Int? {
    if let latest, latest.flow == flow { return latest.place }
    guard let place = places[flow] else { return nil }
    latest = (flow, place)
    return place
  }

  // MARK: what comes

  /// What TCP tells of a segment before it is read.
  func note(_ segment: SegmentNotes, of flow: Int, in direction: Direction, at arrival: Arrival) {
    guard let place = place(of: flow) else { return }
    tables[place].note(segment, in: direction, at: arrival)
  }

  func receive(_ message: Message) {
    guard let place = place(of: message.place.flow) else { return }
    tables[place].receive(message, into: &ended)
  }

  /// Hands out the calls that are over.
  func take(_ body: (Call) -> Void) { ended.take(body) }
}

/// What TCP tells calls of a segment.
struct SegmentNotes {
  /// Whether it carries bytes, and they continue what was captured of its direction.
  var isNew: Bool
  /// Whether it repeats bytes or fills a hole.
  var isLate: Bool
  /// By direction, whether bytes were said that are not read: some wait, or are acknowledged and were not captured.
  var isBehind: Pair<Bool>
}

extension CallTable {
  mutating func note(_ segment: SegmentNotes, in direction: Direction, at arrival: Arrival) {
    isBehind = segment.isBehind
    if segment.isLate {
      let waited = max(0, arrival.time.subtractingClamped(progress ?? arrival.time))
      // Packets of a capture change places: what comes at once was no retransmission.
      if waited >= Self.reordering { delays.note(.retransmission(waited), at: arrival) }
    }
    if segment.isNew || segment.isLate { progress = arrival.time }
  }

  /// Nanoseconds within which a segment that fills a hole has only been overtaken (as tshark has it).
  private static var reordering: Int64 { 3_000_000 }

  mutating func receive(_ message: Message, into ended: inout EndedCalls) {
    let direction = direction(of: message.place)
    for finding in message.findings { note(finding, in: direction, at: message.place.arrival) }
    switch message.content {
    case .bolt(let frame, let bytes):
      noteTorn(frame.isWhole ? nil : message.place.arrival, in: direction)
      receive(frame, bytes, message, in: direction, into: &ended)
    case .http2(let content): receive(content, message, in: direction, into: &ended)
    case .http2Frame, .findings: break
    }
    heard[direction] = message.place.arrival
    expire(at: message.place.time, into: &ended)
  }

  private mutating func noteTorn(_ arrival: Arrival?, in direction: Direction) {
    if let torn = torn[direction] { lost[direction] = torn }
    torn[direction] = arrival
  }

  private mutating func note(_ finding: Finding, in direction: Direction, at arrival: Arrival) {
    if finding.isOfLoss {
      lost[direction] = arrival
      delays.note(.gap, at: arrival)
    } else if finding.isStall {
      delays.note(.stall(finding.text), at: arrival)
    }
  }
}
