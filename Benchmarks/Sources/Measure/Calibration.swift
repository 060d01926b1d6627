/// Fixed work beside which a benchmark is timed, so that a slow, busy or other machine slows both alike.
///
/// Like the codecs it does many independent small things in a cycle: it loads bytes, looks them up, checks
/// bounds, and stores; its branches are foreseen. What shares a core with us takes from both what they have in
/// common. It stays in the first cache and never touches the heap.
struct Calibration {
  /// In one run; a step works on four bytes.
  static let steps = 16 * 8192 / 4

  private let input: [UInt8]
  private let table: [UInt32]
  private var output: [UInt8]

  init() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    input = (0..<8192).map { _ in UInt8(truncatingIfNeeded: next()) }
    table = (0..<256).map { _ in UInt32(truncatingIfNeeded: next()) }
    output = [UInt8](repeating: 0, count: 8192)
  }

  /// About a tenth of a millisecond; the sum is there to be read.
  @inline(never)
  mutating func run() -> UInt32 {
    var (first, second, third, fourth): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    for pass in 0..<16 {
      var at = 0
      while at + 4 <= input.count {
        first &+= table[Int(input[at])]
        second ^= table[Int(input[at + 1])] &+ UInt32(pass)
        third = (third << 1) &+ table[Int(input[at + 2])]
        fourth &+= table[Int(input[at + 3])] >> 3
        output[at] = UInt8(truncatingIfNeeded: second)
        output[at + 2] = UInt8(truncatingIfNeeded: fourth)
        at += 4
      }
    }
    return first ^ second ^ third ^ fourth
  }
}
