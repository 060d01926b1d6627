/// A quick hash for tables that stay small; scripts/generate-hpack-tables computes the same.
///
/// An attacker may make values collide. That costs at most a walk over one table of bounded size.
enum HPACKHash {
  static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    let count = bytes.count
    var value = fold(seed, UInt64(truncatingIfNeeded: count))
    if count < 4 {
      for byte in bytes { value = fold(value, UInt64(byte)) }
    } else if count < 8 {
      let (first, last) = (word32(bytes, 0), word32(bytes, count &- 4))
      value = fold(value, first | last << 32)
    } else {
      var offset = 0
      while offset &+ 8 <= count {
        value = fold(value, word64(bytes, offset))
        offset &+= 8
      }
      // The last eight octets overlap with what was folded before; all of them lie inside.
      if offset < count { value = fold(value, word64(bytes, count &- 8)) }
    }
    return value
  }

  private static func fold(_ value: UInt64, _ word: UInt64) -> UInt64 {
    let product = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 32
  }

  private static func word64(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  private static func word32(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
}
