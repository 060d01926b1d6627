import MosnText

/// A java.lang.StackTraceElement: indices in `HessianTree.nodes`.
struct StackFrame {
  let declaringClass: Int
  let method: Int
  /// A string; nil when it is unknown.
  let file: Int?
  let line: Int64

  init?(_ index: Int, of tree: HessianTree, in bytes: RawSpan) {
    guard tree.nodes[index].kind == .object, !tree.nodes[index].isPartial,
      tree.typeName(of: index)?.equals("java.lang.StackTraceElement", in: bytes) ?? false,
      let declaringClass = tree.child("declaringClass", of: index, in: bytes),
      let method = tree.child("methodName", of: index, in: bytes),
      let file = tree.child("fileName", of: index, in: bytes),
      let line = tree.child("lineNumber", of: index, in: bytes),
      tree.nodes[declaringClass].kind == .string, tree.nodes[method].kind == .string,
      tree.nodes[file].kind == .string || tree.nodes[file].kind == .null, tree.nodes[line].kind == .int
    else { return nil }
    self.declaringClass = declaringClass
    self.method = method
    self.file = tree.nodes[file].kind == .string ? file : nil
    self.line = tree.nodes[line].token.integer
  }
}

extension HessianTree {
  /// As Java prints it: `at peer.EchoServiceImpl.fail(EchoServiceImpl.java:10)`.
  func append(_ frame: StackFrame, _ bytes: RawSpan, _ text: inout BoundedText) {
    func append(_ index: Int) {
      text.append(HessianTextPieces(nodes[index].token.text), in: bytes, quoted: false)
    }
    text.append("at ")
    append(frame.declaringClass)
    text.append(".")
    append(frame.method)
    text.append("(")
    if frame.line == -2 {
      text.append("Native Method")
    } else if let file = frame.file {
      append(file)
      if frame.line >= 0 { text.append(ascii: ":\(frame.line)") }
    } else {
      text.append("Unknown Source")
    }
    text.append(")")
  }
}
