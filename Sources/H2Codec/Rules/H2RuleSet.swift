/// A set of rules, as what one header list broke.
public struct H2RuleSet: Sendable, Equatable {
  private var bits: UInt128 = 0

  public init() {}

  public var isEmpty: Bool { bits == 0 }

  public mutating func insert(_ rule: H2Rule) { bits |= 1 << UInt128(rule.rawValue) }

  public func contains(_ rule: H2Rule) -> Bool { bits >> UInt128(rule.rawValue) & 1 == 1 }

  public mutating func formUnion(_ other: H2RuleSet) { bits |= other.bits }

  /// The first in the order of `H2Rule`: the one an endpoint answers.
  public var first: H2Rule? {
    bits == 0 ? nil : H2Rule(rawValue: UInt8(truncatingIfNeeded: bits.trailingZeroBitCount))
  }
}

extension H2RuleSet: Sequence {
  public func makeIterator() -> AnyIterator<H2Rule> {
    var rest = self
    return AnyIterator {
      guard let rule = rest.first else { return nil }
      rest.bits &= rest.bits - 1
      return rule
    }
  }
}
