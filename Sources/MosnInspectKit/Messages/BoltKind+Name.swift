import BoltCodec

extension BoltKind {
  /// The name in every output.
  var name: StaticString {
    switch self {
    case .request: "request"
    case .oneway: "oneway"
    case .response: "response"
    case .heartbeat: "heartbeat"
    case .heartbeatAck: "heartbeat_ack"
    case .goaway: "goaway"
    }
  }
}
