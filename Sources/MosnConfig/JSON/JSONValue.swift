/// A JSON value that knows where it stood.
public struct JSONValue: Hashable, Sendable {
  public indirect enum Content: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    /// In the order of the text, duplicates included.
    case object([JSONMember])
  }

  public let content: Content
  public let position: SourcePosition

  public init(_ content: Content, at position: SourcePosition = .start) {
    self.content = content
    self.position = position
  }

  public var isNull: Bool { content == .null }

  public var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  public var array: [JSONValue]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  public var members: [JSONMember]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// The value of the last member of exactly this name, as every reader of JSON takes it.
  public subscript(name: String) -> JSONValue? { members?.last { $0.name == name }?.value }

  /// What a message says it found: `number 5`, `string "abc"`, `an object`.
  var found: String {
    switch content {
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .number(let number): "number \(number.text.prefix(40))"
    case .string(let text): "string \"\(PrivateKeys.masked(text).prefix(40))\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// One `name: value` of an object.
public struct JSONMember: Hashable, Sendable {
  public let name: String
  /// Where the name begins.
  public let position: SourcePosition
  public let value: JSONValue

  public init(_ name: String, at position: SourcePosition = .start, _ value: JSONValue) {
    self.name = name
    self.position = position
    self.value = value
  }
}

/// A number as its digits were written, so that none is lost before someone says what it is to be.
public struct JSONNumber: Hashable, Sendable {
  public let text: String

  init(text: String) { self.text = text }
  public init(_ value: some FixedWidthInteger) { text = String(value) }

  /// The exact value, if it is written without fraction and exponent and fits.
  public func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer? {
    Integer(text)
  }

  /// The nearest double; infinite when there is none.
  public var double: Double { Double(text) ?? .nan }
}
