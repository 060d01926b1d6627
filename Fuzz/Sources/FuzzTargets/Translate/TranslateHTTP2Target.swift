import BoltCodec
import H2Codec
import Translate

extension FuzzTarget {
  static let translateHTTP2 = FuzzTarget(
    "translate-http2",
    "script: any list of fields is refused cleanly or becomes a frame that goes back by the rules"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    let isResponse = script.flag()
    let content = [UInt8](repeating: 0x63, count: script.choice(0..<40))
    let list = H2HeaderList(&script, isResponse: isResponse)
    var parts: [UInt8] = [0xEE]
    switch translated(list, isResponse, content.count, &parts) {
    case .failure(let error): try expectEqual(parts, [0xEE], "what a refused head left (\(error))")
    case .success(let head): try checkFrame(head, parts, content)
    }
    try budget.check()
  }

  private struct Head {
    let bolt: BoltHead
    let className: Range<Int>
    let headerMap: Range<Int>
  }

  private static func translated(
    _ list: H2HeaderList, _ isResponse: Bool, _ contentLength: Int, _ parts: inout [UInt8]
  ) -> Result<Head, TranslationError> {
    var toBolt = HTTP2ToBolt()
    do throws(TranslationError) {
      if isResponse {
        let head = try toBolt.response(list, contentLength: contentLength, to: .request(id: 9), into: &parts)
        return .success(Head(bolt: head.head, className: head.className, headerMap: head.headerMap))
      }
      let head = try toBolt.request(list, contentLength: contentLength, id: 9, into: &parts)
      return .success(Head(bolt: head.head, className: head.className, headerMap: head.headerMap))
    } catch {
      return .failure(error)
    }
  }

  private static func checkFrame(_ head: Head, _ parts: [UInt8], _ content: [UInt8]) throws {
    var bytes: [UInt8] = []
    try BoltEncoder.encode(
      head.bolt, className: parts.span.bytes.extracting(head.className),
      headerMap: parts.span.bytes.extracting(head.headerMap), content: content.span.bytes, into: &bytes)
    guard let frame = try BoltFrame.parse(bytes.span.bytes, at: 0) else {
      throw FuzzFailure(description: "no frame in \(bytes)")
    }
    try frame.verify(in: bytes.span.bytes)
    try expectEqual(frame.head, head.bolt, "the head read against the one made")
    var toHTTP2 = BoltToHTTP2()
    var list = H2HeaderList()
    if head.bolt.type == .response {
      try toHTTP2.response(frame, in: bytes.span.bytes, requestID: 1, to: .mosnd, into: &list)
    } else {
      try toHTTP2.request(frame, in: bytes.span.bytes, requestID: 1, authority: [0x61], into: &list)
    }
    let expected: H2MessageHead.Kind = head.bolt.type == .response ? .response : .request
    let violations = H2MessageRules.head(of: list, expected: expected).violations
    try expect(violations.isEmpty, "\(Array(violations)) in \(list.lines)")
  }
}

extension H2HeaderList {
  /// Fields as a peer of ours, a MOSN, a gateway or nobody would send them.
  fileprivate init(_ script: inout FuzzScript, isResponse: Bool) {
    self.init()
    if isResponse {
      append(name: ":status" as StaticString, value: script.flag() ? Array("200".utf8) : script.text())
    } else {
      append(name: ":method" as StaticString, value: "POST" as StaticString)
      append(name: ":scheme" as StaticString, value: "http" as StaticString)
      append(name: ":authority" as StaticString, value: "a" as StaticString)
      append(name: ":path" as StaticString, value: script.flag() ? Array("/a.B/c?d=e".utf8) : script.text())
    }
    for _ in 0..<script.choice(0..<40) where !script.isOver {
      let which = script.choice(0..<FieldRule.all.count + 10)
      let name = which < FieldRule.all.count ? Array("\(FieldRule.all[which].name)".utf8) : script.text()
      let value =
        switch script.byte() & 3 {
        case 0: Array("\(script.byte())".utf8)
        case 1: Array("1".utf8)
        default: script.text()
        }
      append(name: name, value: value)
    }
  }

  var lines: String { fields.map { "\(string($0.name)): \(string($0.value))" }.joined(separator: "\n") }
}
