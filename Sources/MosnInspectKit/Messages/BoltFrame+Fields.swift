import BoltCodec

extension BoltFrame {
  func describe(
    _ bytes: [UInt8], to visitor: inout some MessageVisitor, reading contents: inout ContentReader
  ) {
    visitor.text(.wireProtocol, "bolt")
    visitor.number(.version, Int64(version.rawValue))
    if version == .v2 { visitor.number(.ver1, Int64(ver1)) }
    visitor.text(.kind, kind.name)
    visitor.number(.command, Int64(command.rawValue))
    visitor.number(.ver2, Int64(ver2))
    visitor.number(.id, Int64(id))
    visitor.number(.codec, Int64(codec.rawValue))
    visitor.number(.switches, Int64(switches))
    if let timeout { visitor.number(.timeout, Int64(timeout)) }
    if let status {
      visitor.number(.status, Int64(status.rawValue))
      if visitor.wants(.statusName) { visitor.text(.statusName, ArraySlice(status.description.utf8)) }
    }
    visitor.text(.className, bytes[className])
    visitor.number(.classLength, Int64(classLength))
    visitor.number(.headerLength, Int64(headerLength))
    describeHeaders(bytes, to: &visitor)
    visitor.number(.contentLength, Int64(contentLength))
    visitor.bytes(.content, bytes[content].prefix(contents.maxContent))
    contents.describe(sentContent(in: bytes), to: &visitor)
    switch crc {
    case .absent, .missing: break
    case .good: visitor.text(.crc, "ok")
    case .bad: visitor.text(.crc, "bad")
    }
  }

  private func describeHeaders(_ bytes: [UInt8], to visitor: inout some MessageVisitor) {
    let map = BoltHeaderMap(bytes, in: headerMap)
    if visitor.wants(.headers) {
      visitor.beginHeaders(.headers)
      for entry in map { visitor.header(entry.key.map { bytes[$0] }, entry.value.map { bytes[$0] }) }
      visitor.endHeaders()
    }
    guard visitor.wants(.headerBytes), map.readableEnd < headerMap.upperBound else { return }
    visitor.bytes(.headerBytes, bytes[headerMap])
  }
}

extension BoltHeaderMap {
  /// Where the entries end that can be read: behind the last byte, if the map is one.
  var readableEnd: Int {
    reduce(into: range.lowerBound) { $0 += 8 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) }
  }
}
