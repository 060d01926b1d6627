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
    entries = (0..<UInt32(1) << HPACKHuffmanDecodeTable.width).map { bits in
      /// The symbol whose code the last `count` of the bits begin with.
      func symbol(in count: Int) -> Int? {
        let rest = bits & (1 << UInt32(count) - 1)
        return (0..<HPACKHuffmanDecodeTable.eos).first {
          let length = Int(codeLengths[$0])
          return length <= count && rest >> UInt32(count - length) == codes[$0]
        }
      }
      guard let first = symbol(in: HPACKHuffmanDecodeTable.width) else { return 0 }
      let length = UInt32(codeLengths[first])
      let alone = UInt32(first) | length << 16
      guard let second = symbol(in: HPACKHuffmanDecodeTable.width - Int(length)) else {
        return alone | length << 20 | 1 << 24
      }
      return alone | UInt32(second) << 8 | (length + UInt32(codeLengths[second])) << 20 | 2 << 24
    }
  }
}
