import H2Codec
import Testing

/// A header list of "name: value" lines; a leading colon belongs to the name.
func list(_ lines: String...) -> H2HeaderList {
  var list = H2HeaderList()
  for line in lines {
    let start = line.hasPrefix(":") ? line.index(after: line.startIndex) : line.startIndex
    let colon = line[start...].firstIndex(of: ":") ?? line.endIndex
    let value = line[colon...].dropFirst(2)
    list.append(name: Array(line[..<colon].utf8), value: Array(value.utf8))
  }
  return list
}

@Suite struct MessageRulesTests {
  static let get = [":method: GET", ":scheme: http", ":path: /", ":authority: a"]

  static func broken(
    _ lines: [String], _ kind: H2MessageHead.Kind = .request, extended: Bool = false
  ) -> [H2Rule] {
    var fields = H2HeaderList()
    for line in lines { fields.append(0, of: list(line)) }
    return Array(H2MessageRules.head(of: fields, expected: kind, allowsExtendedConnect: extended).violations)
  }

  static let requestLists: [([String], [H2Rule])] = [
    (get, []),
    (get + ["te: trailers", "cookie: a", "cookie: b", "x: "], []),
    ([":method: GET", ":scheme: http", ":path: /"], []),
    ([":method: OPTIONS", ":scheme: http", ":path: *"], []),
    ([":method: GET", ":scheme: http", ":path: *"], [.pathForm]),
    ([":method: GET", ":scheme: urn", ":path: isbn"], []),
    ([":scheme: http", ":path: /"], [.methodMissing]),
    ([":method: GET", ":path: /"], [.schemeMissing]),
    ([":method: GET", ":scheme: http"], [.pathMissing]),
    ([":method: GET", ":scheme: http", ":path: "], [.pathMissing]),
    ([":method: G T", ":scheme: http", ":path: /"], [.methodMissing]),
    ([":method: GET", ":scheme: ht tp", ":path: /"], [.schemeMissing]),
    ([":method: GET", ":scheme: htt`", ":path: /"], [.schemeMissing]),
    ([":method: GET", ":scheme: 4ttp", ":path: /"], [.schemeMissing]),
    ([":method: GET", ":scheme: ", ":path: /"], [.schemeMissing]),
    ([":method: GET", ":scheme: coap+ws.2-X", ":path: /"], []),
    ([":method: GET", ":scheme: http", ":path: x"], [.pathForm]),
    ([":method: GET", ":scheme: http", ":path: /a b"], [.pathForm]),
    ([":method: GET", ":scheme: http", ":path: /", ":authority: u@h"], [.authorityForm]),
    ([":method: GET", ":scheme: http", ":path: /", ":authority: "], [.authorityForm]),
    ([":method: GET", ":scheme: https", ":path: /", "host: "], [.authorityForm]),
    ([":method: GET", ":scheme: urn", ":path: isbn", ":authority: "], []),
    (get + [":path: /"], [.pseudoRepeated]),
    ([":method: GET", ":scheme: http", "a: b", ":path: /"], [.pseudoOrder]),
    (get + [":status: 200"], [.pseudoUnknown]),
    (get + [":foo: 1"], [.pseudoUnknown]),
    (get + ["Accept: a"], [.fieldNameUppercase]),
    (get + ["a b: c"], [.fieldNameCharacter]),
    (get + ["a\u{7F}: c"], [.fieldNameCharacter]),
    (get + ["\u{212A}: c"], [.fieldNameCharacter]),
    (get + [": c"], [.pseudoUnknown]),
    (get + ["a: b\r\nc"], [.fieldValueCharacter]),
    (get + ["a: 0123456789\nbcdefgh"], [.fieldValueCharacter]),
    (get + ["a: \u{0}"], [.fieldValueCharacter]),
    (get + ["a:  b"], [.fieldValueWhitespace]),
    (get + ["a: b\t"], [.fieldValueWhitespace]),
    (get + ["connection: close"], [.connectionField]),
    (get + ["proxy-connection: close"], [.connectionField]),
    (get + ["keep-alive: 1"], [.connectionField]),
    (get + ["upgrade: h2c"], [.connectionField]),
    (get + ["transfer-encoding: chunked"], [.connectionField]),
    (get + ["te: gzip"], [.teField]),
    (get + ["te: Trailers"], []),
    (get + ["te: trailers, gzip"], [.teField]),
    (get + ["content-length: 5", "content-length: 5"], []),
    (get + ["content-length: 5", "content-length: 6"], [.contentLengthForm]),
    (get + ["content-length: +5"], [.contentLengthForm]),
    (get + ["content-length: "], [.contentLengthForm]),
    (get + ["content-length: 99999999999999999999"], [.contentLengthForm]),
    (get + ["host: A"], []),
    (get + ["host: b"], [.authorityHost]),
    (get + ["host: a", "host: b"], [.authorityHost]),
    (get + ["host: a", "host: a"], [.authorityHost]),
    ([":method: CONNECT", ":authority: a:1"], []),
    ([":method: CONNECT"], [.connectForm]),
    ([":method: CONNECT", ":authority: "], [.connectForm]),
    ([":method: CONNECT", ":authority: a:1", ":path: /"], [.connectForm]),
    (
      [":method: CONNECT", ":authority: a", ":scheme: https", ":path: /", ":protocol: websocket"],
      [.protocolForm]
    ),
    (get + [":protocol: websocket"], [.protocolForm]),
    (
      ["Aa: b\n", ":path: x"],
      [
        .fieldNameUppercase, .fieldValueCharacter, .pseudoOrder, .methodMissing, .schemeMissing,
      ]
    ),
  ]

  @Test(arguments: requestLists) func requests(_ lines: [String], _ rules: [H2Rule]) {
    #expect(Self.broken(lines) == rules, "\(lines)")
  }

  @Test func extendedConnect() {
    let lines = [":method: CONNECT", ":authority: a", ":scheme: https", ":path: /", ":protocol: websocket"]
    #expect(Self.broken(lines, extended: true).isEmpty)
    #expect(Self.broken(lines.dropLast(2) + [":protocol: w"], extended: true) == [.pathMissing])
    #expect(Self.broken(Self.get + [":protocol: w"], extended: true) == [.protocolForm])
  }

  @Test func emptyName() {
    var fields = H2HeaderList()
    fields.append(name: "", value: "x")
    #expect(H2MessageRules.head(of: fields, expected: .trailers).violations.first == .fieldNameEmpty)
  }

  @Test func responses() {
    #expect(Self.broken([":status: 200", "a: b"], .response).isEmpty)
    #expect(Self.broken(["a: b"], .response) == [.statusForm])
    for text in ["20", "2000", "abc", "099", ""] {
      #expect(Self.broken([":status: \(text)"], .response) == [.statusForm], "\(text)")
    }
    #expect(Self.broken([":status: 101"], .response) == [.statusSwitching])
    #expect(Self.broken([":status: 200", ":status: 200"], .response) == [.pseudoRepeated])
    #expect(Self.broken([":status: 200", ":path: /"], .response) == [.pseudoUnknown])
    #expect(H2MessageRules.head(of: list(":status: 103"), expected: .response).kind == .informational)
    #expect(Self.broken(["a: b"], .trailers).isEmpty)
    #expect(Self.broken([":status: 200"], .trailers) == [.pseudoInTrailers])
  }

  @Test func contentAgainstItsLength() {
    func progress(
      _ lines: H2HeaderList, _ kind: H2MessageHead.Kind, _ form: H2MessageHead.RequestForm = .other
    )
      -> H2MessageProgress
    {
      var progress = H2MessageProgress(.head, answers: form)
      #expect(progress.receive(H2MessageRules.head(of: lines, expected: kind), endStream: false) == nil)
      return progress
    }
    let five = list(":method: POST", ":scheme: http", ":path: /", "content-length: 5")
    var post = progress(five, .request)
    #expect(post.receive(data: 3, endStream: false) == nil && post.receive(data: 2, endStream: true) == nil)
    post = progress(five, .request)
    #expect(post.receive(data: 4, endStream: true) == .contentLength)
    post = progress(five, .request)
    #expect(post.receive(data: 6, endStream: false) == .contentLength)
    post = H2MessageProgress()
    #expect(
      post.receive(H2MessageRules.head(of: five, expected: .request), endStream: true) == .contentLength)

    let answer = list(":status: 200", "content-length: 5")
    var head = H2MessageProgress(.head, answers: .head)
    #expect(head.receive(H2MessageRules.head(of: answer, expected: .response), endStream: true) == nil)
    var notModified = H2MessageProgress()
    let unchanged = list(":status: 304", "content-length: 5")
    #expect(
      notModified.receive(H2MessageRules.head(of: unchanged, expected: .response), endStream: true) == nil)
    var tunnel = progress(answer, .response, .connect)
    #expect(tunnel.receive(data: 50, endStream: true) == nil)
  }

  @Test func order() {
    var response = H2MessageProgress()
    #expect(response.receive(data: 1, endStream: false) == .dataBeforeHeaders)
    #expect(response.expectedKind(from: .server) == .response)
    let early = H2MessageRules.head(of: list(":status: 103"), expected: .response)
    #expect(response.receive(early, endStream: true) == .informationalEnd)
    #expect(response.receive(early, endStream: false) == nil)
    let final = H2MessageRules.head(of: list(":status: 200"), expected: .response)
    #expect(response.receive(final, endStream: false) == nil)
    #expect(response.expectedKind(from: .server) == .trailers)
    let trailers = H2MessageRules.head(of: list("a: b"), expected: .trailers)
    #expect(response.receive(trailers, endStream: false) == .trailersWithoutEnd)
    #expect(response.receive(trailers, endStream: true) == nil && response.stage == .over)
  }

  @Test func everyRuleSaysWhereItIsWritten() {
    for rule in H2Rule.allCases { #expect(rule.section.hasPrefix("RFC ")) }
  }
}
