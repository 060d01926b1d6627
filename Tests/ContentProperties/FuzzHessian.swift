import MosnHessian

/// For a fuzzer: whatever the bytes are, they are read within their size, every value lies within the one that holds it,
/// and all that is shown of them is bounded and safe.
public func fuzzHessian(_ bytes: [UInt8]) throws(PropertyFailure) {
  let tree = HessianTree(bytes.span.bytes)
  try checkReading(tree, count: bytes.count)
  try checkNodes(tree, count: bytes.count)
  try checkText("tree", seed: bytes.count, allowsLines: true) { output, limit in
    tree.appendTree(of: bytes.span.bytes, to: &output, limit: limit, indentation: limit % 5)
  }
  for width in [bytes.count % 24, 120] {
    try checkText("line", seed: bytes.count, width: width, allowsLines: false) { output, limit in
      tree.appendLine(of: bytes.span.bytes, to: &output, width: width, limit: limit)
    }
  }
  try checkJSON("JSON", seed: bytes.count) { output, limit in
    tree.appendJSON(of: bytes.span.bytes, to: &output, limit: limit)
  }
  _ = SofaContent(tree, in: bytes.span.bytes).isFailure
  let values = tree.values(in: bytes.span.bytes)
  try expect(values.count == tree.roots.reduce(0) { count, _ in count + 1 }, "\(values.count) values")
  var again = HessianTree()
  for _ in 0..<2 { again.read(bytes.span.bytes) }
  try expect(again.nodes == tree.nodes && again.failure == tree.failure, "another tree at the second reading")
}

private func checkReading(_ tree: HessianTree, count: Int) throws(PropertyFailure) {
  try expect(tree.steps <= 2 * count + 2, "\(tree.steps) steps for \(count) bytes")
  try expect(tree.nodes.count <= count, "\(tree.nodes.count) values in \(count) bytes")
  try expect(tree.end <= count, "read to \(tree.end) of \(count)")
  if let failure = tree.failure {
    try expect((0...count).contains(failure.offset), "\(failure) of \(count) bytes")
  } else {
    try expect(tree.end == count, "read to \(tree.end) of \(count) without a failure")
  }
}

private func checkNodes(_ tree: HessianTree, count: Int) throws(PropertyFailure) {
  var around: [(end: Int, range: Range<Int>)] = [(tree.nodes.count, 0..<count)]
  var behind = 0
  var containers: [Int32] = []
  for (index, node) in tree.nodes.enumerated() {
    while let innermost = around.last, index >= innermost.end { around.removeLast() }
    guard let holder = around.last else { throw PropertyFailure(description: "\(index) is held by nothing") }
    let (range, next) = (node.token.range, Int(node.next))
    try expect(next > index && next <= holder.end, "\(index) ends at \(next) of \(holder.end)")
    try expect(range.clamped(to: holder.range) == range && !range.isEmpty, "\(range) in \(holder.range)")
    try expect(range.lowerBound >= behind, "\(range) begins before \(behind)")
    behind =
      next == index + 1 && ![.list, .map, .object].contains(node.kind)
      ? range.upperBound : range.lowerBound + 1
    switch node.kind {
    case .list, .map, .object:
      containers.append(Int32(index))
      around.append((next, range))
    case .string, .remote:
      try expect(node.token.text.range.clamped(to: range) == node.token.text.range, "text astray")
    case .reference:
      try expect((0..<Int64(containers.count)).contains(node.token.integer), "a reference to nothing")
    case .end: throw PropertyFailure(description: "an end among the values")
    default: try expect(next == index + 1, "\(node.kind) holds values")
    }
  }
  try expect(containers == tree.containers, "containers")
}
