import H2Codec

extension TreeRenderer {
  mutating func render(_ message: HTTP2Message) {
    render(message.headers, "headers")
    if let trailers = message.trailers { render(trailers, "trailers") }
    guard let grpc = message.grpc else { return }
    output.append("  gRPC: " as StaticString)
    output.append(grpc.count)
    output.append(" messages" as StaticString)
    for length in grpc.lengths {
      output.append(" " as StaticString)
      output.append(length)
    }
    output.append(byte: UInt8(ascii: "\n"))
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
