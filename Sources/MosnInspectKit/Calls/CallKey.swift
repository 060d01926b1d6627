/// What a call tells of itself, by its documented names (docs/inspect.md).
public enum CallKey: UInt8, CaseIterable, Sendable {
  case call, file, kind, wireProtocol, client, server, service, method, id, stream
  case requestPacket, requestTime, responsePacket, responseTime, endPacket, endTime, latency, firstByte
  case status, statusName, grpcStatus, requestBytes, responseBytes, requestMessages, responseMessages
  case outcome, reason, retransmissions, findings

  /// The key in JSON and behind `-e`.
  public var name: StaticString {
    switch self {
    case .call: "call"
    case .file: "file"
    case .kind: "kind"
    case .wireProtocol: "protocol"
    case .client: "client"
    case .server: "server"
    case .service: "service"
    case .method: "method"
    case .id: "id"
    case .stream: "stream"
    case .requestPacket: "request_packet"
    case .requestTime: "request_time"
    case .responsePacket: "response_packet"
    case .responseTime: "response_time"
    case .endPacket: "end_packet"
    case .endTime: "end_time"
    case .latency: "latency_ms"
    case .firstByte: "first_byte_ms"
    case .status: "status"
    case .statusName: "status_name"
    case .grpcStatus: "grpc_status"
    case .requestBytes: "request_bytes"
    case .responseBytes: "response_bytes"
    case .requestMessages: "request_messages"
    case .responseMessages: "response_messages"
    case .outcome: "outcome"
    case .reason: "reason"
    case .retransmissions: "retransmissions"
    case .findings: "findings"
    }
  }

  init?(_ name: some StringProtocol) {
    guard let known = Self.allCases.first(where: { $0.name.description == name }) else { return nil }
    self = known
  }
}
