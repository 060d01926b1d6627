/// A content as values of their own, for those who want them; a reference stays a number, as lists, maps and objects are
/// counted from 0 in the order in which they begin.
public indirect enum HessianValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case int(Int32)
  case long(Int64)
  case double(Double)
  /// Milliseconds since 1970.
  case date(Int64)
  case string(String)
  case binary([UInt8])
  case reference(Int)
  case remote(type: String?, address: String)
  case list(type: String?, [HessianValue])
  case map(type: String?, [Entry])
  case object(type: String, [Field])

  public struct Entry: Sendable, Hashable {
    public let key, value: HessianValue

    public init(_ key: HessianValue, _ value: HessianValue) { (self.key, self.value) = (key, value) }
  }

  public struct Field: Sendable, Hashable {
    public let name: String
    public let value: HessianValue

    public init(_ name: String, _ value: HessianValue) { (self.name, self.value) = (name, value) }
  }
}

extension HessianTree {
  /// The values that no other one holds. Of a content that was not read to its end, a map's last key may lack its value
  /// and an object its last fields: they are left out.
  public func values(in bytes: RawSpan) -> [HessianValue] {
    // Every name becomes a String once, however often it is used.
    let builder = HessianValueBuilder(
      tree: self, types: names.types.map { $0.string(in: bytes) },
      classes: names.classes.map { $0.name.string(in: bytes) },
      fields: names.fields.map { $0.string(in: bytes) })
    return roots.map { builder.value(at: $0, in: bytes) }
  }
}

private struct HessianValueBuilder {
  let tree: HessianTree
  let types, classes, fields: [String]

  /// Recurses as deep as `HessianLimits.depth` let the reader go.
  func value(at index: Int, in bytes: RawSpan) -> HessianValue {
    let token = tree.nodes[index].token
    let type = token.kind == .object ? nil : token.nameIndex.map { types[$0] }
    switch token.kind {
    case .null, .end: return .null
    case .boolean: return .boolean(token.boolean)
    case .int: return .int(Int32(truncatingIfNeeded: token.integer))
    case .long: return .long(token.integer)
    case .double: return .double(token.double)
    case .date: return .date(token.integer)
    case .string: return .string(token.text.string(in: bytes))
    case .binary: return .binary(token.data.array(in: bytes))
    case .reference: return .reference(Int(token.integer))
    case .remote: return .remote(type: type, address: token.text.string(in: bytes))
    case .list: return .list(type: type, children(of: index, in: bytes))
    case .map:
      let parts = children(of: index, in: bytes)
      let entries = stride(from: 0, to: parts.count - 1, by: 2).map {
        HessianValue.Entry(parts[$0], parts[$0 + 1])
      }
      return .map(type: type, entries)
    case .object:
      let parts = zip(tree.fields(of: index), children(of: index, in: bytes))
      return .object(type: classes[Int(token.name)], parts.map { HessianValue.Field(fields[$0], $1) })
    }
  }

  private func children(of index: Int, in bytes: RawSpan) -> [HessianValue] {
    var values: [HessianValue] = []
    for child in tree.children(of: index) { values.append(value(at: child, in: bytes)) }
    return values
  }
}
