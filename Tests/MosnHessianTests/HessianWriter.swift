import MosnHessian

/// Writes values as sofa-hessian does. What the grammar leaves open, `choose` decides: a form that holds the value, of
/// those that would.
struct HessianWriter {
  private(set) var bytes: [UInt8] = []
  /// A number below its argument.
  var choose: (Int) -> Int = { _ in 0 }
  private var types: [String] = []
  private var classes: [(name: String, fields: [String])] = []

  init(choose: @escaping (Int) -> Int = { _ in 0 }) { self.choose = choose }

  static func bytes(_ values: HessianValue...) -> [UInt8] {
    var writer = HessianWriter()
    for value in values { writer.write(value) }
    return writer.bytes
  }

  mutating func write(_ value: HessianValue) {
    switch value {
    case .null: append("N")
    case .boolean(let value): append(value ? "T" : "F")
    case .int(let value): write(int: value)
    case .long(let value): write(long: value)
    case .double(let value): write(double: value)
    case .date(let value): append("d", big: value)
    case .string(let value): write(string: value)
    case .binary(let value): write(binary: value)
    case .reference(let value): write(reference: value)
    case .remote(let type, let address):
      append("r")
      write(type: type)
      write(string: address)
    case .list(let type, let values): write(list: values, type)
    case .map(let type, let entries):
      append("M")
      write(type: type)
      for entry in entries {
        write(entry.key)
        write(entry.value)
      }
      append("z")
    case .object(let type, let fields): write(object: fields, type)
    }
  }

  private mutating func append(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }

  private mutating func append(big value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ code: Unicode.Scalar, big value: some FixedWidthInteger) {
    append(code)
    append(big: value)
  }

  private mutating func write(int value: Int32) {
    var forms: [(inout Self) -> Void] = []
    if (-0x10...0x2f).contains(value) { forms.append { $0.bytes.append(UInt8(value + 0x90)) } }
    if (-0x800...0x7ff).contains(value) {
      forms.append { $0.bytes += [UInt8(0xc8 + (value >> 8)), UInt8(truncatingIfNeeded: value)] }
    }
    if (-0x40000...0x3ffff).contains(value) {
      forms.append {
        $0.bytes.append(UInt8(0xd4 + (value >> 16)))
        $0.append(big: UInt16(truncatingIfNeeded: value))
      }
    }
    forms.append { $0.append("I", big: value) }
    forms[choose(forms.count)](&self)
  }

  private mutating func write(long value: Int64) {
    var forms: [(inout Self) -> Void] = []
    if (-0x08...0x0f).contains(value) { forms.append { $0.bytes.append(UInt8(value + 0xe0)) } }
    if (-0x800...0x7ff).contains(value) {
      forms.append { $0.bytes += [UInt8(0xf8 + (value >> 8)), UInt8(truncatingIfNeeded: value)] }
    }
    if (-0x40000...0x3ffff).contains(value) {
      forms.append {
        $0.bytes.append(UInt8(0x3c + (value >> 16)))
        $0.append(big: UInt16(truncatingIfNeeded: value))
      }
    }
    if let small = Int32(exactly: value) { forms.append { $0.append("w", big: small) } }
    forms.append { $0.append("L", big: value) }
    forms[choose(forms.count)](&self)
  }

  private mutating func write(double value: Double) {
    var forms: [(inout Self) -> Void] = []
    if value.bitPattern == 0 { forms.append { $0.bytes.append(0x67) } }
    if value == 1 { forms.append { $0.bytes.append(0x68) } }
    let isNegativeZero = value == 0 && value.sign == .minus
    if let small = Int8(exactly: value), !isNegativeZero {
      forms.append { $0.bytes += [0x69, UInt8(bitPattern: small)] }
    }
    if let short = Int16(exactly: value), !isNegativeZero {
      forms.append {
        $0.bytes.append(0x6a)
        $0.append(big: short)
      }
    }
    if Double(Float(value)).bitPattern == value.bitPattern {
      forms.append {
        $0.bytes.append(0x6b)
        $0.append(big: Float(value).bitPattern)
      }
    }
    forms.append { $0.append("D", big: value.bitPattern) }
    forms[choose(forms.count)](&self)
  }

  private mutating func write(string value: String) {
    var units = Array(value.utf16)[...]
    // Chunks of any length, as long as there is a choice; surrogates may fall apart.
    while units.count > 0x8000 || !units.isEmpty && choose(4) == 3 {
      let chunk = units.prefix(min(0x8000, max(1, choose(units.count + 1))))
      append("s", big: UInt16(chunk.count))
      append(units: chunk)
      units = units.dropFirst(chunk.count)
    }
    if units.count < 0x20, choose(2) == 0 {
      bytes.append(UInt8(units.count))
    } else {
      append("S", big: UInt16(units.count))
    }
    append(units: units)
  }

  private mutating func append(units: ArraySlice<UInt16>) {
    for unit in units {
      switch unit {
      case 0..<0x80: bytes.append(UInt8(unit))
      case 0x80..<0x800: bytes += [UInt8(0xc0 | unit >> 6), UInt8(0x80 | unit & 0x3f)]
      default: bytes += [UInt8(0xe0 | unit >> 12), UInt8(0x80 | unit >> 6 & 0x3f), UInt8(0x80 | unit & 0x3f)]
      }
    }
  }

  private mutating func write(binary value: [UInt8]) {
    var data = value[...]
    while data.count > 0x8000 || !data.isEmpty && choose(4) == 3 {
      let chunk = data.prefix(min(0x8000, max(1, choose(data.count + 1))))
      append("b", big: UInt16(chunk.count))
      bytes += chunk
      data = data.dropFirst(chunk.count)
    }
    if data.count < 0x10, choose(2) == 0 {
      bytes.append(0x20 + UInt8(data.count))
    } else {
      append("B", big: UInt16(data.count))
    }
    bytes += data
  }

  private mutating func write(reference value: Int) {
    var forms: [(inout Self) -> Void] = []
    if value < 0x100 { forms.append { $0.append("J", big: UInt8(value)) } }
    if value < 0x10000 { forms.append { $0.append("K", big: UInt16(value)) } }
    forms.append { $0.append("R", big: UInt32(value)) }
    forms[choose(forms.count)](&self)
  }

  private mutating func write(type: String?) {
    guard let type else { return }
    if let number = types.firstIndex(of: type) {
      append("u")
      write(int: Int32(number))
    } else {
      types.append(type)
      append("t", big: UInt16(type.utf16.count))
      append(units: Array(type.utf16)[...])
    }
  }

  private mutating func write(list values: [HessianValue], _ type: String?) {
    if let type, let number = types.firstIndex(of: type), choose(4) < 3 {
      append("v")
      write(int: Int32(number))
      write(int: Int32(values.count))
      for value in values { write(value) }
      return
    }
    append("V")
    write(type: type)
    // Behind a list without a type and a length, `T` could be taken for the number of a type.
    let isPlain = type == nil && values.first == .boolean(true)
    switch choose(isPlain ? 2 : 3) {
    case 0 where values.count < 0x100: append("n", big: UInt8(values.count))
    case 2: break
    default: append("l", big: UInt32(values.count))
    }
    for value in values { write(value) }
    append("z")
  }

  private mutating func write(object fields: [HessianValue.Field], _ type: String) {
    let names = fields.map(\.name)
    let number = classes.firstIndex { $0.name == type && $0.fields == names } ?? classes.count
    if number == classes.count {
      classes.append((type, names))
      append("O")
      write(int: Int32(type.utf16.count))
      append(units: Array(type.utf16)[...])
      write(int: Int32(names.count))
      for name in names { write(string: name) }
    }
    append("o")
    write(int: Int32(number))
    for field in fields { write(field.value) }
  }
}
