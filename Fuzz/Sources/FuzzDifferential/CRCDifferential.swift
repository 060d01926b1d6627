import BoltCodec
import CZlibPeer
import FuzzTargets

extension FuzzTarget {
  static let crcZlib = FuzzTarget("crc-zlib", "CRC-32 at any alignment: ours is zlib's", longestInput: 2048) {
    bytes in
    for start in 0..<min(4, bytes.count + 1) {
      let part = bytes.span.bytes.extracting(droppingFirst: start)
      let theirs = part.withUnsafeBytes {
        crc32(0, $0.bindMemory(to: UInt8.self).baseAddress, UInt32($0.count))
      }
      try expectEqual(CRC32.checksum(part), UInt32(truncatingIfNeeded: theirs), "from byte \(start)")
    }
  }
}
