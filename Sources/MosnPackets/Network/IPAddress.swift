import MosnBytes

/// An IPv4 or IPv6 address: a plain value of fixed size, so that it can key a table without an allocation.
public struct IPAddress: Hashable, Sendable {
  public enum Family: UInt8, Hashable, Sendable {
    case ipv4
    case ipv6
  }

  public let family: Family
  /// The first eight bytes of an IPv6 address, most significant first; 0 for IPv4.
  public let high: UInt64
  /// The last eight bytes of an IPv6 address, or the four of an IPv4 address.
  public let low: UInt64

  /// `value` is the address read most significant byte first: 0x7F000001 is 127.0.0.1.
  @inlinable
  public init(ipv4 value: UInt32) {
    family = .ipv4
    high = 0
    low = UInt64(value)
  }

  @inlinable
  public init(ipv6 high: UInt64, _ low: UInt64) {
    family = .ipv6
    self.high = high
    self.low = low
  }

  /// 0.0.0.0: what a packet without an IP header has for addresses.
  public static let unspecified = Self(ipv4: 0)

  /// The address in network order: 4 or 16 bytes.
  public var bytes: [UInt8] {
    switch family {
    case .ipv4: (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * $0)) }
    case .ipv6:
      (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
        + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
    }
  }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    if left.family != right.family { return left.family == .ipv4 }
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the address as text: dotted decimal, or the one form RFC 5952 §4 allows.
  public func append(to text: inout [UInt8]) {
    switch family {
    case .ipv4: appendDotted(UInt32(truncatingIfNeeded: low), to: &text)
    case .ipv6: appendColonHex(to: &text)
    }
  }

  private func appendColonHex(to text: inout [UInt8]) {
    if high == 0, low >> 32 == 0xFFFF {  // IPv4-mapped: RFC 5952 §5
      text.append(contentsOf: "::ffff:".utf8)
      appendDotted(UInt32(truncatingIfNeeded: low), to: &text)
      return
    }
    let zeros = longestZeroRun
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound, !zeros.isEmpty {
        text.append(contentsOf: "::".utf8)
        index = zeros.upperBound
        continue
      }
      if index > 0, index != zeros.upperBound || zeros.isEmpty { text.append(UInt8(ascii: ":")) }
      appendHex(group(index), to: &text)
      index += 1
    }
  }

  private func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * UInt64(index & 3)))
  }

  /// The groups that `::` stands for: the first longest run of zeros, of two groups at least.
  private var longestZeroRun: Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0..<8 {
      if group(index) != 0 {
        start = index + 1
      } else if index + 1 - start > max(best.count, 1) {
        best = start..<index + 1
      }
    }
    return best
  }
}

private func appendDotted(_ value: UInt32, to text: inout [UInt8]) {
  for index in 0..<4 as Range<UInt32> {
    if index > 0 { text.append(UInt8(ascii: ".")) }
    text.append(decimal: value >> (24 - 8 * index) & 0xFF)
  }
}

private func appendHex(_ group: UInt16, to text: inout [UInt8]) {
  var shift = 12
  while shift > 0, group >> shift == 0 { shift -= 4 }
  while shift >= 0 {
    let digit = UInt8(truncatingIfNeeded: group >> shift & 0xF)
    text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    shift -= 4
  }
}
