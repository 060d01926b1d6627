import BoltCodec
import Bytes
import Capture
import H2Codec
import Inspect
import MosnCapture
import MosnInspectKit
import Packets
import Proxy
import Translate
import Wire

// BoltCodec
var bytes: [UInt8] = []
try BoltEncoder.encode(BoltMessage(.heartbeat(id: 7)), into: &bytes)
var decoder = BoltDecoder()
decoder.append(bytes)
while let frame = try decoder.next() {
  print(frame.kind, frame.id, frame.className(in: decoder.bytes))
}

// H2Codec
let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
var frames = H2FrameDecoder()
frames.append(settings)
while let frame = try frames.next() { print(frame.streamID) }
var connection = H2Connection(H2Connection.Configuration(role: .client))
connection.receive(settings, at: 0)
while let event = connection.next() { print(event) }
print(connection.takeOutput().isEmpty)

// Translate
print(TranslationOptions.self)

/// A sink of one's own: a line per message, with its packet and what was found.
struct Findings: Renderer {
  var output = Output()

  mutating func render(_ message: Message) {
    output.append(message.place.packet.number)
    for finding in message.findings {
      output.append(" ")
      output.append(finding.rule)
    }
    output.append("\n")
  }
}

// MosnInspectKit
if let path = CommandLine.arguments.dropFirst().first {
  var inspector = Inspector()
  var sink = Findings()
  var kept: [Message] = []
  let reader = try CaptureReader.file(path, options: CaptureOptions())
  while try reader.next({ packet, bytes in
    inspector.receive(
      bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
      originalLength: packet.originalLength
    ) { message in
      sink.render(message)
      kept.append(message.owned())
    }
  }) {}
  inspector.finish { sink.render($0) }
  print(String(decoding: sink.output.bytes, as: UTF8.self), terminator: "")
  print("\(kept.count) messages kept, \(inspector.summary.findings) findings")
}
