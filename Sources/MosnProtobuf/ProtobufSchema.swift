/// Names and types of messages, as the `.proto` files of their peers have them. Whoever reads those describes them here.
public struct ProtobufSchema: Sendable {
  /// How a field is declared. Messages and enumerations go by their full names, such as `google.protobuf.Any`.
  public enum FieldType: Sendable, Hashable {
    case double, float, int64, uint64, int32, fixed64, fixed32, bool, string, bytes, uint32
    case sfixed32, sfixed64, sint32, sint64
    case group(String), message(String), enumeration(String)
  }

  public struct Field: Sendable, Hashable {
    public var number: Int32
    public var name: String
    public var type: FieldType
    public var isRepeated: Bool

    public init(number: Int32, name: String, type: FieldType, isRepeated: Bool = false) {
      (self.number, self.name, self.type, self.isRepeated) = (number, name, type, isRepeated)
    }
  }

  /// A field as it is used: what its type names stands in the schema's tables.
  struct KnownField: Sendable {
    var name: String
    var type: FieldType
    var isRepeated: Bool
    /// In `messages` or `enumerations`.
    var target: Int?
  }

  private var messageIndices: [String: Int] = [:]
  private var enumerationIndices: [String: Int] = [:]
  private var methods: [String: (input: String, output: String)] = [:]
  /// Of each message its fields by number: indices in `fields`.
  private(set) var messages: [[UInt32: Int]] = []
  private(set) var fields: [KnownField] = []
  private(set) var enumerations: [[Int32: String]] = []

  public init() {}

  /// Of two of one name the first counts.
  public mutating func add(enumeration name: String, values: [(number: Int32, name: String)]) {
    guard enumerationIndices[name] == nil else { return }
    enumerationIndices[name] = enumerations.count
    enumerations.append(Dictionary(values.map { ($0.number, $0.name) }) { first, _ in first })
  }

  /// What its fields name may be added later.
  public mutating func add(message name: String, fields declared: [Field]) {
    guard messageIndices[name] == nil else { return }
    messageIndices[name] = messages.count
    var numbers: [UInt32: Int] = [:]
    for field in declared where field.number > 0 {
      numbers[UInt32(field.number)] = fields.count
      fields.append(KnownField(name: field.name, type: field.type, isRepeated: field.isRepeated))
    }
    messages.append(numbers)
  }

  /// A method of a service, such as `/helloworld.Greeter/SayHello`.
  public mutating func add(method path: String, input: String, output: String) {
    methods[path] = (input, output)
  }

  /// Finds what the fields' types name; to be called when all was added. What is missing stays without names.
  public mutating func link() {
    for index in fields.indices {
      fields[index].target =
        switch fields[index].type {
        case .message(let name), .group(let name): messageIndices[name]
        case .enumeration(let name): enumerationIndices[name]
        default: nil
        }
    }
  }

  /// The message that a method takes or gives, for `ProtobufTree.read`; nil where the schema has no such method.
  public func message(of path: String, isAnswer: Bool) -> Int? {
    methods[path].flatMap { messageIndices[isAnswer ? $0.output : $0.input] }
  }

  public func message(named name: String) -> Int? { messageIndices[name] }
}

extension ProtobufSchema {
  func known(_ index: Int32) -> KnownField? { index < 0 ? nil : fields[Int(index)] }

  /// The index of a field that is on the wire as it is declared; nil where it is not, or nothing is known of it.
  func field(_ number: UInt32, of message: Int?, wireType: UInt64) -> Int32? {
    guard let message, let index = messages[message][number], fields[index].type.allows(wireType) else {
      return nil
    }
    return Int32(index)
  }

  /// The name of an enumeration's value.
  func name(of value: UInt64, in field: KnownField) -> String? {
    guard case .enumeration = field.type, let target = field.target else { return nil }
    return enumerations[target][Int32(truncatingIfNeeded: value)]
  }
}

extension ProtobufSchema.FieldType {
  /// Numbers may be packed as data, wherever they are declared to be.
  fileprivate func allows(_ wireType: UInt64) -> Bool {
    switch self {
    case .double, .fixed64, .sfixed64: wireType == 1 || wireType == 2
    case .float, .fixed32, .sfixed32: wireType == 5 || wireType == 2
    case .string, .bytes, .message: wireType == 2
    case .group: wireType == 3
    case .int64, .uint64, .int32, .bool, .uint32, .sint32, .sint64, .enumeration:
      wireType == 0 || wireType == 2
    }
  }
}
