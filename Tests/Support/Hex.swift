extension [UInt8] {
  /// The bytes written as hexadecimal digits; anything that is no digit is passed over, so that vectors may
  /// be set in groups.
  public init(hex: String) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for scalar in hex.unicodeScalars {
      guard let digit = Character(scalar).hexDigitValue else { continue }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    self = bytes
  }
}
