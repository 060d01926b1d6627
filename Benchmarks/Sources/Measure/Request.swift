import Glibc

/// What `scripts/bench` asks of a benchmark program through the environment.
struct Request: Sendable {
  /// MEASURE_ONLY: the one benchmark to run.
  let only = text("MEASURE_ONLY")
  /// MEASURE_PREFIX: how the names of those to run begin.
  let prefix = text("MEASURE_PREFIX") ?? ""
  /// MEASURE_MILLISECONDS: the CPU time of each.
  let milliseconds = text("MEASURE_MILLISECONDS").flatMap { UInt64($0) } ?? 500
  /// MEASURE_TO: the file that gets a line for each, its columns parted by tabs.
  let path = text("MEASURE_TO")

  static let ofEnvironment = Request()

  private static func text(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Appends name, units, allocations, and nanoseconds of a round and of a step of calibration; all but the units
  /// are empty under callgrind.
  func write(_ result: Measurement) {
    guard let path else { return }
    guard let file = fopen(path, "a") else { fatalError("\(path) cannot be written") }
    defer { fclose(file) }
    let figures =
      result.isTimed ? "\(result.allocations)\t\(result.nanoseconds)\t\(result.nanosecondsPerStep)" : "\t\t"
    fputs("\(result.name)\t\(result.units)\t\(figures)\n", file)
  }
}
