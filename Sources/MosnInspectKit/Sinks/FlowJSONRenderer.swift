import MosnPackets
import MosnText

/// One JSON object per connection and line. The schema is documented in docs/inspect.md.
public struct FlowJSONRenderer: Renderer {
  public var output = Output()

  private var writer = JSONWriter()
  private var scratch = Output()

  public init() {}

  public mutating func render(_ message: Message) {}

  public mutating func render(_ flow: FlowRecord) {
    writer = JSONWriter(taking: &output.bytes)
    writer.beginObject()
    number("flow", flow.number)
    number("packet", flow.firstPacket.number)
    time("time", flow.firstTime)
    number("end_packet", flow.lastPacket.number)
    time("end_time", flow.lastTime)
    time("duration", max(0, flow.lastTime.subtractingClamped(flow.firstTime)))
    text("client", "\(flow.client)")
    text("server", "\(flow.server)")
    text("roles", flow.roles.rawValue)
    writer.key("networks")
    writer.beginArray()
    for network in flow.networks { writer.string(network.description) }
    writer.endArray()
    write(flow.content)
    if let header = flow.proxyHeader { write(header) }
    number("client_packets", flow.fromClient.packets)
    number("server_packets", flow.fromServer.packets)
    number("client_bytes", flow.fromClient.bytes)
    number("server_bytes", flow.fromServer.bytes)
    text("ended", flow.ending.name)
    if let side = flow.ending.side { text("ended_by", side.rawValue) }
    number("messages", flow.messages)
    number("findings", flow.findings)
    number("gaps", flow.gaps)
    number("gap_bytes", flow.gapBytes)
    number("undecoded_bytes", flow.undecodedBytes)
    writer.endObject()
    writer.endLine()
    writer.finish(into: &output.bytes)
  }

  private mutating func write(_ content: FlowContent) {
    if let name = content.name { text("protocol", name) }
    text("name", content.text)
    switch content {
    case .bolt(let versions):
      writer.key("versions")
      writer.beginArray()
      for version in versions.map(\.rawValue).sorted() { writer.number(version) }
      writer.endArray()
    case .http2(let isUpgraded): if isUpgraded { text("behind", "http1") }
    case .unread(let traffic): write(traffic)
    case .empty: break
    }
  }

  private mutating func write(_ traffic: UnreadTraffic) {
    for fact in traffic.facts { text(fact.name.key, fact.value) }
    guard !traffic.beginnings.isEmpty else { return }
    writer.key("begins")
    writer.beginArray()
    for bytes in traffic.beginnings {
      scratch.removeAll()
      for byte in bytes { scratch.append(hex: byte) }
      let digits = scratch.bytes
      writer.string(utf8: digits.span.bytes)
    }
    writer.endArray()
  }

  private mutating func write(_ header: ProxyAddresses) {
    writer.key("proxy")
    writer.beginObject()
    number("version", header.version)
    if let source = header.source { text("source", source) }
    if let destination = header.destination { text("destination", destination) }
    writer.endObject()
  }

  private mutating func number(_ key: StaticString, _ value: Int) {
    writer.key(key)
    writer.number(value)
  }

  private mutating func text(_ key: StaticString, _ value: String) {
    writer.key(key)
    writer.string(value)
  }

  private mutating func time(_ key: StaticString, _ nanoseconds: Int64) {
    scratch.removeAll()
    scratch.append(seconds: nanoseconds, digits: 9)
    writer.key(key)
    let digits = scratch.bytes
    writer.string(utf8: digits.span.bytes)
  }
}

extension UnreadTraffic.Fact.Name {
  fileprivate var key: StaticString {
    switch self {
    case .tlsVersion: "tls_version"
    case .sni: "sni"
    case .alpn: "alpn"
    case .alpnOffered: "alpn_offered"
    case .firstLine: "first_line"
    case .product: "product"
    }
  }
}
