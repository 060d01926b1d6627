import BoltCodec
import H2Codec
import Support
import Testing
import Translate

/// Fields made to mislead: each is refused by name, and none stops the program.
@Suite struct HostileTests {
  static let properties = [
    ":method POST", ":path /", ":scheme http", ":authority a:1", "protocol 1", "cmdtype 1", "cmdcode 1",
    "version 1",
    "requestid 1", "codec 1", "timeout 1", "contentlen 0", "classname C", "service s",
  ]

  private func rule(_ list: H2HeaderList, content: [UInt8] = []) -> TranslationError.Rule? {
    do {
      _ = try Arrival(list, content: content)
      return nil
    } catch {
      return (error as? TranslationError)?.rule
    }
  }

  private func with(_ lines: String...) -> H2HeaderList {
    let names = lines.map { String($0.prefix { $0 != " " }) + " " }
    return H2HeaderList(Self.properties.filter { line in !names.contains { line.hasPrefix($0) } } + lines)
  }

  @Test func `lengths of one protocol are never those of the other`() throws {
    #expect(rule(with("contentlen 0"), content: Array("hello".utf8)) == .contentLength)
    #expect(rule(with("contentlen 7")) == .contentLength)
    #expect(rule(with("content-length 7")) == .contentLength)
    #expect(rule(with("content-length 5", "contentlen 5"), content: Array("hello".utf8)) == nil)
    // Of no consequence: both follow from what is there.
    let lies = with("classlen 9", "headerlen 40000", "x-mosn-streamid 5")
    #expect(try Arrival(lies).message == Arrival(with()).message)
  }

  @Test(arguments: [
    "protocol 3", "cmdtype 0", "cmdtype 3", "cmdcode 0", "cmdcode 2", "cmdcode 100", "version 256",
    "version x",
    "codec 256", "codec -129", "timeout 5s", "timeout 4294967296", "timeout -2147483649", "contentlen -1",
    "timeout 99999999999999999999", "requestid 4294967296", "requestid 1,1", "content-length 0x0", "codec  1",
    "timeout --1", "timeout -",
  ]) func `a property out of range is refused`(line: String) throws {
    #expect(rule(with(line)) == .property)
  }

  @Test func `v2 fields out of range are refused`() {
    #expect(rule(with("ver1 3", "switchcode 0")) == .property)
    #expect(rule(with("ver1 2", "switchcode 128")) == .property)
  }

  @Test func `an error names the field and what would have been right`() throws {
    do {
      _ = try Arrival(with("codec 300"))
      Issue.record("accepted")
    } catch let error as TranslationError {
      #expect(error.description.hasPrefix("property of codec at "))
      #expect(error.description.hasSuffix(": expected -128...255, found 300"))
      #expect(error.reply == .malformed)
      #expect(error.reply.httpStatus == 400)
      #expect(error.reply.boltStatus() == .codecException)
    }
  }

  @Test func `properties that contradict themselves are refused`() {
    #expect(rule(with("codec 1", "codec 2")) == .repeated)
    #expect(rule(with("content-length 0", "content-length 1")) == .repeated)
    #expect(rule(with("codec 1", "codec 1")) == nil)
    #expect(rule(with("host b:1")) == .host)
    #expect(rule(with("host a:1")) == nil)
  }

  @Test func `pseudo-header fields must be there`() {
    #expect(rule(H2HeaderList([":method GET"])) == .pseudoHeader)
    #expect(rule(H2HeaderList([":path /"])) == .pseudoHeader)
    for status in ["", "2", "20x", "-20", "099", "1000"] {
      #expect(throws: TranslationError.self) {
        _ = try Arrival(H2HeaderList([":status \(status)"]), to: .request(id: 1))
      }
    }
  }

  @Test func `too many fields are refused, as many as allowed are not`() {
    let head = [":method GET", ":path /"]
    let fields = (0..<1_024).map { "k\($0) v" }
    #expect(rule(H2HeaderList(head + fields)) == nil)
    #expect(rule(H2HeaderList(head + fields + ["one v"])) == .tooManyFields)
    #expect(TranslationError.Rule.allCases.contains(.tooManyFields))
  }

  @Test func `what a peer's shorts cannot count is refused`() {
    let long = String(repeating: "v", count: 32_768)
    #expect(rule(with("classname \(long)")) == .tooLong)
    #expect(rule(with("classname \(long.dropLast())")) == nil)
    #expect(rule(with("k \(long)")) == .tooLong)
  }

  @Test func `on an error nothing is appended`() {
    var translator = HTTP2ToBolt()
    var parts: [UInt8] = [1, 2, 3]
    let long = with("k \(String(repeating: "v", count: 40_000))")
    #expect(throws: TranslationError.self) {
      try translator.request(long, contentLength: 0, id: 1, into: &parts)
    }
    #expect(parts == [1, 2, 3])
  }

  @Test func `heartbeats, GOAWAY and unknown commands never travel`() throws {
    var unknown = BoltHead.request(id: 1)
    unknown.command = BoltCommand(rawValue: 3)
    for head in [BoltHead.heartbeat(id: 1), .goaway(id: 1), unknown, .heartbeatAck(to: .heartbeat(id: 1))] {
      #expect(throws: TranslationError.self) { try BoltMessage(head).inHTTP2() }
    }
  }

  @Test func `an answer is an answer whatever its cmdcode`() throws {
    for code in [0, 1, 2, 100] {
      let list = H2HeaderList([
        ":status 200", "protocol 1", "cmdtype 1", "cmdcode \(code)", "codec 1", "classname C",
      ])
      #expect(try Arrival(list, to: .request(id: 5)).message == BoltMessage(.response(id: 5), className: "C"))
    }
    var odd = BoltHead.response(id: 1)
    odd.command = .request
    let (list, losses) = try BoltMessage(odd).inHTTP2()
    #expect(list.text("cmdcode") == "2")
    #expect(losses == [.command])
  }

  @Test func `a header that is no map travels in the map field alone`() throws {
    var bytes: [UInt8] = []
    let map: [UInt8] = [0, 0, 0, 9, 1]
    try BoltEncoder.encode(
      .request(id: 1), className: [UInt8]().span.bytes, headerMap: map.span.bytes,
      content: [UInt8]().span.bytes,
      into: &bytes)
    let frame = try #require(try BoltFrame.parse(bytes.span.bytes, at: 0))
    var translator = BoltToHTTP2()
    var list = H2HeaderList()
    try translator.request(frame, in: bytes.span.bytes, requestID: 1, authority: [], into: &list)
    #expect(translator.losses.map(\.kind) == [.mapFieldOnly])
    #expect(Mosn021.violations(list, BoltMessage(.request(id: 1))) == [])
    var parts: [UInt8] = []
    var back = HTTP2ToBolt()
    // What a hop adds has no place in it.
    let request = try back.request(list.adding("x-request-id 7"), contentLength: 0, id: 1, into: &parts)
    #expect(Array(parts[request.headerMap]) == map && request.dialect == .mosnd)

    translator.usesMapField = false
    list.removeAll()
    try translator.request(frame, in: bytes.span.bytes, requestID: 1, authority: [], into: &list)
    #expect(translator.losses.map(\.kind) == [.dropped] && list.value(of: "x-mosnd-map") == nil)
  }

  // MARK: The map field

  @Test(arguments: [
    "", "A", "!!!!", "EQ=", "EQ==", "ER", "EQA", "EQAA", "EQQ", "EQEAAAAA", "EQEAAAABAA",
    "EQEAAAAC_wA",
    "EQL__w", "EQIAAQ", "EQIAAWE", "EQIAAWEAAg", "EQMAAA", "EQMAAWEDAAFh", "EQAAAAADAAFh", "EQ,AA", "EQ AA",
    "EQIACGE", "EQT_",
  ]) func `a map field that no mosnd writes is refused`(value: String) {
    #expect(rule(with("x-mosnd-map \(value)")) == .mapField, "\(value)")
  }

  @Test func `a map field of another kind or version is passed over`() throws {
    for value in ["Eg", "IQ", "AQ", "Ig__"] {
      let arrival = try Arrival(with("x-mosnd-map \(value)"))
      #expect(arrival.dialect == .mosn)
      #expect(arrival.losses == [.mapField])
      #expect(arrival.headers == ["service s"])
    }
  }

  @Test func `bits that do not fit a name leave it as it came`() throws {
    let list = try BoltMessage(.request(id: 1), headers: [.init("Service", "s")]).inHTTP2().list
    let field = try #require(list.text("x-mosnd-map"))
    // 0x11, 0x01, three octets of hash, one octet of bits: the first. Then the eighth, of seven.
    #expect(field.count == 10 && field.hasSuffix("AQ"))
    let forged = list.without("x-mosnd-map").adding("x-mosnd-map \(field.dropLast(2))gA")
    let arrival = try Arrival(forged, id: 1)
    #expect(arrival.headers == ["service s"])
    #expect(arrival.losses == [.mapField])
  }

  @Test func `too many items and too long a field are refused`() {
    let entries = [UInt8](repeating: 0, count: 1_025 * 4)
    #expect(rule(with("x-mosnd-map \(base64([0x11] + entries))")) == .tooManyFields)
    #expect(rule(with("x-mosnd-map \(base64([0x11] + entries.dropLast(4)))")) == nil)
    #expect(rule(with("x-mosnd-map \(String(repeating: "A", count: 96 << 10 + 1))")) == .tooManyFields)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func `random map fields never stop the program`(seed: UInt64)
    throws
  {
    var random = SeededRandom(seed: seed)
    for _ in 0..<400 {
      var bytes = random.bytes(.random(in: 0..<60, using: &random))
      // Mostly well-formed at first sight: known tags, small lengths.
      for index in bytes.indices where Bool.random(using: &random) {
        bytes[index] = .random(in: 0..<4, using: &random)
      }
      _ = rule(with("x-mosnd-map \(base64([0x11] + bytes))"))
      _ = rule(with("x-mosnd-map \(String(decoding: bytes.map { 0x21 + $0 % 0x5e }, as: UTF8.self))"))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `a map field with a flipped octet never stops the program`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<40 {
      let message = BoltMessage.random(&random)
      let list = try message.inHTTP2().list
      for _ in 0..<10 {
        var bytes = Array((list.text("x-mosnd-map") ?? "").utf8)
        guard let index = bytes.indices.randomElement(using: &random) else { continue }
        bytes[index] = .random(in: 0x21...0x7e, using: &random)
        let forged = list.without("x-mosnd-map").adding(
          "x-mosnd-map \(String(decoding: bytes, as: UTF8.self))")
        if message.head.type == .response {
          _ = try? Arrival(forged, content: message.content, to: .request(id: 1))
        } else {
          _ = try? Arrival(forged, content: message.content)
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `random lists never stop the program`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<400 {
      var list = H2HeaderList()
      for _ in 0..<Int.random(in: 0..<25, using: &random) {
        let rule = FieldRule.all.randomElement(using: &random) ?? FieldRule.all[0]
        let names = [":status", ":path", ":method", ":authority", "", "k"]
        let name = Bool.random(using: &random) ? "\(rule.name)" : names.randomElement(using: &random) ?? ""
        let values = ["1", "200", "0", "", "/a/b", "-1", "99999999999999999999", "EQ"]
        let value =
          Bool.random(using: &random)
          ? Array((values.randomElement(using: &random) ?? "").utf8)
          : random.bytes(.random(in: 0..<9, using: &random))
        list.append(name: Array(name.utf8), value: value)
      }
      _ = try? Arrival(list)
      _ = try? Arrival(list, to: .request(id: 1))
    }
  }

  private func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let bits = group[0] << 16 | group[1] << 8 | group[2]
      for digit in 0..<min(4, bytes.count - start + 1) { text.append(digits[bits >> (18 - 6 * digit) & 63]) }
    }
    return text
  }
}
