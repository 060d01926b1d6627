import Hessian
import ProtobufWire

/// Shows contents: a line of standard input each, in hexadecimal. The first argument says how: `json`, `tree`, `line`; a
/// second one, `protobuf`, that they are messages of protocol buffers.
let form = CommandLine.arguments.dropFirst().first ?? "json"
let isProtobuf = CommandLine.arguments.dropFirst(2).first == "protobuf"
let limit = 64 << 20

func bytes(hexadecimal line: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var high: UInt8?
  for digit in line.utf8 {
    guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { continue }
    if let first = high {
      bytes.append(first << 4 | UInt8(value))
      high = nil
    } else {
      high = UInt8(value)
    }
  }
  return bytes
}

func show(_ content: [UInt8]) -> (text: [UInt8], failure: String?) {
  var text: [UInt8] = []
  let bytes = content.span.bytes
  if isProtobuf {
    let tree = ProtobufTree(bytes)
    switch form {
    case "tree": tree.appendTree(of: bytes, to: &text, limit: limit)
    case "line": tree.appendLine(of: bytes, to: &text, width: 120)
    default: tree.appendJSON(of: bytes, to: &text, limit: limit)
    }
    return (text, tree.failure?.description)
  }
  let tree = HessianTree(bytes)
  switch form {
  case "tree": tree.appendTree(of: bytes, to: &text, limit: limit)
  case "line": tree.appendLine(of: bytes, to: &text, width: 120)
  default: tree.appendJSON(of: bytes, to: &text, limit: limit)
  }
  return (text, tree.failure?.description)
}

while let line = readLine() {
  let (text, failure) = show(bytes(hexadecimal: line))
  print(String(decoding: text, as: UTF8.self), failure.map { "\t" + $0 } ?? "", separator: "")
}
