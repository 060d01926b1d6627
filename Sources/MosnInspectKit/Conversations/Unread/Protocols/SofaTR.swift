/// TR, the protocol of SOFA before bolt: a first octet of 13 where bolt has its version, whether it is a request, small
/// numbers, and before long the name of a Java class. Its layout is not published, so that no more of it is relied on.
enum SofaTR: Recogniser {
  static let wireProtocol = UnreadProtocol.sofaTR

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes) }

  private static func evidence(_ bytes: RawSpan) -> Evidence {
    guard bytes.octet(0) == 13, let flag = bytes.octet(1), flag <= 1, let codec = bytes.octet(2), codec <= 32
    else {
      return .none
    }
    let head = bytes.extracting(bytes.clamped(3, 253))
    let begins: [StaticString] = ["com.", "org.", "net.", "cn.", "io.", "java."]
    for offset in 8..<max(8, head.byteCount)
    where begins.contains(where: { head.begins(with: $0, at: offset) }) {
      if isClassName(head, from: offset) { return .strong }
    }
    return .none
  }

  private static func isClassName(_ bytes: RawSpan, from start: Int) -> Bool {
    var (dots, offset) = (0, start)
    while let octet = bytes.octet(offset) {
      switch octet {
      case UInt8(ascii: "."): dots += 1
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"): break
      default: return dots >= 2 && offset - start >= 10
      }
      offset += 1
    }
    return dots >= 2 && offset - start >= 10
  }
}
