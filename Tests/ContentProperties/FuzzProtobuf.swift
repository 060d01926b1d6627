import MosnProtobuf

/// For a fuzzer: whatever the bytes are, they are read within their size times the depth, every field lies within the one
/// that holds it, and all that is shown of them is bounded and safe.
public func fuzzProtobuf(_ bytes: [UInt8]) throws(PropertyFailure) {
  try check(ProtobufTree(bytes.span.bytes), bytes)
  var named = ProtobufTree(schema: .everyType)
  named.message = ProtobufSchema.everyType.message(named: "every")
  named.read(bytes.span.bytes)
  try check(named, bytes)
}

extension ProtobufSchema {
  /// A message that has a field of every type, once and repeated by turns.
  fileprivate static let everyType: ProtobufSchema = {
    let types: [FieldType] = [
      .string, .message("every"), .uint32, .double, .float, .int64, .uint64, .int32, .fixed64, .fixed32,
      .bool, .bytes,
      .enumeration("kind"), .sfixed32, .sfixed64, .sint32, .sint64, .group("every"), .message("unknown"),
    ]
    var schema = ProtobufSchema()
    schema.add(enumeration: "kind", values: [(0, "ZERO"), (-1, "MINUS")])
    schema.add(
      message: "every",
      fields: types.enumerated().map { place, type in
        Field(number: Int32(place) + 1, name: "f\(place)", type: type, isRepeated: place % 2 == 0)
      })
    schema.link()
    return schema
  }()
}

private func check(_ tree: ProtobufTree, _ bytes: [UInt8]) throws(PropertyFailure) {
  let most = 2 * bytes.count * tree.limits.depth + 2
  try expect(tree.steps <= most, "\(tree.steps) steps for \(bytes.count) bytes")
  try expect(
    tree.fields.count <= bytes.count, "\(tree.fields.count) fields in \(bytes.count) bytes")
  if let failure = tree.failure {
    try expect((0...bytes.count).contains(failure.offset), "\(failure) of \(bytes.count) bytes")
  }
  try checkFields(tree, count: bytes.count)
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
}

private func checkFields(_ tree: ProtobufTree, count: Int) throws(PropertyFailure) {
  var around: [(end: Int, range: Range<Int>)] = [(tree.fields.count, 0..<count)]
  for (index, field) in tree.fields.enumerated() {
    while let innermost = around.last, index >= innermost.end { around.removeLast() }
    guard let holder = around.last else { throw PropertyFailure(description: "\(index) is held by nothing") }
    let next = Int(field.next)
    try expect(next > index && next <= holder.end, "\(index) ends at \(next) of \(holder.end)")
    try expect(field.range.clamped(to: holder.range) == field.range, "\(field.range) in \(holder.range)")
    try expect((1...536_870_911).contains(field.number), "field \(field.number)")
    switch field.kind {
    case .message, .group: around.append((next, field.range))
    default: try expect(next == index + 1, "\(field.kind) holds fields")
    }
  }
}
