/// The order in which the bytes of an integer stand.
@frozen @usableFromInline
package enum ByteOrder: Sendable { case little, big }

/// Integers in network order. The caller has compared the bounds; a mistake there traps instead of reading astray.
extension RawSpan {
  @inlinable @inline(__always)
  package func byte(_ offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  @inlinable @inline(__always)
  package func uint16(_ offset: Int) -> UInt16 {
    UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  @inlinable @inline(__always)
  package func uint32(_ offset: Int) -> UInt32 {
    UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inlinable @inline(__always)
  package func uint64(_ offset: Int) -> UInt64 {
    UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// In either order: of files, whose writer chose it.
  @inlinable @inline(__always)
  package func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int, _ order: ByteOrder
  ) -> T {
    let value = unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    return switch order {
    case .little: T(littleEndian: value)
    case .big: T(bigEndian: value)
    }
  }
}

/// Without a comparison of their own: where one comparison was made for all the fields of a head, and each more costs
/// what is measured.
extension RawSpan {
  @inlinable @inline(__always)
  package func byte(unchecked offset: Int) -> UInt8 {
    unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inlinable @inline(__always)
  package func uint16(unchecked offset: Int) -> UInt16 {
    UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
  }

  @inlinable @inline(__always)
  package func uint32(unchecked offset: Int) -> UInt32 {
    UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }
}
