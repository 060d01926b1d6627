/// UTF-8 as Unicode defines it (table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Sequence {
  /// Whether a terminal acts on this one character instead of showing it: C0 and C1 controls, DEL, the line and
  /// paragraph separators, and the marks of reading direction (Unicode's Bidi_Control).
  static func isControl(_ character: ArraySlice<UInt8>) -> Bool {
    let start = character.startIndex
    switch character.count {
    case 1: return character[start] < 0x20 || character[start] == 0x7f
    case 2:
      let (first, second) = (character[start], character[start + 1])
      return first == 0xc2 && second < 0xa0 || first == 0xd8 && second == 0x9c
    case 3 where character[start] == 0xe2:
      let third = character[start + 2]
      return switch character[start + 1] {
      case 0x80: third == 0x8e || third == 0x8f || (0xa8...0xae).contains(third)
      case 0x81: (0xa6...0xa9).contains(third)
      default: false
      }
    default: return false
    }
  }

  /// The scalar of a character of up to three bytes; nil for others, and for none.
  static func scalar(of character: ArraySlice<UInt8>) -> UInt32? {
    let start = character.startIndex
    switch character.count {
    case 1: return UInt32(character[start])
    case 2: return UInt32(character[start] & 0x1f) << 6 | UInt32(character[start + 1] & 0x3f)
    case 3:
      return UInt32(character[start] & 0x0f) << 12 | UInt32(character[start + 1] & 0x3f) << 6
        | UInt32(character[start + 2] & 0x3f)
    default: return nil
    }
  }

  /// Columns of a terminal that the character takes: 2 for wide ones of East Asia and pictures, 0 for marks that are
  /// written over the one before (Unicode TR11, about).
  static func columns(of character: ArraySlice<UInt8>) -> Int {
    guard character.count > 2 else {
      return character.count == 2 && (0x300..<0x370).contains(scalar(of: character) ?? 0) ? 0 : 1
    }
    guard let scalar = scalar(of: character) else { return 2 }
    switch scalar {
    case 0x200B...0x200D, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFEFF: return 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6:
      return 2
    default: return 1
    }
  }

  /// Bytes of the character that `text` begins with; 0 when it begins with none.
  static func length(of text: ArraySlice<UInt8>) -> Int {
    guard let first = text.first else { return 0 }
    let count: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch first {
    case 0x00...0x7f: return 1
    case 0xc2...0xdf: count = 2
    case 0xe0: (count, second) = (3, 0xa0...0xbf)
    case 0xed: (count, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: count = 3
    case 0xf0: (count, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: count = 4
    case 0xf4: (count, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard text.count >= count, second.contains(text[text.startIndex + 1]) else { return 0 }
    for offset in 2..<max(count, 2) where !(0x80...0xbf).contains(text[text.startIndex + offset]) {
      return 0
    }
    return count
  }
}
