import H2Codec

extension HTTP2Message {
  func describe(to visitor: inout some MessageVisitor, reading contents: inout ContentReader) {
    visitor.text(.wireProtocol, "http2")
    visitor.text(.kind, kindName)
    visitor.number(.stream, Int64(stream.rawValue))
    switch kind {
    case .request, .response, .informational: describeMessage(to: &visitor, reading: &contents)
    case .pushPromise(let promised):
      visitor.number(.promisedStream, Int64(promised.rawValue))
      describeMessage(to: &visitor, reading: &contents)
    case .reset(let code): describe(code, to: &visitor)
    case .goAway(let code, let last, let debug):
      describe(code, to: &visitor)
      visitor.number(.lastStream, Int64(last.rawValue))
      if !debug.isEmpty { visitor.text(.debug, debug[...]) }
    }
    if isOpen { visitor.number(.isOpen, 1) }
    guard let end else { return }
    visitor.number(.endPacket, Int64(end.packet.number))
    if end.packet.file > 0 { visitor.file(.endFile, end.packet.file) }
    visitor.time(.endTime, end.time)
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
    visitor.number(.errorCode, Int64(code.rawValue))
    if visitor.wants(.errorName) { visitor.text(.errorName, ArraySlice("\(code)".utf8)) }
  }

  private func describeMessage(
    to visitor: inout some MessageVisitor, reading contents: inout ContentReader
  ) {
    if let method = head?.method { visitor.text(.method, headers.bytes[method]) }
    if let path = head?.path { visitor.text(.path, headers.bytes[path]) }
    if let authority = head?.authority ?? head?.host { visitor.text(.authority, headers.bytes[authority]) }
    if let status = head?.status, status > 0 { visitor.number(.status, Int64(status)) }
    headers.describe(.headers, to: &visitor)
    (trailers ?? H2HeaderList()).describe(.trailers, to: &visitor)
    visitor.number(.bodyLength, Int64(bodyLength))
    if let body { describe(body, to: &visitor, reading: &contents) }
    guard let grpc else { return }
    describe(grpc, to: &visitor)
  }

  private func describe(
    _ body: KeptBody, to visitor: inout some MessageVisitor, reading contents: inout ContentReader
  ) {
    let shown = body.bytes.prefix(contents.maxContent)
    visitor.bytes(.content, shown)
    if let grpc {
      guard grpc.isReadable else { return }
      let parts = GRPCBody(shown).lazy.filter { !$0.isTrailers }
      contents.describe(parts.map { self.sentContent($0, of: shown) }, to: &visitor)
    } else if let content = sentContent {
      contents.describe(content, to: &visitor)
    }
  }

  private func describe(_ grpc: GRPCFraming, to visitor: inout some MessageVisitor) {
    if visitor.wants(.grpcService) || visitor.wants(.grpcMethod), let (service, method) = grpcTarget {
      visitor.text(.grpcService, headers.bytes[service])
      visitor.text(.grpcMethod, headers.bytes[method])
    }
    visitor.number(.grpcMessages, Int64(grpc.count))
    if visitor.wants(.grpcLengths) { visitor.numbers(.grpcLengths, grpc.lengths.map(Int64.init)) }
    if visitor.wants(.grpcCompressed) {
      visitor.numbers(.grpcCompressed, grpc.lengths.indices.map { grpc.isCompressed($0) ? 1 : 0 })
    }
    guard let grpcStatus else { return }
    visitor.number(.grpcStatus, grpcStatus)
    if let name = GRPCStatus(rawValue: grpcStatus)?.name { visitor.text(.grpcStatusName, name) }
    if visitor.wants(.grpcMessage), let grpcMessage { visitor.text(.grpcMessage, grpcMessage[...]) }
  }

  /// `/service/method` taken apart.
  var grpcTarget: (service: Range<Int>, method: Range<Int>)? {
    guard grpc != nil, let path = head?.path, headers.bytes[path].first == UInt8(ascii: "/"),
      let slash = headers.bytes[path].dropFirst().lastIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return (path.lowerBound + 1..<slash, slash + 1..<path.upperBound)
  }
}

extension H2HeaderList {
  func describe(_ key: MessageKey, to visitor: inout some MessageVisitor) {
    guard visitor.wants(key) else { return }
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
