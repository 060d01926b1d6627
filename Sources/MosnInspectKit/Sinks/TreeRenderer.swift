/// Every field of a message with its place in the frame, one below the other (`-V`).
public struct TreeRenderer: Renderer {
  public var output: Output {
    get { heading.output }
    _modify { yield &heading.output }
  }

  private var heading: LineRenderer
  let palette: Palette
  private var contents: ContentReader
  var maxContent: Int { contents.maxContent }

  /// - Parameters:
  ///   - maxContent: bytes of content shown of a message at most.
  ///   - files: the names of files that are read together.
  public init(isColoured: Bool, timeFormat: TimeFormat, maxContent: Int, files: [String] = []) {
    self.init(
      isColoured: isColoured, timeFormat: timeFormat, contents: ContentReader(maxContent: maxContent),
      files: files)
  }

  public init(isColoured: Bool, timeFormat: TimeFormat, contents: ContentReader, files: [String] = []) {
    heading = LineRenderer(isColoured: isColoured, timeFormat: timeFormat, files: files)
    palette = Palette(isColoured: isColoured)
    self.contents = contents
  }

  public mutating func begin(at time: Int64) { heading.begin(at: time) }

  public mutating func render(_ message: Message) {
    heading.render(message)
    switch message.content {
    case .bolt(let frame, let bytes): render(frame, bytes)
    case .http2(let content): render(content)
    case .http2Frame(let content): render(content)
    case .findings: break
    }
    output.append(byte: UInt8(ascii: "\n"))
  }

  // MARK: rows

  /// `offset +length  name  value`; the offset counts from the frame's first byte.
  mutating func row(
    _ offset: Int, _ length: Int, _ name: StaticString, _ value: (inout Output) -> Void
  ) {
    let start = output.bytes.count
    palette.paint(.faint, &output) {
      $0.append(offset, width: 8)
      $0.append(" +" as StaticString)
      $0.append(length)
    }
    output.pad(from: start, to: 18 + (palette.isColoured ? 8 : 0))
    let nameStart = output.bytes.count
    output.append(name)
    output.pad(from: nameStart, to: name.utf8CodeUnitCount == 0 ? 0 : 16)
    value(&output)
    output.append(byte: UInt8(ascii: "\n"))
  }

  /// A content in the form it is written in; as bytes where that is not known or it breaks the form's rules.
  mutating func show(_ content: SentContent, from offset: Int) {
    var room = maxContent
    show(content, from: offset, unpacking: &room)
  }

  /// `room`: how many bytes may still come out of packed ones of this message.
  mutating func show(_ content: SentContent, from offset: Int, unpacking room: inout Int) {
    let seen = content.prefix(maxContent)
    guard let (inside, end) = contents.unpacked(seen, limit: room) else {
      showPlain(seen, from: offset)
      return remark(content.bytes.count - seen.bytes.count, "more bytes (--max-content)")
    }
    room -= inside.bytes.count
    output.append("      unpacked: " as StaticString)
    output.append(inside.bytes.count)
    output.append(" bytes" as StaticString)
    if let reason = end.reason(isCut: seen.isCut) {
      output.append("; " as StaticString)
      output.append(untrusted: ArraySlice(reason.utf8))
    }
    output.append(byte: UInt8(ascii: "\n"))
    if inside.bytes.isEmpty { dump(seen.bytes, from: offset) } else { showPlain(inside, from: 0) }
  }

  private mutating func showPlain(_ content: SentContent, from offset: Int) {
    guard let outcome = contents.append(content, as: .tree(indentation: 6), to: &heading.output.bytes) else {
      return dump(content.bytes, from: offset)
    }
    if !outcome.isWhole { output.append(byte: UInt8(ascii: "\n")) }
    if outcome.fault != nil { dump(content.bytes, from: offset) }
  }

  /// The usual view of bytes: offset, sixteen in hexadecimal, and what is printable.
  mutating func dump(_ content: ArraySlice<UInt8>, from offset: Int) {
    let shown = content.prefix(maxContent)
    for line in stride(from: 0, to: shown.count, by: 16) {
      let slice = shown.dropFirst(line).prefix(16)
      let start = output.bytes.count
      output.spaces(6)
      output.append(hex: UInt32(truncatingIfNeeded: offset + line), digits: 8)
      output.spaces(2)
      for (index, byte) in slice.enumerated() {
        if index == 8 { output.spaces(1) }
        output.append(hex: byte)
        output.spaces(1)
      }
      output.pad(from: start, to: 66)
      output.append(slice.lazy.map { 0x20..<0x7f ~= $0 ? $0 : UInt8(ascii: ".") })
      output.append(byte: UInt8(ascii: "\n"))
    }
    remark(content.count - shown.count, "more bytes (--max-content)")
  }

  /// What is missing of a content: a count, if there is any, and why.
  mutating func remark(_ count: Int, _ text: StaticString) {
    guard count > 0 else { return }
    output.spaces(6)
    output.append("… " as StaticString)
    output.append(count)
    output.spaces(1)
    output.append(text)
    output.append(byte: UInt8(ascii: "\n"))
  }
}
