/// What a message tells of itself, by its documented names (docs/inspect.md).
public enum MessageKey: UInt8, CaseIterable, Sendable {
  case packet, file, time, source, destination, flow, wireProtocol, version, ver1, kind, command, ver2, id,
    codec
  case switches, timeout, status, statusName, className, classLength, headerLength, headers, headerBytes
  case contentLength, content, contentUnpacked, contentForm, contentValue, contentError, crc
  case stream, method, path, authority, trailers, bodyLength, isOpen, endPacket, endFile, endTime
  case grpcService, grpcMethod, grpcMessages, grpcLengths, grpcCompressed, grpcStatus, grpcStatusName,
    grpcMessage
  case promisedStream, errorCode, errorName, lastStream, debug
  case type, typeName, flags, length, settings, dataLength, windowIncrement, ping
  case findings

  /// The key in JSON and behind `-e`.
  public var name: StaticString {
    switch self {
    case .packet: "packet"
    case .file: "file"
    case .time: "time"
    case .source: "src"
    case .destination: "dst"
    case .flow: "flow"
    case .wireProtocol: "protocol"
    case .version: "version"
    case .ver1: "ver1"
    case .kind: "kind"
    case .command: "command"
    case .ver2: "ver2"
    case .id: "id"
    case .codec: "codec"
    case .switches: "switch"
    case .timeout: "timeout"
    case .status: "status"
    case .statusName: "status_name"
    case .className: "class"
    case .classLength: "class_length"
    case .headerLength: "header_length"
    case .headers: "headers"
    case .headerBytes: "header_bytes"
    case .contentLength: "content_length"
    case .content: "content"
    case .contentUnpacked: "content_unpacked"
    case .contentForm: "content_form"
    case .contentValue: "content_value"
    case .contentError: "content_error"
    case .crc: "crc"
    case .stream: "stream"
    case .method: "method"
    case .path: "path"
    case .authority: "authority"
    case .trailers: "trailers"
    case .bodyLength: "body_length"
    case .isOpen: "open"
    case .endPacket: "end_packet"
    case .endFile: "end_file"
    case .endTime: "end_time"
    case .grpcService: "grpc_service"
    case .grpcMethod: "grpc_method"
    case .grpcMessages: "grpc_messages"
    case .grpcLengths: "grpc_lengths"
    case .grpcCompressed: "grpc_compressed"
    case .grpcStatus: "grpc_status"
    case .grpcStatusName: "grpc_status_name"
    case .grpcMessage: "grpc_message"
    case .promisedStream: "promised_stream"
    case .errorCode: "error_code"
    case .errorName: "error_name"
    case .lastStream: "last_stream"
    case .debug: "debug"
    case .type: "type"
    case .typeName: "type_name"
    case .flags: "flags"
    case .length: "length"
    case .settings: "settings"
    case .dataLength: "data_length"
    case .windowIncrement: "window_increment"
    case .ping: "ping"
    case .findings: "findings"
    }
  }

  init?(_ name: some StringProtocol) {
    guard let known = Self.allCases.first(where: { $0.name.description == name }) else { return nil }
    self = known
  }
}
