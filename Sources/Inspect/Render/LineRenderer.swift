import BoltCodec
import Packets

/// One aligned line per message, for people.
public struct LineRenderer: Renderer {
  public var output = Output()

  private let palette: Palette
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

  // MARK: bolt

  private mutating func render(_ frame: BoltFrame, _ bytes: [UInt8]) {
    palette.paint(.magenta, &output) {
      $0.append("bolt v" as StaticString)
      $0.append(frame.version.rawValue)
    }
    output.spaces(2)
    renderKind(frame)
    output.append(frame.id, width: 7)
    output.spaces(2)
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

  private mutating func renderKind(_ frame: BoltFrame) {
    let style: Style =
      switch frame.kind {
      case .request, .oneway: .cyan
      case .response: .green
      case .heartbeat, .heartbeatAck, .goaway: .faint
      }
    let start = output.bytes.count
    palette.paint(style, &output) {
      $0.append(frame.kind.name)
      $0.pad(from: start, to: 13 + (palette.isColoured ? 5 : 0))
    }
    output.spaces(1)
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

/// Remembers the times others are relative to.
struct MessageClock: Sendable {
  private var first: Int64?
  private var previous: Int64?

  mutating func begin(at time: Int64) { if first == nil { first = time } }

  mutating func write(_ time: Int64, as format: TimeFormat, into output: inout Output) {
    let first = self.first ?? time
    self.first = first
    let width = format.width
    switch format {
    case .relative: output.append(seconds: time.subtractingClamped(first), digits: 6, width: width)
    case .delta: output.append(seconds: time.subtractingClamped(previous ?? time), digits: 6, width: width)
    case .epoch: output.append(seconds: time, digits: 9, width: width)
    case .timeOfDay(let offset): output.append(date: time, offset: offset, withDate: false)
    case .date(let offset): output.append(date: time, offset: offset, withDate: true)
    }
    previous = time
  }
}

extension Int64 {
  /// Difference of two times of a capture, which may claim anything.
  func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (self > other ? .max : .min) : difference
  }
}
