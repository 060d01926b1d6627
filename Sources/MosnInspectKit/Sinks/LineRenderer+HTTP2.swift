import H2Codec

extension LineRenderer {
  mutating func render(_ message: HTTP2Message, begun: Place) {
    let style: Style =
      switch message.kind {
      case .request, .pushPromise: .cyan
      case .response, .informational: .green
      case .reset, .goAway: .red
      }
    renderKind("HTTP/2", message.kindName, style, number: Int(message.stream.rawValue))
    switch message.kind {
    case .request: renderRequest(message)
    case .response, .informational: renderStatus(message)
    case .pushPromise(let promised):
      output.append("stream " as StaticString)
      output.append(promised.rawValue)
      output.spaces(2)
      renderRequest(message)
    case .reset(let code): output.append("\(code)")
    case .goAway(let code, let last, let debug):
      output.append("\(code)  last stream \(last)")
      if !debug.isEmpty {
        output.spaces(2)
        output.append(untrusted: debug[...])
      }
    }
    if message.head != nil || message.bodyLength > 0 { renderSizes(message, begun: begun) }
  }

  private mutating func renderRequest(_ message: HTTP2Message) {
    let list = message.headers
    if let method = message.head?.method { output.append(untrusted: list.bytes[method]) }
    output.spaces(1)
    palette.paint(.bold, &output) { output in
      if let authority = message.head?.authority ?? message.head?.host {
        output.append(untrusted: list.bytes[authority])
      }
      if let path = message.head?.path { output.append(untrusted: list.bytes[path]) }
    }
    renderUnknown(list)
    output.spaces(2)
  }

  private mutating func renderStatus(_ message: HTTP2Message) {
    if let status = message.head?.status, status > 0 {
      palette.paint(status < 400 ? .green : .red, &output) { $0.append(status) }
    }
    renderUnknown(message.headers)
    if let grpc = message.grpcStatus {
      palette.paint(grpc == 0 ? .green : .red, &output) {
        $0.append(" grpc-status " as StaticString)
        $0.append(grpc)
        if let name = GRPCStatus(rawValue: grpc)?.name {
          $0.append(" " as StaticString)
          $0.append(name)
        }
      }
      if grpc != 0, let text = message.grpcMessage, !text.isEmpty {
        output.append(" \"" as StaticString)
        output.append(untrusted: text[...])
        output.append("\"" as StaticString)
      }
    }
    output.spaces(2)
  }

  /// Fields that rest on what was said before the capture began, by their index on the wire.
  private mutating func renderUnknown(_ list: H2HeaderList) {
    for field in list.fields where field.unknown == .nameAndValue {
      output.append(" dyn[" as StaticString)
      output.append(field.unknownIndex)
      output.append(byte: UInt8(ascii: "]"))
    }
  }

  private mutating func renderSizes(_ message: HTTP2Message, begun: Place) {
    output.append("headers " as StaticString)
    output.append(message.headers.count)
    if let trailers = message.trailers {
      output.append(" trailers " as StaticString)
      output.append(trailers.count)
    }
    output.append(" body " as StaticString)
    output.append(message.bodyLength)
    if let grpc = message.grpc {
      output.append("  gRPC messages " as StaticString)
      output.append(grpc.count)
    }
    if message.isOpen { output.append("  open, its end follows" as StaticString) }
    if let end = message.end, end.packet != begun.packet {
      output.append("  to packet " as StaticString)
      append(end.packet, besides: begun.packet)
      output.append(" (" as StaticString)
      output.append(seconds: end.time.subtractingClamped(begun.time), digits: 6)
      output.append(" s)" as StaticString)
    }
  }

  // MARK: frames

  mutating func render(_ message: HTTP2FrameMessage) {
    let frame = message.frame
    renderKind("HTTP/2", "frame", .faint, number: Int(frame.streamID.rawValue))
    palette.paint(.bold, &output) { $0.append("\(frame.type)") }
    output.append("  length " as StaticString)
    output.append(frame.length)
    output.append("  flags 0x" as StaticString)
    output.append(hex: frame.flags.rawValue)
    renderFlags(frame)
    switch frame.type {
    case .settings:
      for setting in frame.settings(in: message.bytes) {
        output.append("  \(setting.identifier) \(setting.value)")
      }
    case .windowUpdate: output.append("  +\(frame.windowIncrement)")
    case .reset: output.append("  \(frame.errorCode)")
    case .goAway: output.append("  \(frame.errorCode)  last stream \(frame.lastStreamID)")
    case .pushPromise: output.append("  promises stream \(frame.promisedStreamID)")
    default: break
    }
    if let headers = message.headers { renderList(headers) }
  }

  private mutating func renderFlags(_ frame: H2Frame) {
    let isAnswer = frame.type == .settings || frame.type == .ping
    if isAnswer, frame.isAcknowledgement { output.append(" ACK" as StaticString) }
    if frame.endsStream { output.append(" END_STREAM" as StaticString) }
    if frame.endsHeaders, frame.type != .data { output.append(" END_HEADERS" as StaticString) }
  }

  /// A header list on one line.
  private mutating func renderList(_ list: H2HeaderList) {
    for field in list.fields {
      output.spaces(2)
      switch field.unknown {
      case .none, .name:
        if field.unknown == .none {
          output.append(untrusted: list.bytes[field.name])
        } else {
          output.append("dyn[\(field.unknownIndex)]")
        }
        output.append(": " as StaticString)
        output.append(untrusted: list.bytes[field.value])
      case .nameAndValue: output.append("dyn[\(field.unknownIndex)]")
      }
    }
  }
}
