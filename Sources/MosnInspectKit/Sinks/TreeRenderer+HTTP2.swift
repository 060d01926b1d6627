import H2Codec

extension TreeRenderer {
  mutating func render(_ message: HTTP2Message) {
    render(message.headers, "headers")
    if let body = message.body, message.bodyLength > 0 { render(body, of: message) }
    if let trailers = message.trailers { render(trailers, "trailers") }
    if message.grpc != nil { renderStatus(message) }
  }

  /// grpc-status with its name and its message.
  private mutating func renderStatus(_ message: HTTP2Message) {
    guard let status = message.grpcStatus else { return }
    output.append("  gRPC status: " as StaticString)
    output.append(status)
    if let name = GRPCStatus(rawValue: status)?.name {
      output.append(" " as StaticString)
      output.append(name)
    }
    if let text = message.grpcMessage, !text.isEmpty {
      output.append(": " as StaticString)
      output.append(untrusted: text[...])
    }
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func render(_ body: KeptBody, of message: HTTP2Message) {
    output.append("  body: " as StaticString)
    output.append(message.bodyLength)
    output.append(" bytes" as StaticString)
    if let grpc = message.grpc {
      output.append(", gRPC messages " as StaticString)
      output.append(grpc.count)
    }
    let content = message.grpc == nil ? message.sentContent : nil
    if let content { note(content) }
    output.append(byte: UInt8(ascii: "\n"))
    let shown = body.bytes.prefix(maxContent)
    if let grpc = message.grpc, grpc.isReadable {
      var parts = GRPCBody(shown)
      var room = maxContent
      while let part = parts.next() { render(part, of: shown, in: message, unpacking: &room) }
      dump(shown[parts.position...], from: parts.position)
    } else if let content {
      show(content.prefix(maxContent), from: 0)
    } else {
      dump(shown, from: 0)
    }
    guard shown.count < message.bodyLength else { return }
    output.spaces(6)
    output.append("… " as StaticString)
    output.append(message.bodyLength - shown.count)
    output.append(" more bytes (" as StaticString)
    output.append(body.isBroken ? "behind bytes that were not captured" : "--max-content")
    output.append(")\n" as StaticString)
  }

  /// How a content is packed and written.
  mutating func note(_ content: SentContent) {
    for name in [content.coding?.rawValue, content.form?.rawValue] {
      guard let name else { continue }
      output.append(", " as StaticString)
      output.append(name)
    }
  }

  private mutating func render(
    _ part: GRPCBody.Part, of body: ArraySlice<UInt8>, in message: HTTP2Message, unpacking room: inout Int
  ) {
    output.spaces(4)
    output.append(part.isTrailers ? "gRPC-Web trailers: " : "gRPC message " as StaticString)
    if !part.isTrailers {
      output.append(part.number)
      output.append(": " as StaticString)
    }
    output.append(part.length)
    output.append(part.isCompressed ? " bytes, compressed\n" : " bytes\n" as StaticString)
    show(message.sentContent(part, of: body), from: part.range.lowerBound, unpacking: &room)
  }

  mutating func render(_ message: HTTP2FrameMessage) {
    let frame = message.frame
    output.append("  frame: \(H2Frame.headerLength + frame.length) bytes at stream offset \(frame.offset)\n")
    row(0, 3, "length") { $0.append(frame.length) }
    row(3, 1, "type") { $0.append("\(frame.type.rawValue) (\(frame.type))") }
    row(4, 1, "flags") {
      $0.append("0x" as StaticString)
      $0.append(hex: frame.flags.rawValue)
    }
    row(5, 4, "stream") { $0.append(frame.streamID.rawValue) }
    for setting in frame.settings(in: message.bytes) {
      output.append("    \(setting.identifier) \(setting.value)\n")
    }
    if let headers = message.headers { render(headers, "headers") }
    dump(message.bytes[frame.payload], from: H2Frame.headerLength)
  }

  private mutating func render(_ list: H2HeaderList, _ name: StaticString) {
    guard !list.isEmpty else { return }
    output.append("  " as StaticString)
    output.append(name)
    output.append(": \(list.count) fields\n")
    for field in list.fields {
      output.spaces(4)
      switch field.unknown {
      case .none: output.append(untrusted: list.bytes[field.name])
      case .name, .nameAndValue:
        output.append("dyn[\(field.unknownIndex)] (entry \(field.unknownIdentity))")
      }
      if field.unknown != .nameAndValue {
        output.append(": " as StaticString)
        output.append(untrusted: list.bytes[field.value])
      }
      if field.isNeverIndexed { output.append("  (never indexed)" as StaticString) }
      output.append(byte: UInt8(ascii: "\n"))
    }
  }
}
