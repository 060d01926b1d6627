import BoltCodec

extension LineRenderer {
  mutating func render(_ frame: BoltFrame, _ bytes: [UInt8]) {
    let style: Style =
      switch frame.kind {
      case .request, .oneway: .cyan
      case .response: .green
      case .heartbeat, .heartbeatAck, .goaway: .faint
      }
    renderKind(frame.version == .v2 ? "bolt v2" : "bolt v1", frame.kind.name, style, number: Int(frame.id))
    if frame.kind != .heartbeat, frame.kind != .heartbeatAck {
      output.append(frame.command.description)
      output.spaces(2)
    }
    let headers = BoltHeaderMap(bytes, in: frame.headerMap)
    if let status = frame.status { render(status, headers, bytes) }
    renderTarget(headers, bytes)
    if let timeout = frame.timeout {
      output.append("timeout " as StaticString)
      if timeout < 0 {
        output.append("none" as StaticString)
      } else {
        output.append(timeout)
        output.append(" ms" as StaticString)
      }
      output.spaces(2)
    }
    if !frame.className.isEmpty {
      output.append(untrusted: bytes[frame.className])
      output.spaces(2)
    }
    renderLengths(frame)
  }

  private mutating func render(_ status: BoltStatus, _ headers: BoltHeaderMap, _ bytes: [UInt8]) {
    // SOFARPC reports what the application threw inside a successful bolt response.
    let isApplicationError =
      headers.value(forKey: "sofa_head_response_error").map { bytes[$0].elementsEqual("true".utf8) } ?? false
    palette.paint(status == .success ? (isApplicationError ? .yellow : .green) : .red, &output) {
      $0.append(status.rawValue)
      if let name = status.name {
        $0.append(" " as StaticString)
        $0.append(name)
      }
      if isApplicationError { $0.append(" (application error)" as StaticString) }
    }
    output.spaces(2)
  }

  /// Service and method, where the headers tell.
  private mutating func renderTarget(_ headers: BoltHeaderMap, _ bytes: [UInt8]) {
    let service = headers.value(forKey: "sofa_head_target_service") ?? headers.value(forKey: "service")
    let method = headers.value(forKey: "sofa_head_method_name")
    guard service != nil || method != nil else { return }
    palette.paint(.bold, &output) { output in
      if let service { output.append(untrusted: bytes[service]) }
      if let method {
        output.append(byte: UInt8(ascii: "/"))
        output.append(untrusted: bytes[method])
      }
    }
    output.spaces(2)
  }

  private mutating func renderLengths(_ frame: BoltFrame) {
    output.append(frame.codec.description)
    output.append("  class " as StaticString)
    output.append(frame.classLength)
    output.append(" headers " as StaticString)
    output.append(frame.headerLength)
    output.append(" content " as StaticString)
    output.append(frame.contentLength)
    switch frame.crc {
    case .absent: break
    case .missing:
      if frame.isWhole { palette.paint(.yellow, &output) { $0.append("  crc missing" as StaticString) } }
    case .good: output.append("  crc ok" as StaticString)
    case .bad: palette.paint(.red, &output) { $0.append("  crc BAD" as StaticString) }
    }
  }
}
