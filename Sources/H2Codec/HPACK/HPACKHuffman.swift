/// The Huffman code of string literals (RFC 7541 §5.2, appendix B).
enum HPACKHuffman {
  /// The most octets `count` encoded octets can become: the shortest code has 5 bits.
  static func decodedBound(_ count: Int) -> Int { count * 8 / 5 }
}

// MARK: - Encoding

extension HPACKHuffman {
  /// The number of octets `source` takes when encoded, padding included.
  static func encodedCount(_ source: UnsafeRawBufferPointer) -> Int {
    HPACKHuffmanTable.lengths.withUnsafeBufferPointer { lengths in
      // A byte is less than the table's 257.
      var bits = 0
      for byte in source { bits &+= Int(lengths[Int(byte)]) }
      return (bits &+ 7) >> 3
    }
  }

  /// Writes the code of `source` to `target`, which must have room for `encodedCount(source)` octets.
  static func encode(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
    HPACKHuffmanTable.lengths.withUnsafeBufferPointer { lengths in
      HPACKHuffmanTable.codes.withUnsafeBufferPointer { codes in
        var (bits, pending, written): (UInt64, Int, Int) = (0, 0, 0)
        for byte in source {
          let length = Int(lengths[Int(byte)])
          bits = bits &<< length | UInt64(codes[Int(byte)])
          pending &+= length
          // Never more than 31 + 30 bits wait, and a word leaves only when all of it is there.
          if pending >= 32 {
            pending &-= 32
            let word = UInt32(truncatingIfNeeded: bits &>> pending)
            target.storeBytes(of: word.bigEndian, toByteOffset: written, as: UInt32.self)
            written &+= 4
          }
        }
        while pending > 0 {
          // The last octet is filled with ones, the beginning of EOS.
          let octet =
            pending >= 8
            ? UInt8(truncatingIfNeeded: bits &>> (pending &- 8))
            : UInt8(truncatingIfNeeded: bits &<< (8 &- pending)) | 0xFF &>> UInt8(pending)
          target.storeBytes(of: octet, toByteOffset: written, as: UInt8.self)
          written &+= 1
          pending &-= 8
        }
      }
    }
  }
}

// MARK: - Decoding

extension HPACKHuffman {
  struct Fault: Error {
    let rule: HPACKError.Rule
    var expected = 0
    var found = 0
  }

  /// Decodes `source` to `target` and gives the number of octets written. `target` must have room for
  /// `decodedBound(source.count) + 1`: two octets are written at a time and the second may be void.
  static func decode(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, _ table: HPACKHuffmanDecodeTable
  ) throws(Fault) -> Int {
    try table.entries.withUnsafeBufferPointer { entries throws(Fault) in
      // Unread bits, the next one highest. Below the `available` ones lie 0 or what will be read again there.
      var (bits, available): (UInt64, Int) = (0, 0)
      var (read, written) = (0, 0)
      let count = source.count

      while true {
        while read &+ 8 <= count {
          // Fill up to 56 bits and more; what does not fit whole is read again the next time.
          let word = UInt64(
            bigEndian: source.loadUnaligned(fromByteOffset: read, as: UInt64.self))
          bits |= word &>> available
          read &+= (63 &- available) &>> 3
          available |= 56

          var entry = HPACKHuffmanDecodeTable.Entry(entries[Int(bits &>> HPACKHuffmanDecodeTable.shift)])
          while entry.symbolCount != 0, available >= HPACKHuffmanDecodeTable.width {
            target.storeBytes(of: entry.symbols.littleEndian, toByteOffset: written, as: UInt16.self)
            written &+= entry.symbolCount
            bits &<<= entry.bitCount
            available &-= entry.bitCount
            entry = HPACKHuffmanDecodeTable.Entry(entries[Int(bits &>> HPACKHuffmanDecodeTable.shift)])
          }
          // A long code, for which 30 bits must be there.
          if entry.symbolCount == 0, available >= 30 {
            let (symbol, length) = table.longCode(bits)
            guard symbol != HPACKHuffmanDecodeTable.eos else { throw Fault(rule: .huffmanEOS) }
            target.storeBytes(of: UInt8(truncatingIfNeeded: symbol), toByteOffset: written, as: UInt8.self)
            written &+= 1
            bits &<<= length
            available &-= length
          }
        }

        while available <= 56, read < count {
          bits |= UInt64(source[read]) &<< (56 &- available)
          available &+= 8
          read &+= 1
        }
        // From here the bits that are not there read as padding.
        let padded = bits | UInt64.max >> available
        let entry = HPACKHuffmanDecodeTable.Entry(entries[Int(padded &>> HPACKHuffmanDecodeTable.shift)])
        if entry.symbolCount != 0, entry.bitCount <= available {
          target.storeBytes(of: entry.symbols.littleEndian, toByteOffset: written, as: UInt16.self)
          written &+= entry.symbolCount
          bits &<<= entry.bitCount
          available &-= entry.bitCount
        } else if entry.symbolCount != 0, entry.firstBitCount <= available {
          target.storeBytes(of: entry.firstSymbol, toByteOffset: written, as: UInt8.self)
          written &+= 1
          bits &<<= entry.firstBitCount
          available &-= entry.firstBitCount
        } else if available < 8 {
          guard padded == .max else { throw Fault(rule: .huffmanPaddingNotEOS) }
          return written
        } else {
          let (symbol, length) = table.longCode(padded)
          guard length <= available else {
            guard padded == .max else { throw Fault(rule: .huffmanPaddingNotEOS) }
            throw Fault(rule: .huffmanPaddingTooLong, expected: 7, found: available)
          }
          guard symbol != HPACKHuffmanDecodeTable.eos else { throw Fault(rule: .huffmanEOS) }
          target.storeBytes(of: UInt8(truncatingIfNeeded: symbol), toByteOffset: written, as: UInt8.self)
          written &+= 1
          bits &<<= length
          available &-= length
        }
      }
    }
  }
}
