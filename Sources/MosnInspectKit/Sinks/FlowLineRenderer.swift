import MosnPackets

/// One aligned line per connection, for people.
public struct FlowLineRenderer: Renderer {
  public var output = Output()

  private let palette: Palette
  private var clock = MessageClock()
  /// Columns of the endpoints and of what is said; they grow with the longest seen, up to a bound.
  private var endpointsWidth = 36
  private var contentWidth = 24
  private static let widestContent = 60

  public init(isColoured: Bool) { palette = Palette(isColoured: isColoured) }

  public mutating func begin(at time: Int64) { clock.begin(at: time) }
  public mutating func render(_ message: Message) {}

  public mutating func render(_ flow: FlowRecord) {
    output.append(flow.firstPacket.number, width: 6)
    output.spaces(2)
    clock.write(flow.firstTime, as: .relative, into: &output)
    output.spaces(2)
    renderEndpoints(flow)
    renderContent(flow)
    pair(flow.fromClient.packets, flow.fromServer.packets, "packets")
    pair(flow.fromClient.bytes, flow.fromServer.bytes, "bytes")
    output.append(seconds: max(0, flow.lastTime.subtractingClamped(flow.firstTime)), digits: 6)
    output.append(" s  " as StaticString)
    palette.paint(Self.style(of: flow.ending), &output) { $0.append(flow.ending.description) }
    renderCounts(flow)
    output.append(byte: UInt8(ascii: "\n"))
  }

  private mutating func renderEndpoints(_ flow: FlowRecord) {
    let start = output.bytes.count
    output.append(flow.client)
    // Where only the ports tell who is the client, nothing points at the other.
    output.append(flow.roles == .ports ? " - " : " > ")
    output.append(flow.server)
    endpointsWidth = max(endpointsWidth, output.bytes.count - start)
    output.pad(from: start, to: endpointsWidth)
    output.spaces(2)
  }

  private mutating func renderContent(_ flow: FlowRecord) {
    var text = flow.content.text
    if let header = flow.proxyHeader {
      text = "PROXY v\(header.version)" + (header.source.map { " of \($0)" } ?? "") + ", " + text
    }
    let start = output.bytes.count
    palette.paint(.magenta, &output) { $0.append(untrusted: ArraySlice(text.utf8)) }
    contentWidth = min(Self.widestContent, max(contentWidth, output.bytes.count - start))
    output.pad(from: start, to: contentWidth)
    output.spaces(2)
  }

  private mutating func pair(_ client: Int, _ server: Int, _ what: StaticString) {
    output.append(client)
    output.append(byte: UInt8(ascii: "/"))
    output.append(server)
    output.spaces(1)
    output.append(what)
    output.spaces(2)
  }

  private mutating func renderCounts(_ flow: FlowRecord) {
    count(flow.messages, "message")
    if flow.gaps > 0 {
      palette.paint(.yellow, &output) { output in
        output.append("  \(flow.gaps) gap\(flow.gaps == 1 ? "" : "s") of \(flow.gapBytes) bytes")
      }
    }
    switch flow.content {
    case .bolt, .http2: count(flow.undecodedBytes, "undecoded byte")
    case .unread, .empty: break
    }
    if flow.findings > 0 { palette.paint(.red, &output) { Self.count(flow.findings, "finding", &$0) } }
    if !flow.networks.isEmpty {
      output.append("  ")
      output.append(flow.networks.map(\.description).joined(separator: " and "))
    }
  }

  private mutating func count(_ number: Int, _ what: String) {
    if number > 0 { Self.count(number, what, &output) }
  }

  private static func count(_ number: Int, _ what: String, _ output: inout Output) {
    output.append("  \(number) \(what)\(number == 1 ? "" : "s")")
  }

  private static func style(of ending: FlowEnding) -> Style {
    switch ending {
    case .closed: .green
    case .open, .replaced: .blue
    case .reset, .refused, .unanswered: .red
    case .silent, .evicted: .yellow
    }
  }
}
