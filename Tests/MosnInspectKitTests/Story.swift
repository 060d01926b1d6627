import Foundation
import MosnPackets
import Support
import Testing

@testable import MosnInspectKit

/// What an inspection told: every message as the JSON object a user would get, and the summary.
struct Story {
  var messages: [[String: Any]] = []
  var text = ""
  var summary = Summary()
}

extension Story {
  init(
    _ sent: [Talk.Sent], linkType: LinkType = .raw, limits: InspectLimits = InspectLimits(),
    assignments: [PortAssignment] = [], showsFrames: Bool = false, isOver: Bool = true
  ) {
    var inspector = Inspector(limits: limits, assignments: assignments, showsFrames: showsFrames)
    var json = JSONRenderer(maxContent: 1 << 16)
    var line = LineRenderer(isColoured: false)
    let emit = { (message: Message) in
      json.render(message)
      line.render(message)
    }
    for (index, packet) in sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: linkType,
        originalLength: packet.originalLength, emit: emit)
    }
    if isOver { inspector.finish(emit: emit) }
    messages = Self.objects(json.output.bytes)
    text = String(decoding: line.output.bytes, as: UTF8.self)
    summary = inspector.summary
  }

  init(_ talk: Talk, showsFrames: Bool = false) { self.init(talk.sent, showsFrames: showsFrames) }

  /// Every line must be an object by itself.
  static func objects(_ lines: [UInt8]) -> [[String: Any]] {
    lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line))
      if object == nil { Issue.record("not JSON: \(String(decoding: line, as: UTF8.self))") }
      return object as? [String: Any]
    }
  }

  var kinds: [String] { messages.compactMap { $0["kind"] as? String } }
  var ids: [Int] { messages.compactMap { $0["id"] as? Int } }
  var streams: [Int] { messages.compactMap { $0["stream"] as? Int } }

  /// A message; an empty one where there are not so many.
  subscript(index: Int) -> [String: Any] { messages.indices.contains(index) ? messages[index] : [:] }

  /// The rules of all findings.
  var rules: [String] { messages.flatMap { $0.rules } }
}

extension [String: Any] {
  var rules: [String] { findings.compactMap { $0["rule"] as? String } }
  var findings: [[String: Any]] { self["findings"] as? [[String: Any]] ?? [] }
  func text(_ key: String) -> String? { self[key] as? String }
  func number(_ key: String) -> Int? { self[key] as? Int }

  /// `name: value` of a header list; unknown ones as `null`.
  func headers(_ key: String = "headers") -> [String] {
    (self[key] as? [[Any]] ?? []).map { pair in
      "\(pair.first as? String ?? "null"): \(pair.dropFirst().first as? String ?? "null")"
    }
  }
}
