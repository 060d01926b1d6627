import BoltCodec

extension TreeRenderer {
  mutating func render(_ frame: BoltFrame, _ bytes: [UInt8]) {
    output.append("  frame: " as StaticString)
    output.append(frame.range.count)
    output.append(" bytes at stream offset " as StaticString)
    output.append(frame.streamOffset)
    output.append(byte: UInt8(ascii: "\n"))
    for field in frame.fixedFields {
      row(field.offset, field.length, field.name) { output in
        output.append(field.value)
        if let meaning = field.meaning {
          output.append(" (" as StaticString)
          output.append(meaning)
          output.append(")" as StaticString)
        }
      }
    }
    let start = frame.range.lowerBound
    if !frame.className.isEmpty {
      row(frame.className.lowerBound - start, frame.className.count, "class") {
        $0.append(untrusted: bytes[frame.className])
      }
    }
    if !frame.headerMap.isEmpty { render(headerMap: frame, bytes) }
    if !frame.content.isEmpty {
      let content = frame.sentContent(in: bytes)
      row(frame.content.lowerBound - start, frame.content.count, "content") { output in
        if let form = content.form { output.append(form.rawValue) }
      }
      show(content, from: frame.content.lowerBound - start)
    }
    renderCRC(frame)
  }

  private mutating func render(headerMap frame: BoltFrame, _ bytes: [UInt8]) {
    let start = frame.range.lowerBound
    let map = BoltHeaderMap(bytes, in: frame.headerMap)
    row(frame.headerMap.lowerBound - start, frame.headerMap.count, "header map") { _ in }
    var offset = frame.headerMap.lowerBound
    for entry in map {
      let length = 8 + (entry.key?.count ?? 0) + (entry.value?.count ?? 0)
      output.spaces(2)
      row(offset - start, length, "") { output in
        Self.text(entry.key, bytes, &output)
        output.append(": " as StaticString)
        Self.text(entry.value, bytes, &output)
      }
      offset += length
    }
    guard offset < frame.headerMap.upperBound else { return }
    output.spaces(2)
    row(offset - start, frame.headerMap.upperBound - offset, "") {
      $0.append("no entry of a header map" as StaticString)
    }
    dump(bytes[offset..<frame.headerMap.upperBound], from: offset - start)
  }

  private static func text(_ range: Range<Int>?, _ bytes: [UInt8], _ output: inout Output) {
    if let range { output.append(untrusted: bytes[range]) } else { output.append("null" as StaticString) }
  }

  private mutating func renderCRC(_ frame: BoltFrame) {
    let offset = frame.range.count - 4
    switch frame.crc {
    case .absent, .missing: break
    case .good: row(offset, 4, "crc") { $0.append("ok" as StaticString) }
    case .bad(let expected, let found):
      row(offset, 4, "crc") {
        $0.append("0x" as StaticString)
        $0.append(hex: found, digits: 8)
        $0.append(" (bad: the frame's bytes give 0x" as StaticString)
        $0.append(hex: expected, digits: 8)
        $0.append(")" as StaticString)
      }
    }
  }
}

extension BoltFrame {
  fileprivate struct FixedField {
    var offset: Int
    var length: Int
    var name: StaticString
    var value: Int64
    var meaning: String?
  }

  /// The fixed part in wire order (see `BoltFrame` for the layout).
  fileprivate var fixedFields: [FixedField] {
    var fields: [FixedField] = []
    func add(_ length: Int, _ name: StaticString, _ value: some BinaryInteger, _ meaning: String? = nil) {
      let offset = fields.last.map { $0.offset + $0.length } ?? 0
      fields.append(
        FixedField(offset: offset, length: length, name: name, value: Int64(value), meaning: meaning))
    }
    add(1, "protocol", version.rawValue)
    if version == .v2 { add(1, "ver1", ver1) }
    add(1, "type", type.rawValue, "\(type)")
    add(2, "command", command.rawValue, command.name)
    add(1, "ver2", ver2)
    add(4, "id", id)
    add(1, "codec", codec.rawValue, codec.name)
    if version == .v2 { add(1, "switch", switches, switches & 1 == 1 ? "crc" : nil) }
    if let timeout { add(4, "timeout", timeout, timeout < 0 ? "none" : "ms") }
    if let status { add(2, "status", status.rawValue, status.name) }
    add(2, "class length", classLength)
    add(2, "header length", headerLength)
    add(4, "content length", contentLength)
    return fields
  }
}
