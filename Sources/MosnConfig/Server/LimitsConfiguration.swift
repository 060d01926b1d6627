/// Limits of the daemon's own that an operator may have reason to change; MOSN has none of these keys and passes over
/// them. Nil: the engine's default.
public struct LimitsConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var callTime: Nanoseconds?
  public var halfClosedTime: Nanoseconds?
  public var heartbeatTime: Nanoseconds?
  public var pingTime: Nanoseconds?
  public var boltHeaderLength: UInt16?
  public var headerEntries: UInt16?
  public var headerListSize: UInt32?

  public init() {}
}

extension LimitsConfiguration: ConfigurationObject {
  static let title = "Limits"
  static let keys: [Key<Self>] = [
    Key(
      "call_time", \.callTime, since: "mosnd",
      "The longest a call may take, whatever its caller says; a longer timeout of its route counts instead, and a body "
        + "that moves is not cut by it. 0, the default, is no such limit."),
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
  ]
}
