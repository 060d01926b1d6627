import BoltCodec
import MosnConfig

/// Everything there is to say about a call when it is over. Times are the edge's monotonic nanoseconds.
public struct AccessRecord: Sendable {
  public internal(set) var listener = ""
  /// The proxy's own number of the call, unique in the process; `requestid` on the next hop.
  public internal(set) var streamID: UInt32 = 0
  /// The client's bolt id or HTTP/2 stream.
  public internal(set) var requestID: UInt32 = 0
  public internal(set) var downstream = ConnectionID.none
  /// The last one tried; `none` when no upstream was chosen.
  public internal(set) var upstream = ConnectionID.none
  public internal(set) var downstreamProtocol = ConnectionProtocol.unknown
  public internal(set) var upstreamProtocol = ConnectionProtocol.unknown
  public internal(set) var downstreamRemote = ""
  public internal(set) var downstreamLocal = ""
  public internal(set) var upstreamLocal = ""
  public internal(set) var upstreamHost: NetworkAddress?
  public internal(set) var cluster = ""
  public internal(set) var isOneway = false

  /// When the first byte of the head was there.
  public internal(set) var start: UInt64 = 0
  /// When all of the request was there; 0: never.
  public internal(set) var requestReceived: UInt64 = 0
  /// When the answer's head was there; 0: never.
  public internal(set) var responseReceived: UInt64 = 0
  public internal(set) var end: UInt64 = 0

  /// Content of the request, and of the answer.
  public internal(set) var bytesReceived: UInt64 = 0
  public internal(set) var bytesSent: UInt64 = 0

  /// The HTTP status of the answer, or what a bolt status is in HTTP; 0 when none was sent.
  public internal(set) var httpStatus = 0
  /// Nil: the answer was not bolt on either side.
  public internal(set) var boltStatus: BoltStatus?
  /// Why the proxy answered itself or gave up; nil when the service answered.
  public internal(set) var failure: ProxyError?
  public internal(set) var retries = 0

  /// Values of `Proxy.recordedHeaders`, in that order; empty unless some are recorded.
  public internal(set) var requestHeaders: [String?] = []
  public internal(set) var responseHeaders: [String?] = []
  /// HTTP/2 only, and only when headers are recorded.
  public internal(set) var method = ""
  public internal(set) var path = ""
  public internal(set) var authority = ""
}
