import CAllocations
import Glibc

/// What one benchmark cost: the cheapest of several rounds, because noise only ever adds.
public struct Measurement: Sendable {
  public let name: String
  /// Units of work (frames, fields, packets, lookups) in one round.
  public let units: Int
  /// Bytes worked on in one round; 0 where bytes mean nothing.
  public let bytes: Int
  /// CPU nanoseconds of the cheapest round.
  public let nanoseconds: UInt64
  /// Heap allocations of the last round, in which everything is warm.
  public let allocations: UInt64

  public var nanosecondsPerUnit: Double { Double(nanoseconds) / Double(max(units, 1)) }
  public var unitsPerSecond: Double { Double(units) / (Double(max(nanoseconds, 1)) / 1e9) }
  public var bytesPerSecond: Double { Double(bytes) / (Double(max(nanoseconds, 1)) / 1e9) }
}

/// Runs `body` `rounds` times and prints a line: ns of CPU per unit, million units and MB per CPU second,
/// allocations per unit.
@discardableResult
public func measure(
  _ name: String, units: Int, bytes: Int = 0, rounds: Int = 10, _ body: () throws -> Void
) rethrows -> Measurement {
  var best = UInt64.max
  var allocated: UInt64 = 0
  for _ in 0..<rounds {
    let heap = allocations()
    let start = cpu_nanoseconds()
    try body()
    best = min(best, cpu_nanoseconds() - start)
    allocated = allocations() - heap
  }
  let result = Measurement(
    name: name, units: units, bytes: bytes, nanoseconds: best, allocations: allocated)
  print(
    pad(name, 44), right(fixed(result.nanosecondsPerUnit, 2), 10), "ns",
    right(fixed(result.unitsPerSecond / 1e6, 2), 9), "M/s",
    right(bytes == 0 ? "-" : fixed(result.bytesPerSecond / 1e6, 0), 8), "MB/s",
    right(fixed(Double(allocated) / Double(max(units, 1)), 3), 9), "allocs/unit")
  return result
}

/// Keeps the optimiser from removing work whose result nobody reads.
@inline(never)
public func blackHole<T>(_ value: borrowing T) {}

private func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func right(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

private func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = Int((value * scale).rounded())
  let (whole, part) = (rounded / Int(scale), rounded % Int(scale))
  guard digits > 0 else { return "\(whole)" }
  let text = "\(part)"
  return "\(whole)." + String(repeating: "0", count: digits - text.count) + text
}
