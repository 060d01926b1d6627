/// Every field of a message with its place in the frame, one below the other (`-V`).
public struct TreeRenderer: Renderer {
  public var output: Output {
    get { heading.output }
    _modify { yield &heading.output }
  }

  private var heading: LineRenderer
  let palette: Palette
  let maxContent: Int

  /// - Parameters:
  ///   - maxContent: bytes of content shown of a message at most.
  ///   - files: the names of files that are read together.
  public init(isColoured: Bool, timeFormat: TimeFormat, maxContent: Int, files: [String] = []) {
    heading = LineRenderer(isColoured: isColoured, timeFormat: timeFormat, files: files)
    palette = Palette(isColoured: isColoured)
    self.maxContent = maxContent
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
    if shown.count < content.count {
      output.spaces(6)
      output.append("… " as StaticString)
      output.append(content.count - shown.count)
      output.append(" more bytes (--max-content)\n" as StaticString)
    }
  }
}
