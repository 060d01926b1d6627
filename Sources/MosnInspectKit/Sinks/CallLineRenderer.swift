import MosnPackets

/// One aligned line per call, for people.
public struct CallLineRenderer: Renderer {
  public var output = Output()

  private let palette: Palette
  private let timeFormat: TimeFormat
  private let files: FileNames
  /// Columns of the terminal; nil where lines may have any length.
  private let width: (() -> Int?)?
  private var clock = MessageClock()
  private var endpoints = ColumnWidth(least: 36)
  private var names = ColumnWidth(least: 24)

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
  public mutating func render(_ message: Message) {}

  public mutating func render(_ call: Call) {
    let start = output.bytes.count
    renderPlace(call)
    renderKind(call)
    renderLatency(call)
    renderNames(call)
    renderStatus(call)
    renderSizes(call)
    renderPackets(call)
    let end = output.bytes.count
    renderReason(call)
    if let columns = width?() { output.fit(start, end, to: columns, isColoured: palette.isColoured) }
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func renderPlace(_ call: Call) {
    output.append(call.number, width: 6)
    output.spaces(2)
    files.write(call.beginning.packet.file, into: &output)
    clock.write(call.beginning.time, as: timeFormat, into: &output)
    output.spaces(2)
    let start = output.bytes.count
    output.append(call.client)
    // Whoever calls, the client stands first; the arrow has the direction of the request.
    output.append(call.kind == .push ? " < " : " > ")
    output.append(call.server)
    output.pad(from: start, to: endpoints.width(for: output.bytes.count - start))
    output.spaces(2)
  }

  private mutating func renderKind(_ call: Call) {
    let name: StaticString = call.wireProtocol == .bolt ? "bolt" : "HTTP/2"
    palette.paint(.magenta, &output) { $0.append(name) }
    output.spaces(8 - name.utf8CodeUnitCount)
    palette.paint(call.kind == .request ? .cyan : .blue, &output) { $0.append(call.kind.name) }
    output.spaces(11 - call.kind.name.utf8CodeUnitCount)
    output.append(call.id, width: 7)
    output.spaces(2)
  }

  private mutating func renderLatency(_ call: Call) {
    guard let latency = call.latency else { return output.append("           -     " as StaticString) }
    palette.paint(.bold, &output) { $0.append(milliseconds: latency, decimals: 3, width: 12) }
    output.append(" ms  " as StaticString)
  }

  private mutating func renderNames(_ call: Call) {
    let start = output.bytes.count
    output.append(untrusted: call.text[call.service])
    if !call.service.isEmpty, !call.method.isEmpty {
      // `EchoService.echo`, and `example:8080 GET /path`.
      let isPath = call.text[call.method].contains(UInt8(ascii: " "))
      output.append(isPath ? " " : "." as StaticString)
    }
    output.append(untrusted: call.text[call.method])
    output.pad(from: start, to: names.width(for: output.bytes.count - start))
    output.spaces(2)
  }

  private mutating func renderStatus(_ call: Call) {
    if let status = call.status {
      palette.paint(call.outcome == .ok ? .green : call.outcome.isFailure ? .red : .yellow, &output) {
        $0.append(status)
        if let name = call.statusName {
          $0.append(byte: UInt8(ascii: " "))
          $0.append(name)
        }
      }
      output.spaces(2)
    }
    guard call.outcome != .ok, call.outcome != .oneway else { return }
    palette.paint(call.outcome.isFailure ? .red : .yellow, &output) { $0.append(call.outcome.name) }
    output.spaces(2)
  }

  private mutating func renderSizes(_ call: Call) {
    append(call.request?.bytes)
    output.append(byte: UInt8(ascii: "/"))
    append(call.response?.bytes)
    output.append(" bytes" as StaticString)
    guard call.request?.messages != nil || call.response?.messages != nil else { return }
    output.spaces(2)
    append(call.request?.messages)
    output.append(byte: UInt8(ascii: "/"))
    append(call.response?.messages)
    output.append(" messages" as StaticString)
  }

  private mutating func append(_ count: Int?) {
    if let count { output.append(count) } else { output.append(byte: UInt8(ascii: "-")) }
  }

  private mutating func renderPackets(_ call: Call) {
    output.append("  packets " as StaticString)
    append(call.request?.first.packet, besides: call)
    output.append(byte: UInt8(ascii: "-"))
    append(call.response?.last?.packet ?? call.response?.first.packet, besides: call)
  }

  private mutating func append(_ packet: PacketNumber?, besides call: Call) {
    guard let packet else { return output.append(byte: UInt8(ascii: "?")) }
    output.append(packet.number)
    guard packet.file != call.beginning.packet.file, let name = files[packet.file] else { return }
    output.append(" of " as StaticString)
    output.append(untrusted: name)
  }

  private mutating func renderReason(_ call: Call) {
    guard call.hasReason || call.findings.contains(where: { !$0.isStall }) else { return }
    palette.paint(call.outcome.isFailure ? .red : .yellow, &output) { output in
      output.append("  ! " as StaticString)
      let empty = output.bytes.count
      call.appendReason(to: &output)
      for finding in call.findings where !finding.isStall {
        if output.bytes.count > empty { output.append("; " as StaticString) }
        output.append(finding.text)
      }
    }
  }
}
