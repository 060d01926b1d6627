import H2Codec
import MosnBytes

/// A head of HTTP/2 sorted by the rules: what each property says, and which fields may enter a header map.
///
/// Holds indices into the list it was read from, not its bytes. Its memory is used again.
struct H2Head: Sendable {
  private(set) var method: Range<Int>?
  private(set) var path: Range<Int>?
  private(set) var authority: Range<Int>?
  private(set) var status: Range<Int>?
  private(set) var dialect = H2Dialect.plain
  /// `content-length` stands there with two values.
  private(set) var hasTwoLengths = false
  /// In their order.
  var entries: [Entry] = []
  /// Index of the first field of each property; -1 for none.
  private var first = [Int32](repeating: -1, count: FieldRule.Property.allCases.count)

  let table = FieldTable.standard
  /// The row of each property.
  private let rows: [Int] = FieldRule.Property.allCases.map { property in
    FieldRule.all.firstIndex { $0.property == property } ?? 0
  }
  private let ranges: [ClosedRange<Int64>] = FieldRule.Property.allCases.map { property in
    FieldRule.all.first { $0.property == property }?.values ?? 0...0
  }

  /// A field that may become an entry.
  struct Entry: Sendable {
    let hash: UInt32
    let field: Int32
    /// Of the rule with its name, if there is one.
    let role: FieldRule.Role?
    var isTaken = false
  }

  /// Sorts `list`. What stands there twice with different values and must not is refused.
  mutating func read(
    _ list: H2HeaderList, _ bytes: RawSpan, limits: TranslationLimits
  ) throws(TranslationError) {
    clear()
    for index in list.fields.indices {
      let field = list.fields[index]
      let name = field.name
      if !name.isEmpty, bytes.byte(name.lowerBound) == UInt8(ascii: ":") {
        pseudo(name, field.value, bytes)
        continue
      }
      let hash = FieldName.hash(bytes, name)
      let match = table.match(hash, bytes, name)
      if let match {
        try note(match, index, list, bytes)
        guard match.role.mayEnter else { continue }
      }
      guard entries.count < limits.entries else { throw TranslationError(.tooManyFields, at: name) }
      entries.append(Entry(hash: hash, field: Int32(truncatingIfNeeded: index), role: match?.role))
    }
    dialect = try dialect(list, bytes)
    guard !dialect.hasProperties else { return }
    // Without the property set these two are the application's.
    enter(.protocolCode, list, bytes)
    enter(.version, list, bytes)
  }

  /// Set once the map field was read.
  mutating func recognise(_ dialect: H2Dialect) { self.dialect = dialect }

  /// The value of a property.
  @inline(__always)
  func value(_ property: FieldRule.Property, in list: H2HeaderList) -> Range<Int>? {
    let index = Int(first[Int(property.rawValue)])
    return index < 0 ? nil : list.fields[index].value
  }

  func has(_ property: FieldRule.Property) -> Bool { first[Int(property.rawValue)] >= 0 }

  /// The number a property says; nil when it is not there or empty.
  func number(
    _ property: FieldRule.Property, in list: H2HeaderList, _ bytes: RawSpan
  ) throws(TranslationError) -> Int64? {
    guard let value = value(property, in: list), !value.isEmpty else { return nil }
    let row = rows[Int(property.rawValue)]
    let range = ranges[Int(property.rawValue)]
    guard let number = FieldValue.number(bytes, value), range.contains(number) else {
      throw TranslationError(
        .property, at: value, field: row, expected: range, found: FieldValue.number(bytes, value))
    }
    return number
  }

  /// An error about a property.
  func error(
    _ rule: TranslationError.Rule, _ property: FieldRule.Property, in list: H2HeaderList,
    expected: ClosedRange<Int64>? = nil, found: Int64? = nil
  ) -> TranslationError {
    TranslationError(
      rule, at: value(property, in: list) ?? 0..<0, field: rows[Int(property.rawValue)], expected: expected,
      found: found)
  }
}

extension H2Head {
  private mutating func clear() {
    (method, path, authority, status) = (nil, nil, nil, nil)
    hasTwoLengths = false
    entries.removeAll(keepingCapacity: true)
    for index in first.indices { first[index] = -1 }
  }

  private mutating func pseudo(_ name: Range<Int>, _ value: Range<Int>, _ bytes: RawSpan) {
    if bytes.isEqual(name, to: ":method") {
      method = value
    } else if bytes.isEqual(name, to: ":path") {
      path = value
    } else if bytes.isEqual(name, to: ":authority") {
      authority = value
    } else if bytes.isEqual(name, to: ":status") {
      status = value
    }
  }

  /// Notes what a field with a row says.
  @inline(__always)
  private mutating func note(
    _ match: FieldTable.Match, _ index: Int, _ list: H2HeaderList, _ bytes: RawSpan
  ) throws(TranslationError) {
    guard let property = match.property else { return }
    let place = Int(property.rawValue)
    if first[place] < 0 {
      first[place] = Int32(truncatingIfNeeded: index)
    } else if property == .bodyLength {
      hasTwoLengths =
        hasTwoLengths
        || !bytes.isEqual(list.fields[index].value, to: bytes, list.fields[Int(first[place])].value)
    } else if !match.role.mayEnter,
      !bytes.isEqual(list.fields[index].value, to: bytes, list.fields[Int(first[place])].value)
    {
      throw TranslationError(.repeated, at: list.fields[index].value, field: Int(match.row))
    }
  }

  /// Makes an entry of a property after all.
  private mutating func enter(_ property: FieldRule.Property, _ list: H2HeaderList, _ bytes: RawSpan) {
    let index = first[Int(property.rawValue)]
    guard index >= 0 else { return }
    let hash = FieldName.hash(bytes, list.fields[Int(index)].name)
    entries.append(Entry(hash: hash, field: index, role: .number))
  }

  /// All but `mosnd`, which the map field decides.
  private func dialect(_ list: H2HeaderList, _ bytes: RawSpan) throws(TranslationError) -> H2Dialect {
    if let code = value(.protocolCode, in: list), has(.type) || has(.command),
      FieldValue.number(bytes, code) != nil
    {
      _ = try number(.protocolCode, in: list, bytes)
      return .mosn
    }
    return has(.serializeType) ? .sofarpc : .plain
  }
}
