import H2Codec

/// One message of HTTP/2, as its frames told it together: a request or response with its trailers, or one of the
/// frames that end things. It grows while its stream is read and rests once it is handed out.
public final class HTTP2Message {
  public enum Kind: Sendable, Equatable {
    case request, response, informational
    case pushPromise(promised: H2StreamID)
    case reset(H2ErrorCode)
    case goAway(H2ErrorCode, last: H2StreamID, debug: [UInt8])
  }

  public internal(set) var kind: Kind
  public internal(set) var stream: H2StreamID
  public internal(set) var headers = H2HeaderList()
  /// The head read from `headers`.
  public internal(set) var head: H2MessageHead?
  public internal(set) var trailers: H2HeaderList?
  /// Bytes of DATA without padding; lost ones count.
  public internal(set) var bodyLength = 0
  /// How far the body was one of gRPC; nil for others.
  public internal(set) var grpc: GRPCFraming?
  /// The packet that completed the message and its time; nil where the capture does not show its end.
  public internal(set) var end: End?

  public struct End: Sendable, Equatable {
    public var packet: Int
    /// Nanoseconds since the epoch.
    public var time: Int64
  }

  init(_ kind: Kind, stream: H2StreamID, at place: Place) {
    self.kind = kind
    self.stream = stream
    self.end = End(packet: place.packet, time: place.time)
  }

  /// Bytes held for a message that is not complete.
  var heldBytes: Int { headers.size + (trailers?.size ?? 0) }
}

/// The messages in the body of a gRPC call: each a flag, a length of four bytes and so many bytes.
public struct GRPCFraming: Sendable, Equatable {
  public private(set) var count = 0
  /// Lengths of the first messages.
  public private(set) var lengths: [UInt32] = []
  /// Bytes of a message begun that are still to come.
  public private(set) var awaited: UInt32 = 0
  /// Whether the body broke off the framing: then it is no gRPC and is not read further.
  public private(set) var isBroken = false
  /// Whether bytes of the body were not captured: then what is counted is what was seen, and nobody is blamed.
  public private(set) var isDamaged = false
  private var prefix: InlineArray<5, UInt8> = .init(repeating: 0)
  private var prefixCount = 0

  /// Lengths kept; a stream of messages has no end.
  static let keptLengths = 64

  init() {}

  /// Whether the body ended between two messages.
  public var isWhole: Bool { awaited == 0 && prefixCount == 0 && !isBroken }

  mutating func append(_ bytes: RawSpan) {
    var position = 0
    while position < bytes.byteCount, !isBroken {
      if awaited > 0 {
        let taken = min(Int(awaited), bytes.byteCount - position)
        awaited -= UInt32(taken)
        position += taken
        continue
      }
      prefix[prefixCount] = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      prefixCount += 1
      position += 1
      if prefixCount == 5 { begin() }
    }
  }

  /// So many bytes of the body were not captured.
  mutating func lose(_ missing: Int) {
    isDamaged = true
    guard awaited >= missing, prefixCount == 0 else {
      isBroken = true
      return
    }
    awaited -= UInt32(missing)
  }

  private mutating func begin() {
    prefixCount = 0
    // The flag says whether the message is compressed; gRPC knows no other (PROTOCOL-HTTP2.md).
    guard prefix[0] <= 1 else {
      isBroken = true
      return
    }
    awaited =
      UInt32(prefix[1]) << 24 | UInt32(prefix[2]) << 16 | UInt32(prefix[3]) << 8 | UInt32(prefix[4])
    count += 1
    if lengths.count < Self.keptLengths { lengths.append(awaited) }
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.lengths == right.lengths && left.awaited == right.awaited
      && left.isBroken == right.isBroken && left.prefixCount == right.prefixCount
  }
}
