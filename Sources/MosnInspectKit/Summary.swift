import MosnPackets

/// What an inspection met, for the lines at its end.
public struct Summary: Sendable, Equatable {
  public var packets = 0
  public var bytes = 0
  /// Packets that carry a TCP segment.
  public var segments = 0
  /// Packets whose headers contradict themselves or end too early.
  public var malformed = 0
  /// Packets of which the capture kept too little to reach TCP (snap length).
  public var truncated = 0
  /// Packets of other protocols.
  public var others = 0
  public var fragments = 0
  /// Exact copies of a packet seen just before (captures of several interfaces, port mirrors).
  public var duplicates = 0
  public var retransmissions = 0
  public var connections = 0
  /// Connections in which a protocol was recognised.
  public var decodedConnections = 0
  /// Connections given up early because a bound was reached.
  public var evictedConnections = 0
  public var boltMessages = 0
  public var http2Messages = 0
  public var http2Frames = 0
  /// Bytes of TCP payload that were captured. Each was decoded, or is undecoded, or repeats another; the sum holds when
  /// the inspection is over.
  public var payloadBytes = 0
  /// Those of frames, and of what introduces them: the preface of HTTP/2, heads of HTTP/1.1 before it.
  public var decodedBytes = 0
  /// Those of copies and retransmissions.
  public var repeatedBytes = 0
  /// Those that belong to no message: unknown protocols, and what was passed over to find a frame's beginning. The four
  /// below are part of them.
  public var undecodedBytes = 0
  /// Bytes that lie before the first captured ones of their direction and came behind them.
  public var earlyBytes = 0
  /// Bytes that came behind the end (FIN) of their direction.
  public var bytesBehindEnds = 0
  /// Bytes of segments far outside the window of their connection.
  public var strayBytes = 0
  /// Bytes that resets carried, which are no part of the stream (RFC 9293 §3.5.3).
  public var resetBytes = 0
  /// Resets behind which the connection went on.
  public var strayResets = 0
  /// What was said on connections in which nothing is decoded, by the name of its protocol; nil where none is known.
  public private(set) var unread: [UnreadProtocol?: Tally] = [:]
  /// Packets of link types that are not read. The first sixteen types of a capture are told apart.
  public private(set) var unreadLinkTypes: [LinkType: Int] = [:]
  public var gaps = 0
  public var gapBytes = 0
  public var findings = 0
  /// Capture time of the first and the last packet, nanoseconds since the epoch.
  public var firstTime: Int64 = 0
  public var lastTime: Int64 = 0

  public var messages: Int { boltMessages + http2Messages }

  /// Counts a packet in which no TCP segment was reached.
  mutating func count(_ stop: PacketStop) {
    switch stop.kind {
    case .malformed: malformed += 1
    case .truncated: truncated += 1
    case .unsupported, .notTCP, .fragment: count(other: stop)
    }
  }

  private mutating func count(other stop: PacketStop) {
    if case .unsupported(.linkType(let type)) = stop.reason,
      unreadLinkTypes[type] != nil || unreadLinkTypes.count < Self.linkTypesToldApart
    {
      unreadLinkTypes[type, default: 0] += 1
    } else {
      others += 1
    }
  }

  /// A file may claim as many as it likes.
  private static let linkTypesToldApart = 16

  /// Counts a connection that is over and in which nothing was decoded.
  mutating func count(_ traffic: UnreadTraffic, bytes: Int) {
    unread[traffic.wireProtocol, default: Tally()].flows += 1
    unread[traffic.wireProtocol, default: Tally()].bytes += bytes
  }

  /// Connections, and the bytes of them that were captured.
  public struct Tally: Sendable, Equatable {
    public var flows = 0
    public var bytes = 0
  }

  /// Counts captured bytes that no stream has.
  mutating func count(undecoded bytes: Int, as reason: WritableKeyPath<Summary, Int>) {
    undecodedBytes += bytes
    self[keyPath: reason] += bytes
  }

  mutating func add(_ message: Message) {
    findings += message.findings.count
    switch message.content {
    case .bolt: boltMessages += 1
    // What goes on is counted at its end.
    case .http2(let message): http2Messages += message.isOpen ? 0 : 1
    case .http2Frame: http2Frames += 1
    case .findings: break
    }
  }

  /// What one direction's reassembly saw.
  mutating func add(_ counters: Reassembler.Counters) {
    retransmissions += counters.retransmitted
    repeatedBytes += counters.repeatedBytes
    count(undecoded: counters.earlyBytes, as: \.earlyBytes)
    gaps += counters.gaps
    gapBytes += counters.gapBytes
  }
}
