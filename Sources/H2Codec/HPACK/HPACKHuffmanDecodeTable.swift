/// The code of appendix B turned round for decoding: the next 12 bits give up to two symbols at once, since most
/// codes have 5 to 7 bits. Made once from `HPACKHuffmanTable`; 16 KiB.
struct HPACKHuffmanDecodeTable: Sendable {
  static let shared = HPACKHuffmanDecodeTable()

  static var width: Int { 12 }
  static var shift: UInt64 { 64 - 12 }
  static var eos: Int { 256 }

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

  let entries: [UInt32]
  /// The symbols in the order of their codes; those of one length follow one another.
  private let sorted: [UInt16]
  /// For each length: the first code, how many there are, and where their symbols begin in `sorted`.
  private let lengths: [(first: UInt64, count: UInt64, start: Int)]

  /// The symbol whose code `bits` begin with, highest bit first, and the length of it, when that is above
  /// `width`. The code is canonical, so one comparison per length decides.
  func longCode(_ bits: UInt64) -> (symbol: Int, length: Int) {
    for length in HPACKHuffmanDecodeTable.width + 1..<30 {
      let (first, count, start) = lengths[length]
      let code = bits &>> UInt64(64 &- length)
      if code >= first, code &- first < count {
        return (Int(sorted[start &+ Int(truncatingIfNeeded: code &- first)]), length)
      }
    }
    // Every bit string has a code, and only those of 30 bits are left.
    let (first, count, start) = lengths[30]
    let distance = bits &>> 34 &- first
    return (distance < count ? Int(sorted[start &+ Int(truncatingIfNeeded: distance)]) : Self.eos, 30)
  }

  private init() {
    let (codes, codeLengths) = (HPACKHuffmanTable.codes, HPACKHuffmanTable.lengths)
    let order = (0...HPACKHuffmanDecodeTable.eos).sorted {
      (codeLengths[$0], codes[$0]) < (codeLengths[$1], codes[$1])
    }
    sorted = order.map(UInt16.init)
    lengths = (0...30).map { length in
      let start = order.firstIndex { codeLengths[$0] >= length } ?? 0
      let count = order.count { codeLengths[$0] == length }
      return (count == 0 ? 0 : UInt64(codes[order[start]]), UInt64(count), start)
    }
    // The symbol that each bit string of `width` begins with: every code owns the strings that continue it.
    var single = [(symbol: UInt32, length: UInt32)](repeating: (0, 0), count: 1 << Self.width)
    for symbol in 0..<Self.eos where codeLengths[symbol] <= Self.width {
      let free = Self.width - Int(codeLengths[symbol])
      let first = Int(codes[symbol]) << free
      for bits in first..<first + (1 << free) { single[bits] = (UInt32(symbol), UInt32(codeLengths[symbol])) }
    }
    entries = single.indices.map { bits in
      let (symbol, length) = single[bits]
      guard length > 0 else { return 0 }
      let (second, secondLength) = single[bits << Int(length) & (single.count - 1)]
      let alone = symbol | length << 16
      // The zeros shifted in must not be taken for a code.
      guard secondLength > 0, Int(length + secondLength) <= Self.width else {
        return alone | length << 20 | 1 << 24
      }
      return alone | second << 8 | (length + secondLength) << 20 | 2 << 24
    }
  }
}
