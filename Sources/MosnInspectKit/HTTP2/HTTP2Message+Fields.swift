import H2Codec

extension HTTP2Message {
  static let keys: [String] = [
    "kind", "stream", "method", "path", "authority", "status", "headers", "trailers", "body_length",
    "end_packet", "end_time", "grpc_service", "grpc_method", "grpc_messages", "grpc_lengths", "grpc_status",
    "promised_stream", "error_code", "error_name", "last_stream", "debug",
  ]

  func describe(to visitor: inout some MessageVisitor) {
    visitor.text("protocol", "http2")
    visitor.text("kind", kindName)
    visitor.number("stream", Int64(stream.rawValue))
    switch kind {
    case .request, .response, .informational: describeMessage(to: &visitor)
    case .pushPromise(let promised):
      visitor.number("promised_stream", Int64(promised.rawValue))
      describeMessage(to: &visitor)
    case .reset(let code): describe(code, to: &visitor)
    case .goAway(let code, let last, let debug):
      describe(code, to: &visitor)
      visitor.number("last_stream", Int64(last.rawValue))
      if !debug.isEmpty { visitor.text("debug", debug[...]) }
    }
    guard let end else { return }
    visitor.number("end_packet", Int64(end.packet))
    visitor.time("end_time", end.time)
  }

  var kindName: StaticString {
    switch kind {
    case .request: "request"
    case .response: "response"
    case .informational: "informational"
    case .pushPromise: "push_promise"
    case .reset: "reset"
    case .goAway: "goaway"
    }
  }

  private func describe(_ code: H2ErrorCode, to visitor: inout some MessageVisitor) {
    visitor.number("error_code", Int64(code.rawValue))
    visitor.text("error_name", ArraySlice("\(code)".utf8))
  }

  private func describeMessage(to visitor: inout some MessageVisitor) {
    if let method = head?.method { visitor.text("method", headers.bytes[method]) }
    if let path = head?.path { visitor.text("path", headers.bytes[path]) }
    if let authority = head?.authority ?? head?.host { visitor.text("authority", headers.bytes[authority]) }
    if let status = head?.status, status > 0 { visitor.number("status", Int64(status)) }
    headers.describe("headers", to: &visitor)
    (trailers ?? H2HeaderList()).describe("trailers", to: &visitor)
    visitor.number("body_length", Int64(bodyLength))
    guard let grpc else { return }
    if let (service, method) = grpcTarget {
      visitor.text("grpc_service", headers.bytes[service])
      visitor.text("grpc_method", headers.bytes[method])
    }
    visitor.number("grpc_messages", Int64(grpc.count))
    visitor.numbers("grpc_lengths", grpc.lengths.map(Int64.init))
    if let grpcStatus { visitor.number("grpc_status", grpcStatus) }
  }

  /// `/service/method` taken apart.
  var grpcTarget: (service: Range<Int>, method: Range<Int>)? {
    guard grpc != nil, let path = head?.path, headers.bytes[path].first == UInt8(ascii: "/"),
      let slash = headers.bytes[path].dropFirst().lastIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return (path.lowerBound + 1..<slash, slash + 1..<path.upperBound)
  }

  /// grpc-status, which stands in the trailers or, when the call failed at once, in the headers; of gRPC-Web, in the body.
  var grpcStatus: Int64? {
    for list in [trailers, headers] {
      guard let list, let value = list.value(of: "grpc-status") else { continue }
      return Int64(String(decoding: list.bytes[value], as: UTF8.self))
    }
    return grpc?.status.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }
}

extension H2HeaderList {
  func describe(_ key: StaticString, to visitor: inout some MessageVisitor) {
    visitor.beginHeaders(key)
    for field in fields {
      switch field.unknown {
      case .none: visitor.header(bytes[field.name], bytes[field.value])
      case .name, .nameAndValue:
        visitor.header(
          unknown: Int64(field.unknownIndex), entry: Int64(bitPattern: field.unknownIdentity),
          value: field.unknown == .name ? bytes[field.value] : nil)
      }
    }
    visitor.endHeaders()
  }
}
