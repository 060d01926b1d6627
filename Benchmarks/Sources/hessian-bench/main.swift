import Measure
import MosnHessian

/// A recorded call of SOFARPC, EchoService.echoBody: an object of every kind of value, 475 bytes.
let hexadecimal =
  "4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374950d"
  + "7461726765744170704e616d650a6d6574686f644e616d651774617267657453657276696365556e697175654e616d65"
  + "0c7265717565737450726f70730d6d6574686f64417267536967736f904e086563686f426f647918706565722e727063"
  + "2e4563686f536572766963653a312e304d036170700a70656572436c69656e740870726f746f636f6c04626f6c740474"
  + "7970650473796e637a567400075b737472696e676e010d706565722e4563686f426f64797a4f9d706565722e4563686f"
  + "426f64799d026964036269670364626c04666c6167036d736704626f6479046c697374036d6170047768656e05636f6c"
  + "6f72066e657374656404696e7473076e6f7468696e676f91914c11223344556677886b405000005404706f6a6f420010"
  + "01203f5e7d9cbbdaf91837567594b3d2566e0401610262c3a902e4bda0e5a5bd02eda0bdedb8807a4d026b3102763102"
  + "6b32ba026b334e7a640000018bcfe568004fa3706565722e4563686f426f647924436f6c6f7291046e616d656f920547"
  + "5245454e6f9189e06746004e4e4e4e4e4e4e4e567400045b696e746e05918fcbe8d586a0497fffffff7a4e"
let call: [UInt8] = stride(from: 0, to: hexadecimal.utf8.count, by: 2).compactMap { place in
  UInt8(String(decoding: Array(hexadecimal.utf8)[place..<place + 2], as: UTF8.self), radix: 16)
}
let rounds = 100

/// One tree for all contents, as the inspector has it: its memory is that of the largest.
var tree = HessianTree()
var text: [UInt8] = []
tree.read(call.span.bytes)
guard tree.failure == nil, tree.end == call.count else { fatalError("the call is not read to its end") }

measure("read a call", units: rounds, bytes: rounds * call.count) {
  for _ in 0..<rounds { tree.read(call.span.bytes) }
}
measure("a call as JSON", units: rounds, bytes: rounds * call.count) {
  for _ in 0..<rounds {
    text.removeAll(keepingCapacity: true)
    tree.read(call.span.bytes)
    tree.appendJSON(of: call.span.bytes, to: &text, limit: 1 << 16)
  }
}
measure("a call as a line", units: rounds, bytes: rounds * call.count) {
  for _ in 0..<rounds {
    text.removeAll(keepingCapacity: true)
    tree.read(call.span.bytes)
    tree.appendLine(of: call.span.bytes, to: &text, width: 80)
  }
}
