import MosnCapture
import MosnInspectKit

extension FuzzTarget {
  static let inspect = FuzzTarget(
    "inspect",
    "a capture file to JSON, lines, trees, fields and connections: JSON is JSON, no control character reaches a terminal",
    longestInput: 8192
  ) { file in
    let budget = TimeBudget(bytes: file.count)
    // One output for each file: all of them would make it so many times slower.
    let sum = file.reduce(0) { $0 &+ Int($1) }
    let which = sum % 256 % 5
    try file.withPath { path in
      switch which {
      case 0: try inspect(path, LineRenderer(isColoured: false), checkText)
      case 1:
        let tree = TreeRenderer(isColoured: false, timeFormat: .relative, maxContent: 256)
        try inspect(path, tree, checkText)
      case 2:
        let fields = ["src", "dst", "headers", "content", "findings"]
        try inspect(
          path, FieldsRenderer(fields: fields, layout: .init(), maxContent: 256), checkText
        )
      default: try inspect(path, showsFrames: which == 3, JSONRenderer(maxContent: 256), checkJSON)
      }
      switch sum / 256 % 4 {
      case 0: try inspect(path, tellsFlows: true, FlowLineRenderer(isColoured: false), checkText)
      case 1: try inspect(path, tellsFlows: true, FlowJSONRenderer(), checkJSON)
      default: break
      }
    }
    try budget.check()
  }

  private static func inspect(
    _ path: String, showsFrames: Bool = false, tellsFlows: Bool = false, _ renderer: any Renderer,
    _ check: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    guard let reader = try? CaptureReader.file(path) else { return }
    var limits = InspectLimits()
    limits.connections = 64
    limits.pendingBytes = 4096
    limits.totalBytes = 64 << 10
    var inspector = Inspector(limits: limits, showsFrames: showsFrames, tellsFlows: tellsFlows)
    var renderer = renderer
    var flows = 0
    func takeFlows() throws {
      for flow in inspector.takeFlows() {
        flows += 1
        try expect(
          flow.undecodedBytes >= 0 && flow.fromClient.packets + flow.fromServer.packets > 0, "\(flow)")
        renderer.render(flow)
      }
    }
    while (try? reader.next({ packet, bytes in
      inspector.receive(
        bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
        originalLength: packet.originalLength
      ) { renderer.render($0) }
    })) ?? false {
      try takeFlows()
      // A packed file may be endless.
      guard inspector.summary.packets < 20_000, renderer.output.bytes.count < 8 << 20 else { break }
    }
    inspector.finish { renderer.render($0) }
    try takeFlows()
    let summary = inspector.summary
    try expect(
      flows == (tellsFlows ? summary.connections : 0), "\(flows) of \(summary.connections) connections told")
    try expect(
      summary.payloadBytes == summary.decodedBytes + summary.undecodedBytes + summary.repeatedBytes,
      "bytes are lost: \(summary)")
    try expect(
      inspector.summary.undecodedBytes >= 0 && inspector.summary.gapBytes >= 0, "\(inspector.summary)")
    for line in renderer.output.bytes.split(separator: UInt8(ascii: "\n")) { try check(line) }
  }

  static func checkJSON(_ line: ArraySlice<UInt8>) throws {
    var json = JSONCheck(line)
    try expect(json.isObject(), "no JSON: \(String(decoding: line, as: UTF8.self))")
  }

  static func checkText(_ line: ArraySlice<UInt8>) throws {
    let isPlain = line.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    try expect(isPlain, "a control character in \(Array(line))")
    try expect(String(validating: line, as: UTF8.self) != nil, "no UTF-8: \(Array(line))")
  }
}

/// Whether bytes are one JSON text in printable ASCII and UTF-8, told without the code under test.
struct JSONCheck {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  mutating func isObject() -> Bool {
    String(validating: bytes, as: UTF8.self) != nil && bytes.first == UInt8(ascii: "{") && value()
      && at == bytes.endIndex
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard at < bytes.endIndex, bytes[at] == UInt8(ascii: byte) else { return false }
    at += 1
    return true
  }

  private mutating func value() -> Bool {
    if take("{") { return list(until: "}") { $0.string() && $0.take(":") && $0.value() } }
    if take("[") { return list(until: "]") { $0.value() } }
    if at < bytes.endIndex, bytes[at] == UInt8(ascii: "\"") { return string() }
    let start = at
    while at < bytes.endIndex, !",]}".utf8.contains(bytes[at]) { at += 1 }
    let word = String(decoding: bytes[start..<at], as: UTF8.self)
    return ["true", "false", "null"].contains(word) || Double(word) != nil
  }

  private mutating func list(until end: Unicode.Scalar, _ element: (inout Self) -> Bool) -> Bool {
    if take(end) { return true }
    repeat {
      guard element(&self) else { return false }
    } while take(",")
    return take(end)
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while at < bytes.endIndex {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case ..<0x20: return false
      case UInt8(ascii: "\\"):
        guard at < bytes.endIndex else { return false }
        at += 1
        guard bytes[at - 1] == UInt8(ascii: "u") else {
          if !"\"\\/bfnrt".utf8.contains(bytes[at - 1]) { return false }
          continue
        }
        let digits = bytes[at...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
          return false
        }
        at += 4
      default: break
      }
    }
    return false
  }
}
