import H2Codec

/// One message of HTTP/2, as its frames told it together: a request or response with its trailers, or one of the
/// frames that end things. It grows while its stream is read and rests once it is handed out.
///
/// It is Sendable for that reason: only the inspection changes it, which lets go of it before anybody else has it.
public final class HTTP2Message: @unchecked Sendable {
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
  /// The beginning of the body; nil where no output shows it.
  public internal(set) var body: KeptBody?
  /// Of an answer, where bodies are kept: the path that was asked for, if it is short.
  public internal(set) var requestPath: [UInt8]?
  /// Whether it is shown while it goes on: its end is shown as another message.
  public internal(set) var isOpen = false
  /// Whether it was shown so.
  var isAnnounced = false
  /// When its first byte came, if that was in a packet before the one that completed its head.
  var begun: Arrival?
  /// How far the body was one of gRPC; nil for others.
  public internal(set) var grpc: GRPCFraming?
  /// The packet that completed the message and its time; nil where the capture does not show its end.
  public internal(set) var end: End?

  public struct End: Sendable, Equatable {
    public var packet: PacketNumber
    /// Nanoseconds since the epoch.
    public var time: Int64
  }

  init(_ kind: Kind, stream: H2StreamID, at place: Place) {
    self.kind = kind
    self.stream = stream
    self.end = End(packet: place.packet, time: place.time)
  }

  /// What has come by now of a message that goes on.
  init(opening message: HTTP2Message) {
    (kind, stream, headers, head) = (message.kind, message.stream, message.headers, message.head)
    isOpen = true
  }

  /// Bytes held for a message that is not complete.
  var heldBytes: Int { headers.size + (trailers?.size ?? 0) }
}
