/// How an interface counts time (options if_tsresol and if_tsoffset).
struct PcapngTime {
  private enum Tick {
    /// Nanoseconds per tick.
    case long(UInt64)
    /// Ticks per nanosecond; 0 where a tick is too short to ever add up to one.
    case short(UInt64)
    /// 2^-n seconds.
    case binary(UInt64)
  }

  private let tick: Tick
  /// Nanoseconds to add.
  private let shift: Int64

  /// `resolution` is if_tsresol: a negative power of 10, or of 2 with the highest bit set. `offset` in seconds.
  init(resolution: UInt8 = 6, offset: Int64 = 0) {
    let exponent = Int(resolution & 0x7F)
    if resolution & 0x80 != 0 {
      tick = .binary(UInt64(exponent))
    } else if exponent <= 9 {
      tick = .long(Self.powerOfTen(9 - exponent))
    } else {
      tick = exponent <= 28 ? .short(Self.powerOfTen(exponent - 9)) : .short(0)
    }
    let (product, overflow) = offset.multipliedReportingOverflow(by: 1_000_000_000)
    shift = overflow ? (offset < 0 ? .min : .max) : product
  }

  /// Nanoseconds since 1970; times beyond what 64 bits hold stay at that bound.
  @inline(__always)
  func nanoseconds(_ ticks: UInt64) -> Int64 {
    let time = Int64(clamping: sinceOffset(ticks))
    if shift == 0 { return time }
    let (sum, overflow) = time.addingReportingOverflow(shift)
    return overflow ? (shift < 0 ? .min : .max) : sum
  }

  @inline(__always)
  private func sinceOffset(_ ticks: UInt64) -> UInt64 {
    switch tick {
    case .long(let factor):
      let (product, overflow) = ticks.multipliedReportingOverflow(by: factor)
      return overflow ? .max : product
    case .short(let divisor):
      return divisor == 0 ? 0 : ticks / divisor
    case .binary(let exponent):
      let seconds = ticks >> exponent
      let fraction = ticks & ~(~0 << exponent)
      // 34 bits of fraction are finer than a nanosecond, and times 10^9 they fit.
      let kept = min(exponent, 34)
      let nanoseconds = ((fraction >> (exponent - kept)) &* 1_000_000_000) >> kept
      let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      return overflow ? .max : product.addingReportingOverflow(nanoseconds).partialValue
    }
  }

  private static func powerOfTen(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power &* 10 }
  }
}
