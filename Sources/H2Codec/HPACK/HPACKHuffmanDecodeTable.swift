/// The code of appendix B turned round for decoding: the next 12 bits give up to two symbols at once, since most
/// codes have 5 to 7 bits. Made once from `HPACKHuffmanTable`; 16 KiB.
enum HPACKHuffmanDecodeTable {
  static var width: Int { 12 }
  static var shift: UInt64 { 64 - 12 }
  static var eos: Int { 256 }

  /// An `Entry` for every string of `width` bits.
  static let entries: [UInt32] = makeEntries()

  /// What `width` bits begin with.
  ///
  ///     bits 0-7      8-15      16-19        20-23     24-25
  ///     first symbol  second    first's bits all bits  symbols: 0 (a code longer than 12), 1 or 2
  struct Entry {
    let rawValue: UInt32

    @inline(__always) init(_ rawValue: UInt32) { self.rawValue = rawValue }
    @inline(__always) var symbols: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
    @inline(__always) var firstSymbol: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
    @inline(__always) var firstBitCount: Int { Int(rawValue &>> 16 & 15) }
    @inline(__always) var bitCount: Int { Int(rawValue &>> 20 & 15) }
    @inline(__always) var symbolCount: Int { Int(rawValue &>> 24) }
  }

  /// The symbol whose code `bits` begin with, highest bit first, and the length of it, when that is above
  /// `width`.
  static func longCode(_ bits: UInt64) -> (symbol: Int, length: Int) {
    for (first, count, start, length) in longLengths {
      // The code is canonical: those of one length follow one another, and so do their symbols.
      let distance = bits &>> UInt64(64 &- length) &- first
      if distance < count { return (Int(longSymbols[start &+ Int(truncatingIfNeeded: distance)]), length) }
    }
    // Not reached: the code is complete, every bit string begins with one.
    return (eos, 30)
  }

  /// The symbols with codes longer than `width`, in the order of the codes.
  private static let longSymbols: [UInt16] = (0...eos).filter { HPACKHuffmanTable.lengths[$0] > width }
    .sorted {
      (HPACKHuffmanTable.lengths[$0], HPACKHuffmanTable.codes[$0])
        < (HPACKHuffmanTable.lengths[$1], HPACKHuffmanTable.codes[$1])
    }
    .map(UInt16.init)

  /// For each length that has codes: the first of them, how many, and where their symbols begin.
  private static let longLengths: [(first: UInt64, count: UInt64, start: Int, length: Int)] =
    (width + 1...30).compactMap { length in
      let ofLength = longSymbols.indices.filter {
        Int(HPACKHuffmanTable.lengths[Int(longSymbols[$0])]) == length
      }
      guard let start = ofLength.first else { return nil }
      let first = HPACKHuffmanTable.codes[Int(longSymbols[start])]
      return (UInt64(first), UInt64(ofLength.count), start, length)
    }

  private static func makeEntries() -> [UInt32] {
    let (codes, codeLengths) = (HPACKHuffmanTable.codes, HPACKHuffmanTable.lengths)
    // The symbol that each bit string of `width` begins with: every code owns the strings that continue it.
    var single = [(symbol: UInt32, length: UInt32)](repeating: (0, 0), count: 1 << width)
    for symbol in 0..<eos where codeLengths[symbol] <= width {
      let free = width - Int(codeLengths[symbol])
      let first = Int(codes[symbol]) << free
      for bits in first..<first + (1 << free) { single[bits] = (UInt32(symbol), UInt32(codeLengths[symbol])) }
    }
    return single.indices.map { bits in
      let (symbol, length) = single[bits]
      guard length > 0 else { return 0 }
      let (second, secondLength) = single[bits << Int(length) & (single.count - 1)]
      let alone = symbol | length << 16
      // The zeros shifted in must not be taken for a code.
      guard secondLength > 0, Int(length + secondLength) <= width else {
        return alone | length << 20 | 1 << 24
      }
      return alone | second << 8 | (length + secondLength) << 20 | 2 << 24
    }
  }
}
