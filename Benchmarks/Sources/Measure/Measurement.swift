/// What one benchmark cost: the cheapest of its rounds.
public struct Measurement: Sendable {
  public let name: String
  /// Units of work (frames, fields, packets, lookups) in one round.
  public let units: Int
  /// Bytes worked on in one round; 0 where bytes mean nothing.
  public let bytes: Int
  /// CPU nanoseconds of the cheapest round.
  public internal(set) var nanoseconds = UInt64.max
  /// CPU nanoseconds of the cheapest run of the calibration loop in between.
  public internal(set) var calibration = UInt64.max
  /// Heap allocations of the round that made fewest: a warm one.
  public internal(set) var allocations = UInt64.max

  init(name: String, units: Int, bytes: Int) {
    self.name = name
    self.units = units
    self.bytes = bytes
  }

  public var nanosecondsPerUnit: Double { Double(nanoseconds) / Double(max(units, 1)) }
  public var unitsPerSecond: Double { Double(units) / (Double(max(nanoseconds, 1)) / 1e9) }
  public var bytesPerSecond: Double { Double(bytes) / (Double(max(nanoseconds, 1)) / 1e9) }
  public var allocationsPerUnit: Double { Double(allocations) / Double(max(units, 1)) }
  /// What a step of the calibration loop took.
  var nanosecondsPerStep: Double { Double(calibration) / Double(Calibration.steps) }
  /// Whether there are times; under callgrind there are none.
  public var isTimed: Bool { nanoseconds != .max }
}

extension Measurement: CustomStringConvertible {
  public var description: String {
    guard isTimed else { return "\(name): instructions counted" }
    return [
      name + String(repeating: " ", count: max(0, 44 - name.count)),
      right(fixed(nanosecondsPerUnit, 2), 10), "ns", right(fixed(unitsPerSecond / 1e6, 2), 9), "M/s",
      right(bytes == 0 ? "-" : fixed(bytesPerSecond / 1e6, 0), 8), "MB/s",
      right(fixed(allocationsPerUnit, 3), 9), "allocs/unit",
    ].joined(separator: " ")
  }
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
