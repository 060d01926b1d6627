import BoltCodec
import H2Codec
import Translate

extension FuzzTarget {
  static let translateBolt = FuzzTarget(
    "translate-bolt",
    "script: any bolt head keeps HTTP/2's rules on the way, and between two of ours comes back whole"
  ) { input in
    var script = FuzzScript(input)
    var toHTTP2 = BoltToHTTP2()
    var toBolt = HTTP2ToBolt()
    // One translator for several heads: nothing of one may show in the next.
    for _ in 0..<3 where !script.isOver {
      var message = BoltMessage(&script)
      message.head.command = message.head.type == .response ? .response : .request
      guard message.className.count <= BoltEncoder.longestShortPart else { continue }
      try check(message, &toHTTP2, &toBolt)
    }
  }

  private static func check(
    _ message: BoltMessage, _ toHTTP2: inout BoltToHTTP2, _ toBolt: inout HTTP2ToBolt
  ) throws {
    var bytes: [UInt8] = []
    try BoltEncoder.encode(message, into: &bytes)
    guard let frame = try BoltFrame.parse(bytes.span.bytes, at: 0) else {
      throw FuzzFailure(description: "no frame in \(bytes)")
    }
    let isResponse = message.head.type == .response
    var list = H2HeaderList()
    if isResponse {
      try toHTTP2.response(frame, in: bytes.span.bytes, requestID: 7, to: .mosnd, into: &list)
    } else {
      try toHTTP2.request(
        frame, in: bytes.span.bytes, requestID: 7, authority: Array("a:1".utf8), into: &list)
    }
    let head = H2MessageRules.head(of: list, expected: isResponse ? .response : .request)
    try expect(head.violations.isEmpty, "\(Array(head.violations)) in \(list.lines)")

    var parts: [UInt8] = []
    let content = message.content.count
    let back: (head: BoltHead, className: Range<Int>, headerMap: Range<Int>)
    if isResponse {
      let request = BoltHead.request(id: message.head.id)
      let response = try toBolt.response(list, contentLength: content, to: request, into: &parts)
      back = (response.head, response.className, response.headerMap)
    } else {
      let request = try toBolt.request(list, contentLength: content, id: message.head.id, into: &parts)
      back = (request.head, request.className, request.headerMap)
    }
    try expectEqual(back.head, message.head, "the head")
    try expectEqual(Array(parts[back.className]), message.className, "the class name")
    try expectEqual(Array(parts[back.headerMap]), Array(bytes[frame.headerMap]), "the header map")
    try expectEqual(toBolt.losses, [], "losses")
  }
}
