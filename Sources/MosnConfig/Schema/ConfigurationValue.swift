/// Something that a key's value can be.
protocol ConfigurationValue: Sendable {
  /// The type as the documentation calls it: `string`, `array of string`.
  static var shape: String { get }
  /// A value that is read without a remark.
  static var example: JSONValue { get }
  /// The value; nil when it is none of this type, which the reader then has been told.
  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Self?
  /// The value in the form in which it is printed; nil when there is nothing to print.
  var json: JSONValue? { get }
}

extension String: ConfigurationValue {
  static let shape = "string"
  static let example = JSONValue(.string("text"))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> String? {
    json.string ?? reader.mismatch(json, path, expected: "a string")
  }

  var json: JSONValue? { JSONValue(.string(self)) }
}

extension Bool: ConfigurationValue {
  static let shape = "boolean"
  static let example = JSONValue(.boolean(true))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Bool? {
    if case .boolean(let flag) = json.content { return flag }
    return reader.mismatch(json, path, expected: "true or false")
  }

  var json: JSONValue? { JSONValue(.boolean(self)) }
}

extension ConfigurationValue where Self: FixedWidthInteger {
  static var shape: String { "integer" }
  static var example: JSONValue { JSONValue(.number(JSONNumber(1))) }

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Self? {
    if case .number(let number) = json.content, let integer = number.integer(Self.self) { return integer }
    return reader.mismatch(json, path, expected: "an integer from \(Self.min) to \(Self.max)")
  }

  var json: JSONValue? { JSONValue(.number(JSONNumber(self))) }
}

extension UInt32: ConfigurationValue {}
extension UInt16: ConfigurationValue {}

extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
  static var shape: String { Wrapped.shape }
  static var example: JSONValue { Wrapped.example }

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Wrapped?? {
    Wrapped.read(json, at: path, &reader).map { .some($0) }
  }

  var json: JSONValue? { flatMap(\.json) }
}

/// In the place of an array of objects its only element may stand, with a warning.
extension Array: ConfigurationValue where Element: ConfigurationValue {
  static var shape: String { "array of \(Element.shape)" }
  static var example: JSONValue { JSONValue(.array([Element.example])) }

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> [Element]? {
    guard let elements = json.array else {
      guard json.members != nil, Element.self is any ConfigurationObject.Type,
        let only = Element.read(json, at: path, &reader)
      else {
        return reader.mismatch(json, path, expected: "an array")
      }
      reader.report(.warning, path, "expected an array, found its only element", at: json.position)
      return [only]
    }
    return elements.enumerated().compactMap { index, element in
      let place = "\(path)[\(index)]"
      reader.record(place, at: element.position)
      return element.isNull ? nil : Element.read(element, at: place, &reader)
    }
  }

  var json: JSONValue? { JSONValue(.array(compactMap(\.json))) }
}

/// The names of a map are its author's, so that no name is unknown and case counts.
extension Dictionary: ConfigurationValue where Key == String, Value: ConfigurationValue {
  static var shape: String { "map of \(Value.shape)" }
  static var example: JSONValue { JSONValue(.object([JSONMember("name", Value.example)])) }

  static func read(
    _ json: JSONValue, at path: String, _ reader: inout ConfigurationReader
  ) -> [String: Value]? {
    guard let members = json.members else { return reader.mismatch(json, path, expected: "an object") }
    var map: [String: Value] = [:]
    for member in members where !member.value.isNull {
      map[member.name] = Value.read(member.value, at: "\(path).\(member.name)", &reader)
    }
    return map
  }

  var json: JSONValue? {
    JSONValue(
      .object(
        sorted { $0.key < $1.key }.compactMap { name, value in value.json.map { JSONMember(name, $0) } }))
  }
}
