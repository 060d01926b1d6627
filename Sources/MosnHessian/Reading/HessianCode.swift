/// The codes of the draft grammar of Hessian 2 that sofa-hessian 3 writes and reads. Hessian 1's are among them; the final
/// Hessian 2.0, which SOFA does not write, gave some of them other meanings (`C`, `H`, `Q`, `U`, `W`, 0x60...0x6f).
enum HessianCode {
  static let null = UInt8(ascii: "N")
  static let yes = UInt8(ascii: "T")
  static let no = UInt8(ascii: "F")
  static let int = UInt8(ascii: "I")
  static let long = UInt8(ascii: "L")
  /// A long that fits in four bytes.
  static let longInt = UInt8(ascii: "w")
  static let double = UInt8(ascii: "D")
  static let doubleZero: UInt8 = 0x67
  static let doubleOne: UInt8 = 0x68
  static let doubleByte: UInt8 = 0x69
  static let doubleShort: UInt8 = 0x6a
  static let doubleFloat: UInt8 = 0x6b
  static let date = UInt8(ascii: "d")
  static let string = UInt8(ascii: "S")
  static let stringChunk = UInt8(ascii: "s")
  static let shortString: ClosedRange<UInt8> = 0x00...0x1f
  static let binary = UInt8(ascii: "B")
  static let binaryChunk = UInt8(ascii: "b")
  static let shortBinary: ClosedRange<UInt8> = 0x20...0x2f
  static let list = UInt8(ascii: "V")
  /// A list of a type and a length, without an end.
  static let fixedList = UInt8(ascii: "v")
  static let map = UInt8(ascii: "M")
  static let end = UInt8(ascii: "z")
  static let type = UInt8(ascii: "t")
  static let typeNumber = UInt8(ascii: "u")
  static let length = UInt8(ascii: "l")
  static let shortLength = UInt8(ascii: "n")
  static let classDefinition = UInt8(ascii: "O")
  static let object = UInt8(ascii: "o")
  static let reference = UInt8(ascii: "R")
  static let referenceByte = UInt8(ascii: "J")
  static let referenceShort = UInt8(ascii: "K")
  static let remote = UInt8(ascii: "r")
}
