import Measure
// What `mosn-inspect -q` does with a capture, from file to messages that nobody prints: inspect-bench FILE
import MosnCapture
import MosnInspectKit

let path = CommandLine.arguments.dropFirst().first ?? ""

/// Reads the whole capture; returns its packets, their bytes and the messages found in them.
func inspect() throws -> (packets: Int, bytes: Int, messages: Int) {
  var inspector = Inspector()
  var messages = 0
  let reader = try CaptureReader.file(path)
  while try reader.next({ packet, bytes in
    inspector.receive(
      bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
      originalLength: packet.originalLength
    ) { _ in messages += 1 }
  }) {}
  inspector.finish { _ in messages += 1 }
  return (inspector.summary.packets, inspector.summary.bytes, messages)
}

let once = try inspect()
guard once.messages > 0 else { fatalError("no messages in \(path)") }
var last = once
try measure("inspect the capture", units: once.packets, bytes: once.bytes) { last = try inspect() }
precondition(last == once)
print("\(once.packets) packets, \(once.messages) messages")
