import MosnPackets
import Testing

@testable import MosnInspectKit

/// The calls of packets written by hand, as the JSON objects a user would get, and their lines.
struct Calling {
  var calls: [[String: Any]] = []
  var text = ""
  var summary = Summary()

  init(
    _ sent: [Talk.Sent], limits: InspectLimits = InspectLimits(), assignments: [PortAssignment] = [],
    isOver: Bool = true
  ) {
    var inspector = Inspector(limits: limits, assignments: assignments, tellsCalls: true)
    var json = CallJSONRenderer()
    var line = CallLineRenderer(isColoured: false)
    func take() {
      inspector.takeCalls { call in
        json.render(call)
        line.render(call)
      }
    }
    for (index, packet) in sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength, emit: { _ in })
      take()
    }
    if isOver { inspector.finish { _ in } }
    take()
    calls = Story.objects(json.output.bytes)
    text = String(decoding: line.output.bytes, as: UTF8.self)
    summary = inspector.summary
  }

  init(_ talk: Talk) { self.init(talk.sent) }
  init(_ talk: H2Talk) { self.init(talk.talk.sent) }

  /// A call; an empty one where there are not so many.
  subscript(index: Int) -> [String: Any] { calls.indices.contains(index) ? calls[index] : [:] }

  var outcomes: [String] { calls.compactMap { $0.text("outcome") } }
  var kinds: [String] { calls.compactMap { $0.text("kind") } }
}
