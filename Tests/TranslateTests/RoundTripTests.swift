import BoltCodec
import H2Codec
import Support
import Testing
import Translate

/// Between two of ours nothing is lost, and everything on the way keeps the rules of MOSN 0.2.1 and of Go.
@Suite struct RoundTripTests {
  static let seeds: [UInt64] = Array(1...40)

  @Test(arguments: seeds) func `a frame comes back as it was`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<25 {
      let message = BoltMessage.random(&random)
      let (list, _) = try message.inHTTP2(requestID: UInt32(round) &+ 1)
      #expect(Mosn021.violations(list, message) == [], "seed \(seed), round \(round)")
      let back =
        message.head.type == .response
        ? try Arrival(list, content: message.content, to: .request(id: message.head.id))
        : try Arrival(list, content: message.content, id: message.head.id)
      #expect(back.message == message, "seed \(seed), round \(round)")
      #expect(back.dialect == .mosnd)
      #expect(back.losses.isEmpty)
    }
  }

  @Test(arguments: seeds) func `a MOSN 0.2.1 in between costs no entry with a name of its own`(seed: UInt64)
    throws
  {
    var random = SeededRandom(seed: seed)
    for round in 0..<10 {
      let message = BoltMessage.random(&random, duplicates: false)
      guard message.head.type != .response else { continue }
      let passed = Mosn021.hop(try message.inHTTP2().list, &random)
      let back = try Arrival(passed, content: message.content, id: message.head.id)
      // Not even the order is lost: the references bring it back.
      #expect(back.message == message, "seed \(seed), round \(round)")
    }
  }

  @Test(arguments: seeds) func `without the map field the rules hold too, and every loss is named`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    var options = TranslationOptions()
    options.sendsMapField = false
    let message = BoltMessage.random(&random, duplicates: false)
    let (list, losses) = try message.inHTTP2(to: .mosn, options)
    #expect(Mosn021.violations(list, message) == [], "seed \(seed)")
    #expect(list.value(of: "x-mosnd-map") == nil)
    let head = BoltHead.request(id: message.head.id)
    let back =
      message.head.type == .response
      ? try Arrival(list, content: message.content, to: head)
      : try Arrival(list, content: message.content, id: message.head.id)
    let kept = Set(back.headers)
    let whole = message.headers.filter { kept.contains($0.text) }.count
    let added = message.headers.filter {
      ["accept-encoding", "user-agent", "content-type", "date"].contains(
        String(decoding: $0.key ?? [], as: UTF8.self))
    }.count
    let named = losses.filter { $0 == .dropped || $0 == .keyCase || $0 == .spaces }.count
    #expect(
      whole + named + added >= message.headers.count,
      "seed \(seed): \(message.headers.map(\.text)) \(back.headers)")
  }

  @Test func `every octet survives in keys, values and class name`() throws {
    for octet in UInt8.min ... .max {
      let text = [octet, 0x61, octet]
      let message = BoltMessage(
        .request(id: 1), className: text,
        headers: [
          .init(key: text, value: text), .init(key: [octet], value: [0x62, octet]),
          .init(key: [0x62], value: [octet]),
        ])
      let list = try message.inHTTP2().list
      #expect(Mosn021.violations(list, message) == [])
      #expect(try Arrival(list, id: 1).message == message, "octet \(octet)")
    }
  }

  @Test(arguments: [Int32.min, -2, -1, 0, 1, 3000, .max]) func `the timeout keeps its sign`(timeout: Int32)
    throws
  {
    let message = BoltMessage(.request(id: 1, timeout: timeout))
    #expect(try Arrival(message.inHTTP2().list, id: 1).message == message)
    // As MOSN 0.2.1 writes it.
    #expect(try Arrival(message.inHTTP2(Captured.compatible).list, id: 1).message == message)
  }

  @Test(arguments: FieldRule.all.map { "\($0.name)" }) func `an entry with the name of a rule comes back`(
    name: String
  ) throws {
    let upper = name.uppercased()
    let message = BoltMessage(
      .request(id: 1, timeout: 5),
      headers: [.init(name, "x"), .init(upper, "y"), .init("a", "1"), .init(name, "z")])
    let list = try message.inHTTP2().list
    #expect(Mosn021.violations(list, message) == [])
    #expect(try Arrival(list, id: 1).message == message)
  }

  @Test func `a name longer than its bits can be spelled still comes back`() throws {
    for length in [2_039, 2_040, 2_041, 4_000] {
      let key = [UInt8](repeating: UInt8(ascii: "a"), count: length - 1) + [UInt8(ascii: "Z")]
      let message = BoltMessage(.request(id: 1), headers: [.init(key: key, value: [0x31])])
      #expect(try Arrival(message.inHTTP2().list, id: 1).message == message)
    }
  }

  @Test func `the longest header map comes back`() throws {
    let value = [UInt8](repeating: 0x0a, count: 32_767 - 9)
    let message = BoltMessage(.request(id: 1), headers: [.init(key: [0x61], value: value)])
    #expect(try Arrival(message.inHTTP2().list, id: 1).message == message)
    let short = BoltMessage(
      .request(id: 1), headers: Array(repeating: .init(key: nil, value: nil), count: 1_024))
    #expect(try Arrival(short.inHTTP2().list, id: 1).message == short)
    let fields = BoltMessage(.request(id: 1), headers: (0..<1_024).map { .init("K\($0)", "v") })
    #expect(try Arrival(fields.inHTTP2().list, id: 1).message == fields)
  }
}

extension BoltMessage {
  /// Anything a frame that travels may hold.
  static func random(_ random: inout SeededRandom, duplicates: Bool = true) -> BoltMessage {
    let timeouts: [Int32] = [-1, 0, 3000, .max, .min, -7]
    let id = UInt32.random(in: .min ... .max, using: &random)
    var head: BoltHead =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: .request(id: id, timeout: timeouts.randomElement(using: &random) ?? -1)
      case 1: .oneway(id: id, timeout: timeouts.randomElement(using: &random) ?? -1)
      default: .response(id: id, status: BoltStatus(rawValue: .random(in: 0...20, using: &random)))
      }
    head.codec = BoltSerializer(rawValue: .random(in: .min ... .max, using: &random))
    head.ver2 = .random(in: .min ... .max, using: &random)
    if Bool.random(using: &random) {
      head.version = .v2
      head.ver1 = .random(in: 1...2, using: &random)
      head.switches = .random(in: 0...127, using: &random)
    }
    var headers: [Header] = []
    for index in 0..<Int.random(in: 0..<20, using: &random) {
      var key = randomKey(&random)
      if !duplicates { key = key.map { $0 + Array("-\(index)".utf8) } }
      headers.append(Header(key: key, value: randomValue(&random)))
      if duplicates, Int.random(in: 0..<4, using: &random) == 0,
        let again = headers.randomElement(using: &random)
      {
        headers.append(Header(key: again.key, value: randomValue(&random)))
      }
    }
    return BoltMessage(
      head, className: randomValue(&random) ?? [], headers: headers,
      content: random.bytes(.random(in: 0..<5, using: &random)))
  }

  private static func randomKey(_ random: inout SeededRandom) -> [UInt8]? {
    let known = [
      "service", "Service", "rpc_trace_context.sofaRpcId", "a", "A", "x y", "Ünicode", "", ":path", "cookie",
    ]
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return nil
    case 1: return random.bytes(.random(in: 0..<12, using: &random))
    case 2...4: return Array("\((FieldRule.all.randomElement(using: &random) ?? FieldRule.all[0]).name)".utf8)
    default: return Array((known.randomElement(using: &random) ?? "").utf8)
    }
  }

  static func randomValue(_ random: inout SeededRandom) -> [UInt8]? {
    let known = ["", "1", "a,b, c", " lead", "trail ", "中文", "com.alipay.X", "/p%zz", "a\nb", "tab\tin"]
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return nil
    case 1: return random.bytes(.random(in: 0..<40, using: &random))
    default: return Array((known.randomElement(using: &random) ?? "").utf8)
    }
  }
}
