import MosnBytes
import MosnText

/// Where binary data stand in a content, in one chunk or several.
public struct HessianData: Sendable, Hashable {
  /// Of the first byte, or of the first chunk's code.
  let start: UInt32
  let end: UInt32
  public let count: UInt32
  let isChunked: Bool

  public func array(in bytes: RawSpan) -> [UInt8] {
    var data = HessianDataBytes(self)
    var array: [UInt8] = []
    array.reserveCapacity(Int(count))
    while let byte = data.next(in: bytes) { array.append(byte) }
    return array
  }
}

/// The bytes of data that were read before.
struct HessianDataBytes: DataBytes, Sendable {
  private var offset: Int
  private let end: Int
  /// Bytes left of this chunk.
  private var left: Int

  init(_ data: HessianData) {
    (offset, end) = (Int(data.start), Int(data.end))
    left = data.isChunked ? 0 : Int(data.count)
  }

  mutating func next(in bytes: RawSpan) -> UInt8? {
    while left == 0 {
      guard offset < end else { return nil }
      let code = bytes.byte(offset)
      if HessianCode.shortBinary.contains(code) || end - offset < 3 {
        left = Int(code & 0x0f)
        offset += 1
      } else {
        left = Int(bytes.uint16(offset + 1))
        offset += 3
      }
    }
    guard offset < end else { return nil }
    left -= 1
    offset += 1
    return bytes.byte(offset - 1)
  }
}
