/// Numbers that depend on nothing but the input.
struct InputRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: [UInt8]) {
    state = seed.prefix(64).reduce(0xCBF2_9CE4_8422_2325 ^ UInt64(seed.count)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }

  /// The upper half of each of two steps: of this kind of generator the lower bits are poor.
  mutating func next() -> UInt64 { step() << 32 | step() }

  private mutating func step() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 32
  }
}
