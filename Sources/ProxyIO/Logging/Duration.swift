/// A time that something took, written as Go does: `731ns`, `3.757µs`, `3.757863ms`, `1.5s`.
struct Duration: CustomStringConvertible {
  let nanoseconds: UInt64

  var description: String {
    switch nanoseconds {
    case ..<1_000: "\(nanoseconds)ns"
    case ..<1_000_000: Self.decimal(nanoseconds, unit: 1_000) + "\u{B5}s"
    case ..<1_000_000_000: Self.decimal(nanoseconds, unit: 1_000_000) + "ms"
    default: Self.decimal(nanoseconds, unit: 1_000_000_000) + "s"
    }
  }

  private static func decimal(_ nanoseconds: UInt64, unit: UInt64) -> String {
    var digits = String(unit + nanoseconds % unit).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return digits.isEmpty ? "\(nanoseconds / unit)" : "\(nanoseconds / unit).\(digits)"
  }
}
