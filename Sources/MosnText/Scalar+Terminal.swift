extension Unicode.Scalar {
  /// Whether a terminal or a viewer acts on it instead of showing it: controls, the separators of lines and paragraphs,
  /// the marks of reading direction (Unicode's Bidi_Control) and the byte order mark. All below U+10000.
  package var isActedUpon: Bool {
    switch value {
    case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }

  /// Columns on a terminal: two for the wide characters of East Asia and for emoji, none for marks that are written over
  /// the character before (Unicode TR11, about).
  package var columns: Int {
    switch value {
    case 0x300..<0x370, 0x200b...0x200d, 0x20d0...0x20ff, 0xfe00...0xfe0f, 0xfeff: 0
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      2
    default: 1
    }
  }
}
