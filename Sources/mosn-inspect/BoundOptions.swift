import ArgumentParser
import MosnInspectKit

/// What the inspector may hold; the defaults and their reasons stand in `InspectLimits`.
struct BoundOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Memory the process may take for connections, in MiB.", valueName: "mib"))
  var maxMemory = InspectLimits().totalBytes >> 20

  @Option(help: ArgumentHelp("Bytes of one direction that may wait behind a hole, in KiB.", valueName: "kib"))
  var maxPending = InspectLimits().pendingBytes >> 10

  @Option(help: ArgumentHelp("Connections followed at once.", valueName: "n"))
  var maxConnections = InspectLimits().connections

  @Option(help: ArgumentHelp("Seconds of silence after which a connection is given up.", valueName: "s"))
  var idleTimeout = Int(InspectLimits().idle / 1_000_000_000)

  func validate() throws {
    for (name, value) in [
      ("--max-memory", maxMemory), ("--max-pending", maxPending), ("--max-connections", maxConnections),
      ("--idle-timeout", idleTimeout),
    ] where !(1...1_000_000_000).contains(value) {
      throw ValidationError("\(name) wants a number from 1 to 1000000000")
    }
  }

  var limits: InspectLimits {
    var limits = InspectLimits()
    // Where connections come and go, the heap takes up to 1.75 bytes for each that they hold: what is given back lies
    // between what is not.
    limits.totalBytes = (maxMemory << 20) / 7 * 4
    limits.pendingBytes = maxPending << 10
    limits.connections = maxConnections
    limits.idle = Int64(idleTimeout) * 1_000_000_000
    return limits
  }
}
