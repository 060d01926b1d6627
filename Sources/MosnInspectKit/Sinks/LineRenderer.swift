import MosnPackets

/// One aligned line per message, for people.
public struct LineRenderer: Renderer {
  public var output = Output()

  let palette: Palette
  private let timeFormat: TimeFormat
  private let files: FileNames
  /// Columns of the terminal; nil where lines may have any length.
  private let width: (() -> Int?)?
  private var clock = MessageClock()
  private var endpoints = ColumnWidth(least: 36)

  /// - Parameters:
  ///   - files: the names of files that are read together.
  ///   - width: is asked for the columns of the terminal before each line, which is cut to fit them.
  public init(
    isColoured: Bool, timeFormat: TimeFormat = .relative, files: [String] = [], width: (() -> Int?)? = nil
  ) {
    palette = Palette(isColoured: isColoured)
    self.timeFormat = timeFormat
    self.files = FileNames(files)
    self.width = width
  }

  public mutating func begin(at time: Int64) { clock.begin(at: time) }

  public mutating func render(_ message: Message) {
    let start = output.bytes.count
    renderPlace(message.place)
    switch message.content {
    case .bolt(let frame, let bytes): render(frame, bytes)
    case .http2(let content): render(content, begun: message.place)
    case .http2Frame(let content): render(content)
    case .findings(let known): renderKind(known == .bolt ? "bolt" : "HTTP/2", "finding", .red, number: nil)
    }
    let end = output.bytes.count
    for finding in message.findings { render(finding) }
    if let columns = width?() { output.fit(start, end, to: columns, isColoured: palette.isColoured) }
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func render(_ finding: Finding) {
    palette.paint(.red, &output) {
      $0.append("  ! " as StaticString)
      $0.append(finding.text)
      if !finding.section.isEmpty {
        $0.append(" (" as StaticString)
        $0.append(finding.section)
        $0.append(")" as StaticString)
      }
    }
  }

  private mutating func renderPlace(_ place: Place) {
    output.append(place.packet.number, width: 6)
    output.spaces(2)
    files.write(place.packet.file, into: &output)
    clock.write(place.time, as: timeFormat, into: &output)
    output.spaces(2)
    let start = output.bytes.count
    output.append(place.source)
    output.append(" > " as StaticString)
    output.append(place.destination)
    output.pad(from: start, to: endpoints.width(for: output.bytes.count - start))
    output.spaces(2)
  }

  /// A packet named in a line, with its file if that is another one.
  mutating func append(_ packet: PacketNumber, besides other: PacketNumber) {
    output.append(packet.number)
    guard packet.file != other.file, let name = files[packet.file] else { return }
    output.append(" of " as StaticString)
    output.append(untrusted: name)
  }

  /// The columns every message has: protocol, kind, and its number (request id, stream).
  mutating func renderKind(_ name: StaticString, _ kind: StaticString, _ style: Style, number: Int?) {
    palette.paint(.magenta, &output) { $0.append(name) }
    output.spaces(9 - name.utf8CodeUnitCount)
    palette.paint(style, &output) { $0.append(kind) }
    output.spaces(14 - kind.utf8CodeUnitCount)
    if let number { output.append(number, width: 7) } else { output.spaces(7) }
    output.spaces(2)
  }
}
