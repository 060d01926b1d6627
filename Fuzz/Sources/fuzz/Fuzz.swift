import FuzzDifferential
import FuzzTargets
import Glibc

/// libFuzzer calls this for every input. The target is named by the variable FUZZ_TARGET: one program for all of
/// them builds once.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTestOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(chosen.name): \(error)")
  }
  return 0
}

private let everyTarget = FuzzTarget.all + FuzzTarget.differential

/// Also answers `FUZZ_TARGET=list`.
private let chosen: FuzzTarget = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  if name == "list" {
    for target in everyTarget { print("\(target.name)\t\(target.longestInput)\t\(target.summary)") }
    // libFuzzer ends the program from within exit.
    fflush(nil)
    _exit(0)
  }
  guard let target = everyTarget.first(where: { $0.name == name }) else {
    print("FUZZ_TARGET must be one of: \(everyTarget.map(\.name).joined(separator: " "))")
    fflush(nil)
    _exit(64)
  }
  return target
}()
