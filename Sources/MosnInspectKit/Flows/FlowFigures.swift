import MosnPackets

/// What is counted of a connection for the list of connections.
struct FlowFigures {
  /// Its number in the capture, from 0.
  var number = 0
  private(set) var first: Arrival?
  /// By direction: packets, copies left out, and the TCP payload they had on the wire.
  private(set) var packets: Pair<Int> = Pair(both: 0)
  private(set) var bytes: Pair<Int> = Pair(both: 0)
  /// SYNs without an acknowledgement, of either side, and whether one was answered by a SYN.
  private(set) var openings: Pair<Int> = Pair(both: 0)
  private(set) var isAccepted = false
  /// Who sent a FIN first, and by direction, where each side's came.
  private(set) var firstFIN: Direction?
  private(set) var fins: Pair<Arrival?> = Pair(both: nil)
  /// Which directions had ended when the connection did.
  var ended = Pair(both: false)
  var said = Said()
  /// Whether its record was handed out.
  var isTold = false

  mutating func note(_ segment: TCPSegment, in direction: Direction, at arrival: Arrival) {
    if first == nil { first = arrival }
    packets[direction] += 1
    bytes[direction] += segment.payloadLength
    guard !segment.flags.isDisjoint(with: [.syn, .fin]) else { return }
    if segment.flags.contains(.fin) {
      firstFIN = firstFIN ?? direction
      fins[direction] = fins[direction] ?? arrival
    }
    guard segment.flags.contains(.syn) else { return }
    if segment.flags.contains(.acknowledgement) { isAccepted = true } else { openings[direction] += 1 }
  }

  /// What was handed out of it.
  struct Said {
    private(set) var messages = 0
    private(set) var findings = 0

    mutating func add(_ message: Message) {
      findings += message.findings.count
      switch message.content {
      case .bolt, .http2: messages += 1
      case .http2Frame, .findings: break
      }
    }
  }
}

extension TCPSegment {
  /// The direction of who opens the connection, `forward` being this segment's; nil if it is no SYN.
  var opener: Direction? {
    flags.contains(.syn) ? (flags.contains(.acknowledgement) ? .backward : .forward) : nil
  }
}
