import MosnBytes

/// Bytes, integers and chunks: what every value is made of. Each compares with the bytes left before it reads.
extension HessianReader {
  mutating func byte(in bytes: RawSpan) throws(HessianError) -> UInt8 {
    let start = try take(1, in: bytes)
    return bytes.byte(start)
  }

  mutating func uint16(in bytes: RawSpan) throws(HessianError) -> UInt16 {
    bytes.uint16(try take(2, in: bytes))
  }

  mutating func uint32(in bytes: RawSpan) throws(HessianError) -> UInt32 {
    bytes.uint32(try take(4, in: bytes))
  }

  mutating func uint64(in bytes: RawSpan) throws(HessianError) -> UInt64 {
    bytes.uint64(try take(8, in: bytes))
  }

  private mutating func take(_ count: Int, in bytes: RawSpan) throws(HessianError) -> Int {
    let start = offset
    guard count <= bytes.byteCount - start else {
      throw HessianError(.truncated, at: start, expected: count, found: bytes.byteCount - start)
    }
    offset = start + count
    return start
  }

  static func isInteger(_ code: UInt8) -> Bool { (0x80...0xd7).contains(code) || code == HessianCode.int }

  /// An int where the grammar wants one: of any form.
  mutating func integer(in bytes: RawSpan) throws(HessianError) -> Int {
    let start = offset
    let code = try byte(in: bytes)
    guard Self.isInteger(code) else { throw HessianError(.integerExpected, at: start, found: Int(code)) }
    return try int(code, in: bytes)
  }

  /// The rest of an int that begins with `code`.
  mutating func int(_ code: UInt8, in bytes: RawSpan) throws(HessianError) -> Int {
    switch code {
    case 0x80...0xbf: Int(code) - 0x90
    case 0xc0...0xcf: (Int(code) - 0xc8) << 8 + Int(try byte(in: bytes))
    case 0xd0...0xd7: (Int(code) - 0xd4) << 16 + Int(try uint16(in: bytes))
    default: Int(Int32(bitPattern: try uint32(in: bytes)))
    }
  }

  /// That each of `length` things can have a byte.
  func check(length: Int, from start: Int, in bytes: RawSpan) throws(HessianError) {
    let left = bytes.byteCount - offset
    guard length >= 0, length <= left else {
      throw HessianError(.length, at: start, expected: left, found: length)
    }
  }

  /// Text of `units` in one piece, without a code. `start` is where its length stands.
  mutating func text(units: Int, from start: Int, in bytes: RawSpan) throws(HessianError) -> HessianText {
    try check(length: units, from: start, in: bytes)
    let first = offset
    try skip(units: units, in: bytes)
    return HessianText(
      start: UInt32(truncatingIfNeeded: first), end: UInt32(truncatingIfNeeded: offset),
      units: UInt32(truncatingIfNeeded: units), isChunked: false)
  }

  /// A string that begins with `code`. Of a name, no chunk but the last one may be empty, and the beginning of one is not
  /// kept.
  mutating func readText(
    _ code: UInt8, from start: Int, in bytes: RawSpan, isName: Bool = false
  ) throws(HessianError) -> HessianToken {
    let isFinal: (UInt8) -> Bool = { HessianCode.shortString.contains($0) || $0 == HessianCode.string }
    var (code, chunk, total, first) = (code, start, 0, 0)
    let isChunked = !isFinal(code)
    while true {
      steps += 1
      let units: Int
      switch code {
      case HessianCode.shortString: units = Int(code)
      case HessianCode.string, HessianCode.stringChunk: units = Int(try uint16(in: bytes))
      default: throw HessianError(.stringExpected, at: chunk, found: Int(code))
      }
      if chunk == start { first = offset }
      do throws(HessianError) {
        try check(length: units, from: chunk, in: bytes)
        try skip(units: units, in: bytes)
      } catch {
        if !isName {
          let (end, units) = (offset, total + skipRest(of: bytes))
          keepUnfinished(from: start, first: isChunked ? start : first, isChunked: isChunked, units: units)
          offset = end
        }
        throw error
      }
      total += units
      if isFinal(code) { break }
      if isName, units == 0 { throw HessianError(.emptyChunk, at: chunk, found: 0) }
      if !isName { keepUnfinished(from: start, first: start, isChunked: true, units: total) }
      chunk = offset
      code = try byte(in: bytes)
    }
    unfinished = nil
    let bits = UInt64(isChunked ? start : first) << 32 | UInt64(total)
    return token(.string, from: start, bits: bits, isChunked: isChunked)
  }

  /// Keeps the text up to `offset` as a token, in case that its end does not come.
  private mutating func keepUnfinished(from start: Int, first: Int, isChunked: Bool, units: Int) {
    guard units > 0 else { return }
    let bits = UInt64(first) << 32 | UInt64(units)
    unfinished = token(.string, from: start, bits: bits, isChunked: isChunked)
  }

  /// Goes over the characters that are there, and says how many units they have.
  private mutating func skipRest(of bytes: RawSpan) -> Int {
    let start = offset
    var units = 0
    while offset < bytes.byteCount {
      let length = bytes.byte(offset) < 0x80 ? 1 : bytes.byte(offset) < 0xe0 ? 2 : 3
      guard length <= bytes.byteCount - offset, Self.isFirst(bytes.byte(offset)) else { break }
      offset += length
      units += 1
    }
    // The first half of a character is none.
    if units > 0, offset - start >= 3, bytes.byte(offset - 3) == 0xed,
      (0xa0..<0xb0).contains(bytes.byte(offset - 2))
    {
      offset -= 3
      units -= 1
    }
    return units
  }

  /// Whether a character of one UTF-16 unit begins with it.
  private static func isFirst(_ byte: UInt8) -> Bool { byte < 0x80 || (0xc0..<0xf0).contains(byte) }

  /// Binary data that begin with `code`.
  mutating func readData(
    _ code: UInt8, from start: Int, in bytes: RawSpan
  ) throws(HessianError) -> HessianToken {
    let isFinal: (UInt8) -> Bool = { HessianCode.shortBinary.contains($0) || $0 == HessianCode.binary }
    var (code, chunk, total, first) = (code, start, 0, 0)
    let isChunked = !isFinal(code)
    while true {
      steps += 1
      let count: Int
      switch code {
      case HessianCode.shortBinary: count = Int(code & 0x0f)
      case HessianCode.binary, HessianCode.binaryChunk: count = Int(try uint16(in: bytes))
      default: throw HessianError(.binaryExpected, at: chunk, found: Int(code))
      }
      if chunk == start { first = offset }
      try check(length: count, from: chunk, in: bytes)
      offset += count
      total += count
      if isFinal(code) { break }
      chunk = offset
      code = try byte(in: bytes)
    }
    let bits = UInt64(isChunked ? start : first) << 32 | UInt64(total)
    return token(.binary, from: start, bits: bits, isChunked: isChunked)
  }

  /// Goes over characters, eight at a time where they are ASCII. Only their first bytes are looked at, as sofa-hessian's
  /// reader does: what follows cannot shift what stands behind.
  private mutating func skip(units: Int, in bytes: RawSpan) throws(HessianError) {
    var (left, place) = (units, offset)
    while left > 0 {
      if left >= 8, bytes.byteCount - place >= 8, bytes.uint64(place) & 0x8080_8080_8080_8080 == 0 {
        place += 8
        left -= 8
        continue
      }
      guard place < bytes.byteCount else {
        throw HessianError(.truncated, at: place, expected: left, found: 0)
      }
      let length: Int
      switch bytes.byte(place) {
      case 0x00...0x7f: length = 1
      case 0xc0...0xdf: length = 2
      case 0xe0...0xef: length = 3
      case let byte: throw HessianError(.characterExpected, at: place, found: Int(byte))
      }
      guard length <= bytes.byteCount - place else {
        throw HessianError(.truncated, at: place, expected: length, found: bytes.byteCount - place)
      }
      place += length
      left -= 1
    }
    offset = place
  }
}
