extension FieldRule {
  /// MOSN 0.2.1 alone reads it; those from 0.3 on take it for an entry of the header map.
  var isForMosn021: Bool {
    switch property {
    case .classLength, .headerLength, .streamID, .endStream: true
    default: false
    }
  }
}

/// The header contract. One more mapping is one more row.
extension FieldRule {
  public static let all: [FieldRule] = [
    FieldRule(
      "protocol", .number, says: .protocolCode, values: 1...2, sent: .always,
      "protocol code; 1 for v2 frames too. With `cmdtype` or `cmdcode` it says that this is the property set",
      peers: "0.2.1 and 0.3 hang without it"),
    FieldRule(
      "cmdtype", .number, says: .type, values: 0...2, sent: .always,
      "0 response, 1 request, 2 oneway. Believed in requests only", peers: "0.3 chooses the frame by it"),
    FieldRule(
      "cmdcode", .number, says: .command, values: 0...65_535, sent: .always,
      "1 request, 2 response; another one in a request is refused, in a response passed over",
      peers: "0.2.1 chooses the frame by it"),
    FieldRule(
      "version", .number, says: .version, values: -128...255, sent: .always, "command version, ver2 (1)",
      peers: "0.2.1, 0.3"),
    FieldRule(
      "ver1", .number, says: .ver1, values: 1...2, sent: .v2,
      "v2: protocol version. With `switchcode` it makes a v2 frame",
      peers: "v2 callers"),
    FieldRule(
      "switchcode", .number, says: .switches, values: 0...127, sent: .v2,
      "v2: switch byte; the CRC-32 itself never travels",
      peers: "v2 callers"),
    FieldRule(
      "requestid", .number, says: .requestID, values: -2_147_483_648...4_294_967_295, sent: .always,
      "unique in the sender's process; never becomes bolt's request id, a reply repeats it",
      peers: "0.2.1 finds the reply by it"),
    FieldRule(
      "codec", .number, says: .codec, values: -128...255, sent: .always, "serializer of the content",
      peers: "0.2.1, 0.3"),
    FieldRule(
      "timeout", .number, says: .timeout, values: .min ... .max, sent: .requests,
      "milliseconds; -1, 4294967295 and 18446744073709551615 mean none", peers: "0.2.1, 0.3"),
    FieldRule(
      "classlen", .derived, says: .classLength, sent: .always, "octets of `classname`",
      peers: "0.2.1 loses the class without it"),
    FieldRule(
      "headerlen", .derived, says: .headerLength, sent: .always, "octets of the header map",
      peers: "0.2.1 counts it"),
    FieldRule(
      "contentlen", .number, says: .contentLength, values: 0...4_294_967_295, sent: .always,
      "octets of the content; refused when it differs from the body", peers: "0.2.1, 0.3 believe it"),
    FieldRule(
      "classname", .text, says: .className, sent: .always, "class name, may be empty", peers: "0.2.1, 0.3"),
    FieldRule(
      "respstatus", .number, says: .status, values: -32_768...65_535, sent: .responses,
      "bolt status; wins over `:status`",
      peers: "0.2.1, 0.3"),
    FieldRule(
      "x-mosn-streamid", .derived, says: .streamID, sent: .always, "the same number as `requestid`",
      peers: "0.2.1 files the call under it"),
    FieldRule(
      "x-mosn-endstream", .hidden, says: .endStream, sent: .withoutContent, "`yes`: there is no content",
      peers: "0.2.1 sends it"),
    FieldRule(
      "x-mosn-try-timeout", .hidden, says: .tryTimeout, sent: .compatibleRequests,
      "the timeout, which 0.2.1 takes for seconds; sent under compatibility only", peers: "0.2.1 sends it"),
    FieldRule("x-mosn-global-timeout", .hidden, says: .globalTimeout, "passed over", peers: "MOSN-internal"),
    FieldRule("x-mosn-status", .hidden, says: .hijackStatus, "passed over", peers: "MOSN-internal"),
    FieldRule(
      "resptimemills", .hidden, says: .receiveTime, "MOSN's clock; passed over",
      peers: "0.2.1 and 0.3 send it"),
    FieldRule(
      "x-mosnd-map", .hidden, says: .map, "the map field: what the other fields cannot carry, see below",
      peers: "mosnd; MOSN passes it on"),

    FieldRule("connection", .hop, peers: "HTTP/1.1"),
    FieldRule("proxy-connection", .hop, peers: "HTTP/1.1"),
    FieldRule("keep-alive", .hop, peers: "HTTP/1.1"),
    FieldRule("transfer-encoding", .hop, peers: "HTTP/1.1"),
    FieldRule("upgrade", .hop, peers: "HTTP/1.1"),
    FieldRule("http2-settings", .hop, peers: "h2c upgrade"),
    FieldRule("te", .hop, peers: "gRPC"),
    FieldRule("trailer", .hop, peers: "gRPC"),
    FieldRule("expect", .hop, peers: "curl"),
    FieldRule(
      "content-length", .hop, says: .bodyLength, "refused when it differs from the body", peers: "Go's server"
    ),

    FieldRule(
      "host", .target, says: .host, "of `:authority`, and refused when it differs from it",
      peers: "MOSN makes it"),
    FieldRule("path", .target, says: .path, "of `:path`, without the query", peers: "MOSN makes it"),
    FieldRule("querystring", .target, says: .query, "of `:path`, behind the `?`", peers: "MOSN makes it"),
    FieldRule("method", .target, says: .method, "of `:method`", peers: "MOSN 0.4 makes it"),

    FieldRule("accept-encoding", .added, peers: "Go's client"),
    FieldRule("user-agent", .added, peers: "Go's client"),
    FieldRule(
      "content-type", .added, says: .contentType, "names the codec when there is no property set",
      peers: "Go's server"),
    FieldRule("date", .added, peers: "Go's server"),

    FieldRule(
      "sofa_head_serialize_type", .read, says: .serializeType,
      "names the codec when there is no property set", peers: "SOFARPC's h2c"),
    FieldRule(
      "sofa_head_target_service", .read, says: .targetService,
      "the service; made from `:path` or `service` when missing", peers: "SOFARPC"),
    FieldRule(
      "sofa_head_method_name", .read, says: .methodName, "the method; made from `:path` when missing",
      peers: "SOFARPC"),
    FieldRule(
      "service", .read, says: .service, "the service; made from `:path` when missing",
      peers: "SOFARPC, MOSN's routes"),
  ]
}
