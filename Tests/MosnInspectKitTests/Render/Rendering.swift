import MosnInspectKit
import MosnPackets

/// A way to show a conversation.
struct Rendering: Sendable {
  var name: String
  var make: @Sendable () -> any Renderer

  static let text = Rendering(name: "text") { LineRenderer(isColoured: false) }
  static let coloured = Rendering(name: "coloured") { LineRenderer(isColoured: true) }
  static let tree = Rendering(name: "tree") {
    TreeRenderer(isColoured: false, timeFormat: .date(offset: 0), maxContent: 1 << 16)
  }
  static let json = Rendering(name: "json") { JSONRenderer(maxContent: 1 << 16) }
  static let fields = Rendering(name: "fields") {
    FieldsRenderer(fields: FieldsRenderer.fields, layout: .init(), maxContent: 1 << 16)
  }
  static let all = [text, tree, json, fields]

  func bytes(of talk: Talk) -> [UInt8] {
    var renderer = make()
    return Self.render(talk, &renderer)
  }

  static func render(_ talk: Talk, _ renderer: inout any Renderer) -> [UInt8] {
    var inspector = Inspector()
    for (index, packet) in talk.sent.enumerated() {
      inspector.receive(
        packet.bytes.span.bytes, number: index + 1, time: packet.time, linkType: .raw,
        originalLength: packet.originalLength
      ) { renderer.render($0) }
    }
    inspector.finish { renderer.render($0) }
    return renderer.output.bytes
  }

  static func render(_ talk: Talk, _ renderer: inout some Renderer) -> [UInt8] {
    var any: any Renderer = renderer
    return render(talk, &any)
  }
}
