import BoltCodec
import MosnCapture
import MosnInspectKit

extension FuzzTarget {
  static let contents = FuzzTarget(
    "contents",
    "a content of bolt in one of its forms, as tree, JSON and line: JSON is JSON, no control character reaches a terminal"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    let serializers: [BoltSerializer] = [.json, .hessian2, .protobuf, .protobuf]
    let choice = script.choice(0..<serializers.count)
    let maxContent = script.flag() ? 4096 : script.choice(0..<64)
    let isError = choice == serializers.count - 1
    let message = BoltMessage(
      .response(id: 1, codec: serializers[choice]), className: "a",
      headers: isError ? [.init("sofa_head_response_error", "true")] : [], content: script.rest())
    for (renderer, check) in [
      (TreeRenderer(isColoured: false, timeFormat: .relative, maxContent: maxContent), checkText),
      (JSONRenderer(maxContent: maxContent), checkJSON),
    ] as [(any Renderer, (ArraySlice<UInt8>) throws -> Void)] {
      var renderer = renderer
      try show(message) { renderer.render($0) }
      let most = 64 * maxContent + 8 * input.count + 16_384
      try expect(renderer.output.bytes.count <= most, "\(renderer.output.bytes.count) bytes of \(most)")
      for line in renderer.output.bytes.split(separator: UInt8(ascii: "\n")) { try check(line) }
    }
    try checkLine(of: message, maxContent)
    try budget.check()
  }

  /// A message in one line, and the failure that it holds.
  private static func checkLine(of message: BoltMessage, _ maxContent: Int) throws {
    var reader = ContentReader(maxContent: maxContent)
    var output = Output()
    var failure: ContentFailure?
    try show(message) {
      reader.appendLine(of: $0, to: &output, width: 40)
      failure = reader.failure(of: $0)
    }
    try checkText(output.bytes[...])
    try expect(!output.bytes.contains(UInt8(ascii: "\t")), "a tab")
    try expect(output.bytes.count <= 4 * 40 + 3, "\(output.bytes.count) bytes of a line")
    try expect((failure?.message?.unicodeScalars.count ?? 0) <= 1_024, "a message of any length")
  }

  private static func show(_ message: BoltMessage, to emit: (Message) -> Void) throws {
    var stream: [UInt8] = []
    try BoltEncoder.encode(message, into: &stream)
    var inspector = Inspector(assignments: [PortAssignment("tcp.port==12200,bolt")].compactMap(\.self))
    let packets = [
      RawPacket.tcp(flags: 2, sequence: 1, number: 1, []),
      RawPacket.tcp(flags: 0x18, sequence: 2, number: 2, stream),
    ]
    var messages = 0
    for (index, packet) in packets.enumerated() {
      inspector.receive(
        packet.span.bytes, number: index + 1, time: Int64(index), linkType: .raw, originalLength: packet.count
      ) {
        messages += 1
        emit($0)
      }
    }
    inspector.finish(emit: emit)
    try expect(messages == 1, "\(messages) messages")
  }

  static let inflation = FuzzTarget(
    "inflation", "gzip or deflate: no more comes out than was asked for, and the same however much that was"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    let format: Inflation.Format = script.flag() ? .gzip : .deflate
    let limit = script.choice(0..<4096)
    let packed = script.rest()
    let whole = Inflation.unpack(packed.span.bytes, as: format, limit: 1 << 16)
    let part = Inflation.unpack(packed.span.bytes, as: format, limit: limit)
    try expect(part.bytes.count <= limit && whole.bytes.count <= 1 << 16, "more than was asked for")
    try expect(whole.bytes.starts(with: part.bytes), "other bytes")
    try expect(part.end != .limit || part.bytes.count == limit, "stopped before the limit")
    if whole.bytes.count <= limit { try expectEqual(part.end, whole.end, "another end") }
    try budget.check()
  }
}
