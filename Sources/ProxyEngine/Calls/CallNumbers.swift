/// Numbers of calls: `requestid` and `x-mosn-streamid` on HTTP/2, the id on bolt upstream. Unique in the process,
/// since a MOSN 0.2.1 keeps the calls of all its clients under them; with a start that depends on the seed, so that
/// several processes in front of one such MOSN hardly meet.
struct CallNumbers {
  private let first: UInt64
  private let size: UInt64
  private var offset: UInt64

  /// Each worker counts in a range of its own.
  init(seed: UInt64, worker: Int, workers: Int) {
    let workers = UInt64(max(1, workers))
    // 0 is nobody's.
    size = UInt64(UInt32.max) / workers
    first = 1 + (UInt64(max(0, worker)) % workers) * size
    offset = RandomNumbers(seed: seed).peek % size
  }

  mutating func next() -> UInt32 {
    offset = offset + 1 == size ? 0 : offset + 1
    return UInt32(truncatingIfNeeded: first + offset)
  }
}

/// SplitMix64: balancers need chance, not secrecy.
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// What `next` would give.
  var peek: UInt64 {
    var copy = self
    return copy.next()
  }
}
