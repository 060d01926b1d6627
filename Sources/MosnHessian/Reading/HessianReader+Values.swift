import MosnBytes

/// The values, by the code they begin with.
extension HessianReader {
  mutating func readValue(
    _ code: UInt8, from start: Int, in bytes: RawSpan
  ) throws(HessianError) -> HessianToken {
    switch code {
    case HessianCode.null: return token(.null, from: start)
    case HessianCode.yes: return token(.boolean, from: start, bits: 1)
    case HessianCode.no: return token(.boolean, from: start, bits: 0)
    case 0x80...0xd7, HessianCode.int:
      let value = try int(code, in: bytes)
      return token(.int, from: start, bits: UInt64(bitPattern: Int64(value)))
    case 0xd8...0xff, 0x38...0x3f, HessianCode.longInt, HessianCode.long:
      let value = try long(code, in: bytes)
      return token(.long, from: start, bits: UInt64(bitPattern: value))
    case HessianCode.doubleZero...HessianCode.doubleFloat, HessianCode.double:
      let value = try double(code, in: bytes)
      return token(.double, from: start, bits: value.bitPattern)
    case HessianCode.date:
      let milliseconds = try uint64(in: bytes)
      return token(.date, from: start, bits: milliseconds)
    case HessianCode.shortString, HessianCode.string, HessianCode.stringChunk:
      return try readText(code, from: start, in: bytes)
    case HessianCode.shortBinary, HessianCode.binary, HessianCode.binaryChunk:
      return try readData(code, from: start, in: bytes)
    case HessianCode.list, HessianCode.fixedList, HessianCode.map, HessianCode.object:
      return try readContainer(code, from: start, in: bytes)
    case HessianCode.referenceByte, HessianCode.referenceShort, HessianCode.reference:
      return try readReference(code, from: start, in: bytes)
    case HessianCode.remote: return try readRemote(from: start, in: bytes)
    default: throw HessianError(.unknownCode, at: offset - 1, found: Int(code))
    }
  }

  private mutating func long(_ code: UInt8, in bytes: RawSpan) throws(HessianError) -> Int64 {
    switch code {
    case 0xd8...0xef: Int64(code) - 0xe0
    case 0xf0...0xff: (Int64(code) - 0xf8) << 8 + Int64(try byte(in: bytes))
    case 0x38...0x3f: (Int64(code) - 0x3c) << 16 + Int64(try uint16(in: bytes))
    case HessianCode.longInt: Int64(Int32(bitPattern: try uint32(in: bytes)))
    default: Int64(bitPattern: try uint64(in: bytes))
    }
  }

  private mutating func double(_ code: UInt8, in bytes: RawSpan) throws(HessianError) -> Double {
    switch code {
    case HessianCode.doubleZero: 0
    case HessianCode.doubleOne: 1
    case HessianCode.doubleByte: Double(Int8(bitPattern: try byte(in: bytes)))
    case HessianCode.doubleShort: Double(Int16(bitPattern: try uint16(in: bytes)))
    case HessianCode.doubleFloat: Double(Float(bitPattern: try uint32(in: bytes)))
    default: Double(bitPattern: try uint64(in: bytes))
    }
  }

  private mutating func readContainer(
    _ code: UInt8, from start: Int, in bytes: RawSpan
  ) throws(HessianError) -> HessianToken {
    switch code {
    case HessianCode.list:
      let type = try readType(in: bytes)
      let length = try listLength(in: bytes)
      return try begin(.list, from: start, OpenContainer(length: length, hasEnd: true), name: type)
    case HessianCode.fixedList:
      let type = try typeNumber(in: bytes)
      let lengthStart = offset
      let length = try integer(in: bytes)
      try check(length: length, from: lengthStart, in: bytes)
      return try begin(.list, from: start, OpenContainer(length: length, hasEnd: false), name: type)
    case HessianCode.map:
      let type = try readType(in: bytes)
      let container = OpenContainer(length: nil, hasEnd: true, isMap: true)
      return try begin(.map, from: start, container, name: type)
    default:
      let numberStart = offset
      let number = try integer(in: bytes)
      let index = try index(number, below: names.classes.count, .unknownClass, at: numberStart)
      let fields = names.classes[Int(index)].fields.count
      try check(length: fields, from: numberStart, in: bytes)
      return try begin(.object, from: start, OpenContainer(length: fields, hasEnd: false), name: index)
    }
  }

  /// `n` and one byte, `l` and four, or neither.
  private mutating func listLength(in bytes: RawSpan) throws(HessianError) -> Int? {
    guard offset < bytes.byteCount else { return nil }
    let start = offset
    let length: Int
    switch bytes.byte(start) {
    case HessianCode.shortLength:
      offset += 1
      length = Int(try byte(in: bytes))
    case HessianCode.length:
      offset += 1
      length = Int(Int32(bitPattern: try uint32(in: bytes)))
    default: return nil
    }
    try check(length: length, from: start, in: bytes)
    return length
  }

  private mutating func readReference(
    _ code: UInt8, from start: Int, in bytes: RawSpan
  ) throws(HessianError) -> HessianToken {
    let number: Int
    switch code {
    case HessianCode.referenceByte: number = Int(try byte(in: bytes))
    case HessianCode.referenceShort: number = Int(try uint16(in: bytes))
    default: number = Int(Int32(bitPattern: try uint32(in: bytes)))
    }
    let index = try index(number, below: containers, .unknownReference, at: start)
    return token(.reference, from: start, bits: UInt64(index))
  }

  /// A type and the address.
  private mutating func readRemote(from start: Int, in bytes: RawSpan) throws(HessianError) -> HessianToken {
    let type = try readType(in: bytes)
    let addressStart = offset
    let code = try byte(in: bytes)
    let address = try readText(code, from: addressStart, in: bytes, isName: true)
    return token(.remote, from: start, bits: address.bits, name: type, isChunked: address.isChunked)
  }
}
