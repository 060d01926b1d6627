import Support
import Testing

@testable import MosnInspectKit

/// Protocols that are not read are named where their first bytes tell, and nothing else is.
@Suite struct RecogniserTests {
  struct Sample: CustomTestStringConvertible {
    var name: String
    var client: [UInt8]
    var server: [UInt8]
    var testDescription: String { name }

    init(_ name: String, _ client: String, _ server: String = "") {
      (self.name, self.client, self.server) = (name, Array(client.utf8), Array(server.utf8))
    }

    init(_ name: String, hex client: String, _ server: String = "") {
      (self.name, self.client, self.server) = (name, [UInt8](hex: client), [UInt8](hex: server))
    }

    init(_ name: String, _ client: [UInt8], _ server: [UInt8]) {
      (self.name, self.client, self.server) = (name, client, server)
    }
  }

  static let samples: [Sample] = [
    Sample(
      "TLS 1.3, SNI pay.svc, ALPN h2, no keys", TLSBytes.records(TLSBytes.clientHello()),
      TLSBytes.records(TLSBytes.serverHello())),
    Sample(
      "TLS 1.2, SNI a.b, ALPN http/1.1, no keys",
      TLSBytes.records(TLSBytes.clientHello(name: "a.b", applications: ["h2", "http/1.1"])),
      TLSBytes.records(TLSBytes.serverHello(version: nil, application: "http/1.1"))),
    Sample(
      "TLS 1.3, SNI pay.svc, ALPN h2 http/1.1 offered, no keys",
      TLSBytes.records(TLSBytes.clientHello(applications: ["h2", "http/1.1"]), size: 50),
      TLSBytes.records(TLSBytes.serverHello(), size: 30)),
    Sample(
      "TLS, offers 1.2, ALPN h2, no keys", TLSBytes.records(TLSBytes.clientHello(name: "", versions: [])), []),
    Sample(
      "TLS, handshake not captured, no keys",
      TLSBytes.records([UInt8](repeating: 9, count: 90), type: 23, size: 40),
      []),
    Sample("HTTP/1.1 GET /a?b=c", "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"),
    Sample("HTTP/1.0 POST /x", "POST /x HTTP/1.0\r\n\r\n"),
    Sample("HTTP/1.1 503 Service Unavailable", "", "HTTP/1.1 503 Service Unavailable\r\n"),
    Sample(
      "WebSocket after HTTP/1.1 GET /chat", "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
    Sample("Dubbo", hex: "dabbc20000000000000000010000001b05", "dabb0214000000000000000100000004"),
    Sample(
      "SOFA TR",
      hex: "0d0001010000000100000000000a0000001400000004636f6d2e616c697061792e736f66612e54527878626f6479"),
    Sample("Thrift", hex: "0000001e800100010000000470696e67000000010000000000000000000000000000"),
    Sample("Thrift", hex: "800100010000000470696e670000000100"),
    Sample("Thrift", hex: "00000010 82210104 70696e6700"),
    Sample("RocketMQ", [0, 0, 0, 30, 0, 0, 0, 22] + Array(#"{"code":10,"flag":0,"#.utf8), []),
    Sample("bRPC", hex: "50525043000000200000000a"),
    Sample(
      "MySQL, server 8.0.36", [],
      [74, 0, 0, 0, 10] + Array("8.0.36".utf8) + [0] + [UInt8](repeating: 5, count: 12) + [0, 0]),
    Sample("MySQL", [13, 0, 0, 0, 3] + Array("select 1 + 1".utf8), []),
    Sample("PostgreSQL", [0, 0, 0, 20, 0, 3, 0, 0] + Array("user\0app\0\0\0\0".utf8), []),
    Sample("PostgreSQL", hex: "0000000804d2162f", "53"),
    Sample("PostgreSQL", [], [0x31, 0, 0, 0, 4, 0x32, 0, 0, 0, 4, 0x5A, 0, 0, 0, 5, 0x49]),
    Sample("MongoDB", hex: "21000000 07000000 00000000 dd070000 00000000 00"),
    Sample(
      "Cassandra CQL", hex: "040000000500000000", "840000000600000018000100" + "0b43514c5f56455253494f4e"),
    Sample("Redis", "*1\r\n$4\r\nPING\r\n", "+PONG\r\n"),
    Sample("memcached", "set k 0 0 1\r\nx\r\n", "STORED\r\n"),
    Sample(
      "memcached", hex: "80000001000000000000000100000001000000000000000061",
      "81000000000000000000000000000001" + "0000000000000000"),
    Sample("Kafka", [0, 0, 0, 20, 0, 3, 0, 1, 0, 0, 0, 7, 0, 4] + Array("app1".utf8) + [0, 0], []),
    Sample(
      "ZooKeeper",
      hex:
        "0000002c 00000000 0000000000000000 00007530 0000000000000000 00000010 00000000000000000000000000000000"
    ),
    Sample("AMQP 0.9.1", hex: "414d515000000901"),
    Sample("MQTT", hex: "101000044d5154540402003c000461626364"),
    Sample("NATS", "", "INFO {\"server_id\":\"x\"}\r\n"),
    Sample("SSH-2.0-OpenSSH_9.2", "SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_9.2\r\n"),
    Sample("SMTP", "EHLO a\r\n", "220 mail.example ready\r\n"),
    Sample("FTP", "USER anonymous\r\n", "220 Welcome\r\n"),
    Sample("POP3", "CAPA\r\n", "+OK ready\r\n"),
    Sample("IMAP", "", "* OK ready\r\n"),
    Sample("SMB", hex: "00000040fe534d424000"),
    Sample("DCE/RPC", hex: "05000b03100000004800000001000000"),
    Sample("LDAP", hex: "300c020101600702010304008000"),
    Sample("DNS", hex: "001d1234010000010000000000000161076578616d706c650000010001"),
    Sample("BGP", hex: "ffffffffffffffffffffffffffffffff001d0104"),
    Sample("VNC (RFB)", "", "RFB 003.008\n"),
  ]

  static func name(_ client: [UInt8], _ server: [UInt8], client side: Direction? = nil) -> UnreadTraffic? {
    var bytes = FirstBytes(client: side)
    bytes.append(client.span.bytes, in: .forward, introduction: 0)
    bytes.append(server.span.bytes, in: .backward, introduction: 0)
    bytes.finish()
    return bytes.traffic
  }

  @Test(arguments: samples)
  func isNamed(_ sample: Sample) {
    #expect(Self.name(sample.client, sample.server)?.text == sample.name)
    // Begun in the middle the server may be seen first.
    #expect(Self.name(sample.server, sample.client)?.text == sample.name)
    #expect(Self.name(sample.client, sample.server, client: .forward)?.text == sample.name)
  }

  /// Wherever segments begin, the name is the same in the end.
  @Test(arguments: samples, [1, 3, 7])
  func isNamedInPieces(_ sample: Sample, size: Int) {
    var bytes = FirstBytes(client: .forward)
    for (direction, said) in [(Direction.forward, sample.client), (.backward, sample.server)] {
      for start in stride(from: 0, to: said.count, by: size) {
        let piece = Array(said[start..<min(start + size, said.count)])
        bytes.append(piece.span.bytes, in: direction, introduction: 0)
      }
    }
    bytes.finish()
    #expect(bytes.traffic?.text == sample.name)
  }

  /// What ends anywhere is read to its end and no farther, and never gets another protocol's name.
  @Test(arguments: samples)
  func maybeCutAnywhere(_ sample: Sample) {
    let whole = Self.name(sample.client, sample.server)?.wireProtocol
    for count in 0...sample.client.count {
      let found = Self.name(Array(sample.client.prefix(count)), [])?.wireProtocol
      #expect(found == nil || found == whole || whole == .webSocket && found == .http1, "\(count) octets")
    }
    for count in 0...sample.server.count {
      let found = Self.name([], Array(sample.server.prefix(count)))?.wireProtocol
      #expect(found == nil || found == whole || whole == .webSocket && found == .http1, "\(count) octets")
    }
  }

  @Test func randomBytesHaveNoName() {
    var random = SeededRandom(seed: 12)
    var named: [String] = []
    for _ in 0..<10_000 {
      let client = random.bytes(Int.random(in: 1...64, using: &random))
      let server = random.bytes(Int.random(in: 0...64, using: &random))
      if let found = Self.name(client, server), found.wireProtocol != nil { named.append(found.text) }
    }
    #expect(named == [])
  }

  /// Damage turns no protocol into another one.
  @Test(arguments: samples)
  func damagedBytesKeepTheirNameOrLoseIt(_ sample: Sample) {
    let whole = Self.name(sample.client, sample.server)?.wireProtocol
    var random = SeededRandom(seed: 3)
    for _ in 0..<100 {
      var (client, server) = (sample.client, sample.server)
      if let index = client.indices.randomElement(using: &random) {
        client[index] = UInt8.random(in: 0...255, using: &random)
      }
      if let index = server.indices.randomElement(using: &random) {
        server[index] = UInt8.random(in: 0...255, using: &random)
      }
      let found = Self.name(client, server)?.wireProtocol
      #expect(found == nil || found == whole || whole == .webSocket && found == .http1)
    }
  }

  /// What others say, from their first message or from a later one.
  @Test(arguments: OtherProtocol.allCases)
  func othersAreNotMistaken(_ other: OtherProtocol) {
    let expected: UnreadProtocol? =
      switch other {
      case .kafka: .kafka
      case .postgres: .postgreSQL
      case .cassandra: .cassandra
      case .smb2: .smb
      case .dceRPC: .dceRPC
      case .zooKeeper: .zooKeeper
      case .memcached: .memcached
      case .mySQL: .mySQL
      case .mongoDB: .mongoDB
      case .thrift: .thrift
      case .numbers, .protobuf, .program: nil
      }
    for seed in 0..<20 as Range<UInt64> {
      let messages = other.messages(seed: seed)
      for first in [0, 1, 5] {
        let said = Array(messages.dropFirst(first).joined().prefix(FirstBytes.limit))
        let found = Self.name(said, [])?.wireProtocol
        #expect(found == nil || found == expected, "seed \(seed) from \(first)")
      }
    }
  }

  @Test func whatNobodyKnowsIsToldByItsFirstBytes() {
    let found = Self.name([0, 0, 0, 0x1E, 1, 2], [9])
    #expect(found?.text == "not decoded (begins 00 00 00 1e)")
    #expect(found?.beginnings == [[0, 0, 0, 0x1E, 1, 2], [9]])
    #expect(Self.name([], []) == nil)
  }

  /// No more than the first bytes are kept, and none once they are understood.
  @Test func keepsLittle() {
    var bytes = FirstBytes(client: nil)
    var random = SeededRandom(seed: 1)
    for _ in 0..<100 {
      bytes.append(random.bytes(1_400).span.bytes, in: .forward, introduction: 0)
      #expect(bytes.heldBytes <= 2 * FirstBytes.limit)
    }
    bytes.append([1].span.bytes, in: .backward, introduction: 0)
    bytes.finish()
    #expect(bytes.heldBytes <= 512)
    var text = FirstBytes(client: nil)
    text.append(Array("GET / HTTP/1.1\r\n\r\n".utf8).span.bytes, in: .forward, introduction: 0)
    #expect(text.isOver && text.heldBytes <= 512)
  }

  @Test func programsGetFacts() {
    let found = Self.name(
      TLSBytes.records(TLSBytes.clientHello(padding: 1_200)),
      TLSBytes.records(TLSBytes.serverHello(version: nil, application: "h2")))
    #expect(found?.facts.map(\.value) == ["TLS 1.2", "pay.svc", "h2", "h2"])
    #expect(found?.facts.map(\.name) == [.tlsVersion, .sni, .alpnOffered, .alpn])
  }

  @Test(arguments: [
    ("PROXY TCP4 192.0.2.1 192.0.2.2 1111 80\r\n", "192.0.2.1:1111", "192.0.2.2:80"),
    ("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n", "[2001:db8::1]:1", "[2001:db8::2]:2"),
    ("PROXY UNKNOWN\r\n", nil, nil),
  ])
  func proxyLine(_ line: String, _ source: String?, _ destination: String?) {
    let header = ProxyAddresses(Array(line.utf8).span.bytes)
    #expect(header == ProxyAddresses(version: 1, source: source, destination: destination))
  }

  @Test func binaryProxyHeader() {
    let bytes = [UInt8](hex: "0d0a0d0a000d0a515549540a2111000cc0000201c000020204570050")
    let header = ProxyAddresses(bytes.span.bytes)
    #expect(header == ProxyAddresses(version: 2, source: "192.0.2.1:1111", destination: "192.0.2.2:80"))
    for count in 0..<bytes.count { _ = ProxyAddresses(Array(bytes.prefix(count)).span.bytes) }
  }
}
