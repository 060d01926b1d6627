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
  /// `decodedBound(source.count) + 1`: two octets are written at a time and the second may be void. `table` is
  /// `HPACKHuffmanDecodeTable.entries`.
  static func decode(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer,
    _ table: UnsafeBufferPointer<UInt32>
  ) throws(Fault) -> Int {
    // Unread bits, the next one highest. Below the `available` ones lie 0 or what will be read again there.
    var (bits, available): (UInt64, Int) = (0, 0)
    var (read, written) = (0, 0)
    let count = source.count

    /// `bits` reach the table cut to its width, so that every index lies inside.
    @inline(__always) func entry(_ bits: UInt64) -> HPACKHuffmanDecodeTable.Entry {
      HPACKHuffmanDecodeTable.Entry(table[Int(truncatingIfNeeded: bits &>> HPACKHuffmanDecodeTable.shift)])
    }
    @inline(__always) func take(_ entry: HPACKHuffmanDecodeTable.Entry) {
      target.storeBytes(of: entry.symbols.littleEndian, toByteOffset: written, as: UInt16.self)
      written &+= entry.symbolCount
      bits &<<= entry.bitCount
      available &-= entry.bitCount
    }
    @inline(__always) func take(_ symbol: Int, _ length: Int) {
      target.storeBytes(of: UInt8(truncatingIfNeeded: symbol), toByteOffset: written, as: UInt8.self)
      written &+= 1
      bits &<<= length
      available &-= length
    }

    while read &+ 8 <= count {
      // Fill up to 56 bits and more; what does not fit whole is read again the next time.
      bits |= word(source, read) &>> available
      read &+= (63 &- available) &>> 3
      available |= 56
      var next = entry(bits)
      while next.symbolCount != 0, available >= HPACKHuffmanDecodeTable.width {
        take(next)
        next = entry(bits)
      }
      // A long code, for which 30 bits must be there.
      if next.symbolCount == 0, available >= 30 {
        let (symbol, length) = HPACKHuffmanDecodeTable.longCode(bits)
        guard symbol != HPACKHuffmanDecodeTable.eos else { throw Fault(rule: .huffmanEOS) }
        take(symbol, length)
      }
    }

    while true {
      if read < count, count >= 8 {
        // The last eight octets without those that were read.
        let rest = count &- read
        bits |= (word(source, count &- 8) &<< (64 &- 8 &* rest)) >> available
        let filled = min(rest, (64 &- available) &>> 3)
        read &+= filled
        available &+= 8 &* filled
      } else {
        while available <= 56, read < count {
          bits |= UInt64(source[read]) &<< (56 &- available)
          available &+= 8
          read &+= 1
        }
      }
      // From here the bits that are not there read as padding.
      var next = entry(bits | UInt64.max >> available)
      while next.symbolCount != 0, next.bitCount <= available {
        take(next)
        next = entry(bits | UInt64.max >> available)
      }
      if read < count, available <= 56 { continue }
      if next.symbolCount != 0, next.firstBitCount <= available {
        take(Int(next.firstSymbol), next.firstBitCount)
        continue
      }
      let padded = bits | UInt64.max >> available
      if available < 8 {
        guard padded == .max else { throw Fault(rule: .huffmanPaddingNotEOS) }
        return written
      }
      let (symbol, length) = HPACKHuffmanDecodeTable.longCode(padded)
      guard length <= available else {
        guard padded == .max else { throw Fault(rule: .huffmanPaddingNotEOS) }
        throw Fault(rule: .huffmanPaddingTooLong, expected: 7, found: available)
      }
      guard symbol != HPACKHuffmanDecodeTable.eos else { throw Fault(rule: .huffmanEOS) }
      take(symbol, length)
    }
  }

  /// The eight octets from `offset` on, which must be there.
  @inline(__always)
  private static func word(_ source: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(bigEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
