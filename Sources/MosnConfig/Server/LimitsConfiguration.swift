/// Limits of the daemon's own that an operator may have reason to change; MOSN has none of these keys and passes over
/// them. Nil: the engine's default.
public struct LimitsConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var callTime: Nanoseconds?
  public var deductBoltTimeout: Bool?
  public var halfClosedTime: Nanoseconds?
  public var heartbeatTime: Nanoseconds?
  public var pingTime: Nanoseconds?
  public var boltHeaderLength: UInt16?
  public var headerEntries: UInt16?
  public var headerListSize: UInt32?

  // Connections and calls.
  public var downstreamConnections: UInt32?
  public var callsPerConnection: UInt32?
  public var concurrentStreams: UInt32?
  public var callsPerBoltConnection: UInt32?
  public var streamsPerConnection: UInt32?
  public var pendingCallsPerHost: UInt32?
  public var boltContentLength: UInt32?
  public var crossingBody: UInt32?
  public var replay: UInt32?
  public var bufferedBytes: UInt32?
  public var heldPerConnection: UInt32?

  // Times.
  public var headTime: Nanoseconds?
  public var bodyTime: Nanoseconds?
  public var silentTime: Nanoseconds?
  public var unreadTime: Nanoseconds?
  public var flushTime: Nanoseconds?
  public var pingAnswerTime: Nanoseconds?
  public var unansweredHeartbeats: UInt16?
  public var failuresBeforeEjection: UInt16?
  public var ejectionTime: Nanoseconds?

  // Floods of HTTP/2.
  public var floodResets: UInt32?
  public var floodStreamErrors: UInt32?
  public var floodControlFrames: UInt32?
  public var floodSmallData: UInt32?
  public var floodEmptyFrames: UInt32?
  public var floodSettings: UInt32?

  // The edge.
  public var acceptPause: Nanoseconds?
  public var handshakes: UInt32?
  public var descriptorShare: UInt16?
  public var logUnwritten: UInt32?
  public var logLines: UInt32?

  public init() {}
}

extension LimitsConfiguration: ConfigurationObject {
  static let title = "Limits"
  static let keys: [Key<Self>] =
    [
      Key(
        "call_time", \.callTime, since: "mosnd",
        "The longest a call may take, whatever its caller says; a longer timeout of its route counts instead, and a body "
          + "that moves is not cut by it. 0, the default, is no such limit."),
      Key(
        "deduct_bolt_timeout", \.deductBoltTimeout, since: "mosnd",
        "True: a bolt request goes on with what is left of its timeout, so that the next hop gives up before this one does. "
          + "False, the default: as it came. Of HTTP/2's own (`timeout`, `grpc-timeout`) what has passed is always taken off."
      ),
      Key(
        "half_closed_time", \.halfClosedTime, since: "mosnd",
        "How long a caller that sent its FIN may wait for answers that nothing else limits: most such callers are gone. "
          + "60s."),
      Key(
        "heartbeat_time", \.heartbeatTime, since: "mosnd",
        "A bolt connection to a server that was silent for so long gets a heartbeat; the third without an answer ends it. "
          + "15s, as SOFABolt; 0 is never."),
      Key(
        "ping_time", \.pingTime, since: "mosnd",
        "The same for HTTP/2, with PING. 0, the default, is never: gRPC servers end connections that are asked more often "
          + "than every five minutes."),
      Key(
        "bolt_header_length", \.boltHeaderLength, since: "mosnd",
        "Longest class name and longest header map that are passed on. 32767, since SOFABolt closes its connection above, "
          + "with the calls of everybody; more where no server is SOFABolt."),
      Key(
        "header_entries", \.headerEntries, since: "mosnd",
        "Most entries of a header map, and, with 64 more for what belongs to HTTP and to bolt's head, most fields of an HTTP/2 "
          + "request: each is looked at several times. 1024. A head with more gets 431, in bolt 9."),
      Key(
        "header_list_size", \.headerListSize, since: "mosnd",
        "Most bytes of an HTTP/2 head, as RFC 9113 counts them: names, values and 32 a field. 131072, or four times "
          + "bolt_header_length if that is more, so that every bolt head fits. A request with more gets 431; one whose "
          + "encoded head is above twice as much costs its connection."),
    ] + connections + times + floods + edge

  private static let connections: [Key<Self>] = [
    Key(
      "downstream_connections", \.downstreamConnections, since: "mosnd",
      "Clients' connections of the process; more are closed at once. 8192: they cost 6 KiB each when idle."),
    Key(
      "calls_per_connection", \.callsPerConnection, since: "mosnd",
      "Calls under way of a client's connection; more get overload. 1024: SOFABolt's clients share one connection among "
        + "all threads."),
    Key(
      "concurrent_streams", \.concurrentStreams, since: "mosnd",
      "Streams a client of HTTP/2 may have open (SETTINGS_MAX_CONCURRENT_STREAMS); more are reset. 250, as MOSN."
    ),
    Key(
      "calls_per_bolt_connection", \.callsPerBoltConnection, since: "mosnd",
      "Calls on a bolt connection to a server before another is opened. 1024: SOFABolt works through one on one thread."
    ),
    Key(
      "streams_per_connection", \.streamsPerConnection, since: "mosnd",
      "The same for HTTP/2, where a server announces no limit. 100, which RFC 9113 advises not to go below."),
    Key(
      "pending_calls_per_host", \.pendingCallsPerHost, since: "mosnd",
      "Calls that wait for a connection to a host; more get overload, which is better than a timeout later. 1024."
    ),
    Key(
      "bolt_content_length", \.boltContentLength, since: "mosnd",
      "Longest content of a bolt frame, and of an answer that becomes one; a longer frame costs its connection. 16777216: "
        + "SOFABolt would wait for 4 GiB."),
    Key(
      "crossing_body", \.crossingBody, since: "mosnd",
      "Longest body of an HTTP/2 request that becomes bolt, for which it has to be whole; a longer one gets 413. 4194304."
    ),
    Key(
      "replay", \.replay, since: "mosnd",
      "Bytes of a request that are kept so that it can be tried again; a longer one is tried once. 65536."),
    Key(
      "buffered_bytes", \.bufferedBytes, since: "mosnd",
      "What the process holds for all connections: bodies, header lists and calls under way, frames that are not whole, output "
        + "that is not taken. With less than an eighth left those who hold most are cut: a call gets overload or its stream is "
        + "reset, at last the connection is closed. 100663296, so that a sidecar stays below 150 MB."),
    Key(
      "held_per_connection", \.heldPerConnection, since: "mosnd",
      "The same of one connection as long as there is room, and never more than half of buffered_bytes. 50331648, three of the "
        + "longest contents of bolt."),
  ]

  private static let times: [Key<Self>] = [
    Key(
      "head_time", \.headTime, since: "mosnd",
      "From the first byte of a frame or connection until its head is whole, header map or fields included; also for a TLS "
        + "handshake. 10s, Go's patience."),
    Key(
      "body_time", \.bodyTime, since: "mosnd",
      "From there until a client's body is whole that has to be: of a bolt frame, of a frame of HTTP/2, of a request that becomes "
        + "bolt. 60s; 0 is no limit. Bodies that pass as they come may take as long as their calls."),
    Key(
      "silent_time", \.silentTime, since: "mosnd",
      "How long a client may say nothing at all after it has connected. 60s: clients of HTTP/2 begin at once, SOFABolt's send "
        + "heartbeats after 15s; 0 leaves it to the idle timeout."),
    Key(
      "unread_time", \.unreadTime, since: "mosnd",
      "How long a connection may take nothing of what waits for it; meanwhile it is held on its account (buffered_bytes). 30s: "
        + "a long pause is no attack; 0 is for ever."),
    Key(
      "flush_time", \.flushTime, since: "mosnd",
      "How long a connection that is closed may take to send what was written. 5s."),
    Key(
      "ping_answer_time", \.pingAnswerTime, since: "mosnd",
      "How long a server that let a call's time pass may take to answer a PING before its connection is given up. 5s, "
        + "enough for one that is only busy."),
    Key(
      "unanswered_heartbeats", \.unansweredHeartbeats, since: "mosnd",
      "Heartbeats, or regular PINGs, without an answer after which a connection to a server is given up. 3, SOFABolt's."
    ),
    Key(
      "failures_before_ejection", \.failuresBeforeEjection, since: "mosnd",
      "Failed connects in a row after which a host is left out, as long as others are in. 3."),
    Key("ejection_time", \.ejectionTime, since: "mosnd", "For how long. 10s."),
  ]

  private static let floods: [Key<Self>] = [
    Key(
      "flood_resets", \.floodResets, since: "mosnd",
      "Streams a client may reset in 30 s beyond those that ended well; then its connection ends (CVE-2023-44487). 200, "
        + "as netty."),
    Key(
      "flood_stream_errors", \.floodStreamErrors, since: "mosnd",
      "Streams a peer may have us reset in 30 s (CVE-2025-8671). 200, as swift-nio."),
    Key(
      "flood_control_frames", \.floodControlFrames, since: "mosnd",
      "PING, SETTINGS and PRIORITY in 30 s beyond one for each DATA frame sent (CVE-2019-9512, -9515). 200, as swift-nio."
    ),
    Key(
      "flood_small_data", \.floodSmallData, since: "mosnd",
      "DATA frames of fewer than 16 bytes in 10 s. 10000: a byte in a frame costs a hundred times one among others."
    ),
    Key(
      "flood_empty_frames", \.floodEmptyFrames, since: "mosnd",
      "Frames in a row that say nothing (CVE-2019-9518). 10: Envoy allows 1, netty 2."),
    Key(
      "flood_settings", \.floodSettings, since: "mosnd",
      "Entries of a SETTINGS frame (CVE-2020-11080). 32, as nghttp2."),
  ]

  private static let edge: [Key<Self>] = [
    Key(
      "handshakes", \.handshakes, since: "mosnd",
      "TLS handshakes of clients under way in the process; with more, the one that has taken longest is given up. 512: each holds "
        + "some 48 KiB, and takes milliseconds where nobody dawdles."),
    Key(
      "accept_pause", \.acceptPause, since: "mosnd",
      "How long nothing is accepted when there is no descriptor for it: without a pause the event loop would do nothing "
        + "else. 100ms."),
    Key(
      "descriptor_share", \.descriptorShare, since: "mosnd",
      "Per cent of the descriptors free at start that clients may take, so that their calls still reach the hosts and a "
        + "reload its files. 75; counts when the daemon starts."),
    Key(
      "log_unwritten", \.logUnwritten, since: "mosnd",
      "Bytes of a log that wait because nobody takes them; lines on top are dropped and counted. 4194304; counts when the "
        + "daemon starts."),
    Key(
      "log_lines", \.logLines, since: "mosnd",
      "Lines of one kind that an event loop writes in a second at INFO, WARN and ERROR; how many more there were is said "
        + "in one line. 100; 0 is no limit. Access logs and DEBUG are not limited."),
  ]
}
