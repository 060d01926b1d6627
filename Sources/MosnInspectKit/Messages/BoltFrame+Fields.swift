import BoltCodec

extension BoltFrame {
  static let keys: [String] = [
    "packet", "time", "src", "dst", "protocol", "version", "ver1", "kind", "command", "ver2", "id",
    "codec", "switch", "timeout", "status", "status_name", "class", "class_length", "header_length",
    "headers", "content_length", "content", "crc", "findings",
  ]

  func describe(_ bytes: [UInt8], to visitor: inout some MessageVisitor, maxContent: Int) {
    visitor.text("protocol", "bolt")
    visitor.number("version", Int64(version.rawValue))
    if version == .v2 { visitor.number("ver1", Int64(ver1)) }
    visitor.text("kind", kind.name)
    visitor.number("command", Int64(command.rawValue))
    visitor.number("ver2", Int64(ver2))
    visitor.number("id", Int64(id))
    visitor.number("codec", Int64(codec.rawValue))
    visitor.number("switch", Int64(switches))
    if let timeout { visitor.number("timeout", Int64(timeout)) }
    if let status {
      visitor.number("status", Int64(status.rawValue))
      visitor.text("status_name", ArraySlice(status.description.utf8))
    }
    visitor.text("class", bytes[className])
    visitor.number("class_length", Int64(classLength))
    visitor.number("header_length", Int64(headerLength))
    visitor.beginHeaders("headers")
    for entry in BoltHeaderMap(bytes, in: headerMap) {
      visitor.header(entry.key.map { bytes[$0] }, entry.value.map { bytes[$0] })
    }
    visitor.endHeaders()
    visitor.number("content_length", Int64(contentLength))
    visitor.bytes("content", bytes[content].prefix(maxContent))
    switch crc {
    case .absent, .missing: break
    case .good: visitor.text("crc", "ok")
    case .bad: visitor.text("crc", "bad")
    }
  }
}
