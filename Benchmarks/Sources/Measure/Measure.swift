import CAllocations

/// Measures `body`, a round of about a millisecond or less, and prints a line: ns of CPU per unit, million units
/// and MB per CPU second, allocations per unit. Nil if it was not asked for.
@discardableResult
public func measure(
  _ name: String, units: Int, bytes: Int = 0, _ body: () throws -> Void
) rethrows -> Measurement? {
  let request = Request.ofEnvironment
  guard request.only.map({ name == $0 }) ?? name.hasPrefix(request.prefix) else { return nil }
  let result =
    counts_instructions()
    ? try countInstructions(name, units, bytes, body)
    : try time(name, units, bytes, milliseconds: request.milliseconds, body)
  print(result)
  request.write(result)
  return result
}

/// Rounds until the time is used up. Between them the calibration loop, so that both have seen the same machine;
/// of each the cheapest round counts, because noise only ever adds.
private func time(
  _ name: String, _ units: Int, _ bytes: Int, milliseconds: UInt64, _ body: () throws -> Void
) rethrows -> Measurement {
  var calibration = Calibration()
  var result = Measurement(name: name, units: units, bytes: bytes)
  let begin = cpu_nanoseconds()
  var rounds = 0
  while rounds < 5 || cpu_nanoseconds() - begin < milliseconds * 1_000_000 {
    let started = cpu_nanoseconds()
    blackHole(calibration.run())
    result.calibration = min(result.calibration, cpu_nanoseconds() - started)
    let heap = allocations()
    let start = cpu_nanoseconds()
    try body()
    result.nanoseconds = min(result.nanoseconds, cpu_nanoseconds() - start)
    result.allocations = min(result.allocations, allocations() - heap)
    rounds += 1
  }
  return result
}

/// Two rounds to warm up, one that counts.
private func countInstructions(
  _ name: String, _ units: Int, _ bytes: Int, _ body: () throws -> Void
) rethrows -> Measurement {
  for _ in 0..<2 { try body() }
  begin_instructions()
  try body()
  end_instructions(name)
  return Measurement(name: name, units: units, bytes: bytes)
}

/// Keeps the optimiser from removing work whose result nobody reads.
@inline(never)
public func blackHole<T>(_ value: borrowing T) {}
