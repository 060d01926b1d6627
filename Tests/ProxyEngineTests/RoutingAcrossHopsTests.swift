import BoltCodec
import H2Codec
import Testing

@testable import ProxyEngine

/// Routes are chosen by what the server will see, at every hop alike.
@Suite struct RoutingAcrossHopsTests {
  let network = SimulatedNetwork(seed: 41)

  /// `service` a goes to one server, b to another, all else to a third.
  private func routes(_ clusters: [String]) -> String {
    zip(["a", "b"], clusters).map {
      #"{"match": {"headers": [{"name": "service", "value": "\#($0)"}]}, "route": {"cluster_name": "\#($1)"}},"#
    }.joined() + #"{"match": {"prefix": "/"}, "route": {"cluster_name": "\#(clusters[2])"}}"#
  }

  private let servers = [
    ("a", ["127.0.0.1:8080"], ""), ("b", ["127.0.0.1:8081"], ""), ("c", ["127.0.0.1:8082"], ""),
  ]

  /// What Java's map has under a key.
  private func value(_ key: String, _ message: BoltMessage) -> String? {
    message.headers.last { $0.key == Array(key.utf8) && $0.value != nil }
      .map { String(decoding: $0.value ?? [], as: UTF8.self) }
  }

  static let maps: [[BoltMessage.Header]] = [
    [.init("service", "a")], [.init("service", "a"), .init("service", "b")],
    [.init("service", "b"), .init("service", "a")], [.init("Service", "a")],
    [.init("service", "a"), .init("Service", "b")], [.init("SERVICE", "b"), .init("service", "a")],
    [.init("Service", "b"), .init("SERVICE", "a")], [.init("service", " a")],
    [.init("service", "b  ")],
    [.init("service", "a"), .init(key: Array("service".utf8), value: nil)],
    [.init("service", "a"), .init("SERVICE", "b\n")],
    [.init("service", "b\r"), .init("service", "a")],
    [.init("service", "a"), .init("service", "b\0")], [.init("service", "a\n")],
    [.init("service", "a"), .init("path", "p q")],
  ]

  /// Each hop has routes of its own to three places; the ways must agree, and so must what the server got.
  @Test(arguments: maps) func bothHopsChooseAlike(_ headers: [BoltMessage.Header]) throws {
    let direct = SimulatedNetwork(seed: 5)
    let bolt = ProxyNode(
      direct,
      try configuration(
        [("l", 2045, "SofaRpc", "SofaRpc", routes(["a", "b", "c"]))], clusters: servers))
    let near = (8080...8082).map { BoltServer(direct, "127.0.0.1:\($0)") }
    let first = BoltClient(direct, "127.0.0.1:2045")
    first.send(BoltMessage(.request(id: 1), headers: headers))
    direct.run(milliseconds: 100)

    let chain = [
      ProxyNode(
        network,
        try configuration(
          [("h", 2046, "Http2", "SofaRpc", routes(["a", "b", "c"]))], clusters: servers)),
      ProxyNode(
        network,
        try configuration(
          [
            (
              "l", 2045, "SofaRpc", "Http2",
              #"{"route": {"cluster_name": "h"}}"#
            )
          ],
          clusters: [("h", ["127.0.0.1:2046"], "")]), seed: 8),
    ]
    let far = (8080...8082).map { BoltServer(network, "127.0.0.1:\($0)") }
    let second = BoltClient(network, "127.0.0.1:2045")
    second.send(BoltMessage(.request(id: 1), headers: headers))
    network.run(milliseconds: 300)

    #expect(near.map(\.requests.count) == far.map(\.requests.count))
    let (sent, got) = (near.flatMap(\.requests), far.flatMap(\.requests))
    #expect(sent.count == 1 && got.count == 1)
    #expect(
      got.first.flatMap { value("service", $0) } == sent.first.flatMap { value("service", $0) })
    bolt.expectNothingLeft()
    for node in chain { node.expectNothingLeft() }
  }

  // MARK: A forged map field

  private func forged(_ items: [UInt8], _ fields: [(String, String)]) -> [(String, String)] {
    Captured.listA().filter { $0.0 != "service" } + fields + [
      ("x-mosnd-map", base64url([0x11] + items))
    ]
  }

  private func whole(_ key: String, _ value: String) -> [UInt8] {
    [2] + length(key) + key.utf8 + length(value) + value.utf8
  }

  private func length(_ text: String) -> [UInt8] {
    [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xff)]
  }

  private func base64url(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let bits = group[0] << 16 | group[1] << 8 | group[2]
      for digit in 0..<min(4, bytes.count - start + 1) {
        text.append(digits[bits >> (18 - 6 * digit) & 63])
      }
    }
    return text
  }

  private func run(
    _ fields: [(String, String)], listener more: String = ""
  ) throws -> (servers: [BoltServer], node: ProxyNode) {
    let node = ProxyNode(
      network,
      try configuration(
        [("h", 2046, "Http2", "SofaRpc", routes(["a", "b", "c"]))], clusters: servers))
    let servers = (8080...8082).map { BoltServer(network, "127.0.0.1:\($0)") }
    let client = HTTP2Client(network, "127.0.0.1:2046")
    _ = client.call(fields)
    network.run(milliseconds: 100)
    return (servers, node)
  }

  /// Whatever the map field says: the server that gets the call is that of the service it will see.
  @Test(arguments: [
    [("service", "b")], [("Service", "b")], [("SERVICE", "b")],
    [("service", "b"), ("Service", "a")],
    [("service", "b\n")], [("Service", "b\r")], [("service", "b\0"), ("SERVICE", "b\0")],
  ])
  func aForgedMapFieldLeadsNowhereElse(_ entries: [(String, String)]) throws {
    for plain in [[("service", "a")], []] {
      let (servers, node) = try run(forged(entries.flatMap { whole($0.0, $0.1) }, plain))
      let got = servers.flatMap(\.requests)
      #expect(got.count == 1)
      guard let request = got.first else { continue }
      let service = value("service", request)
      let place = service == "a" ? 0 : service == "b" ? 1 : 2
      #expect(servers[place].requests.count == 1, "\(entries) \(plain): \(service ?? "none")")
      let keys = request.headers.compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }
      let others = keys.filter { $0 != "service" && $0.lowercased() == "service" }
      #expect(others.isEmpty || !keys.contains("service"), "\(keys)")
      // What a plain field could have carried is no entry.
      #expect(
        !request.headers.contains(.init("service", "b"))
          && !request.headers.contains(.init("Service", "b")))
      node.expectNothingLeft()
    }
  }

  @Test func repeatedFieldsAreMatchedJoined() throws {
    let (servers, node) = try run(
      Captured.listA().filter { $0.0 != "service" } + [("service", "a"), ("service", "b")])
    #expect(servers.map(\.requests.count) == [0, 0, 1])
    #expect(servers[2].requests.first.flatMap { value("service", $0) } == "a,b")
    node.expectNothingLeft()
  }

  /// A listener whose clients are strangers takes no map field and sends none.
  @Test func aKeyOfTheListenerSwitchesTheMapFieldOff() throws {
    var open = try simple("Http2", "SofaRpc")
    open.servers[0].listeners[0].mapField = false
    let node = ProxyNode(network, open)
    let server = BoltServer(network, "127.0.0.1:8080")
    let client = HTTP2Client(network, "127.0.0.1:2045")
    let stream = client.call(forged(whole("x", "a\nb") + whole("Path", "/x"), [("service", "a")]))
    network.run(milliseconds: 100)
    #expect(server.requests.first?.headers == [.init("service", "a")])
    #expect(client.answer(stream).fields["x-mosnd-map"] == nil)
    node.expectNothingLeft()

    var sender = try simple("SofaRpc", "Http2", hosts: ["127.0.0.1:8081"])
    sender.servers[0].listeners[0].mapField = false
    let second = SimulatedNetwork(seed: 43)
    let sending = ProxyNode(second, sender)
    let http2 = HTTP2Server(second, "127.0.0.1:8081")
    let caller = BoltClient(second, "127.0.0.1:2045")
    caller.send(.call(1, headers: [.init("Upper", "x"), .init("upper", "y")]))
    second.run(milliseconds: 100)
    #expect(http2.requests.first?["x-mosnd-map"] == nil && http2.requests.first?["upper"] == "y")
    sending.expectNothingLeft()
  }
}
