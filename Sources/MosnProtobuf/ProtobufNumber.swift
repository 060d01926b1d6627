import MosnText

/// A number as its declaration means it.
enum ProtobufNumber {
  case signed(Int64)
  case unsigned(UInt64)
  case boolean(Bool)
  case float(Float)
  case double(Double)

  /// - Parameter bits: of a varint or a fixed number, without a sign.
  init(_ bits: UInt64, as type: ProtobufSchema.FieldType) {
    let low = UInt32(truncatingIfNeeded: bits)
    self =
      switch type {
      case .double: .double(Double(bitPattern: bits))
      case .float: .float(Float(bitPattern: low))
      case .bool: .boolean(bits != 0)
      case .int64, .sfixed64: .signed(Int64(bitPattern: bits))
      case .int32, .sfixed32, .enumeration: .signed(Int64(Int32(bitPattern: low)))
      case .sint32: .signed(Int64(Int32(bitPattern: low >> 1) ^ -Int32(bitPattern: low & 1)))
      case .sint64: .signed(Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1))
      case .uint32, .fixed32: .unsigned(UInt64(low))
      case .uint64, .fixed64, .string, .bytes, .message, .group: .unsigned(bits)
      }
  }

  func append(to text: inout BoundedText) {
    switch self {
    case .signed(let value): text.append(decimal: value)
    case .unsigned(let value): text.append(decimal: value)
    case .boolean(let value): text.append(value ? "true" : "false")
    case .float(let value): text.append(ascii: value.description)
    case .double(let value): text.append(ascii: value.description)
    }
  }

  func append(to json: inout JSONWriter) {
    switch self {
    case .signed(let value): json.number(value)
    case .unsigned(let value): json.number(value)
    case .boolean(let value): json.literal(value ? "true" : "false")
    case .float(let value): json.number(value)
    case .double(let value): json.number(value)
    }
  }
}
