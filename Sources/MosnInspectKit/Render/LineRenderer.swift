import MosnPackets

/// One aligned line per message, for people.
public struct LineRenderer: Renderer {
  public var output = Output()

  let palette: Palette
  private let timeFormat: TimeFormat
  private var clock = MessageClock()
  /// Columns `source > destination` takes; grows with the longest seen.
  private var endpointsWidth = 36

  public init(isColoured: Bool, timeFormat: TimeFormat = .relative) {
    palette = Palette(isColoured: isColoured)
    self.timeFormat = timeFormat
  }

  public mutating func begin(at time: Int64) { clock.begin(at: time) }

  public mutating func render(_ message: Message) {
    renderPlace(message.place)
    switch message.content {
    case .bolt(let frame, let bytes): render(frame, bytes)
    case .http2(let content): render(content, begun: message.place)
    case .http2Frame(let content): render(content)
    case .findings(let known): renderKind(known == .bolt ? "bolt" : "HTTP/2", "finding", .red, number: nil)
    }
    for finding in message.findings {
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
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func renderPlace(_ place: Place) {
    output.append(place.packet, width: 6)
    output.spaces(2)
    clock.write(place.time, as: timeFormat, into: &output)
    output.spaces(2)
    let start = output.bytes.count
    output.append(place.source)
    output.append(" > " as StaticString)
    output.append(place.destination)
    endpointsWidth = max(endpointsWidth, output.bytes.count - start)
    output.pad(from: start, to: endpointsWidth)
    output.spaces(2)
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
