import ProxyEngine
import Synchronization

/// What the administration interface tells of a worker, or of all together.
struct Figures: Sendable {
  var downstreamConnections = 0
  var upstreamConnections = 0
  var calls = 0
  var bufferedBytes = 0
  var accepted: UInt64 = 0
  var refused: UInt64 = 0
  var connected: UInt64 = 0
  var connectFailures: UInt64 = 0
  var misbehaviours: UInt64 = 0
  var descriptorShortages: UInt64 = 0
  var droppedLogLines: UInt64 = 0

  init() {}

  /// What no worker counts.
  init(_ process: ProcessFigures) {
    descriptorShortages = process.descriptorShortages.load(ordering: .relaxed)
    droppedLogLines = process.droppedLogLines.load(ordering: .relaxed)
  }

  mutating func count(_ events: [ProxyEvent]) {
    for event in events {
      switch event {
      case .accepted: accepted += 1
      case .refused: refused += 1
      case .connected: connected += 1
      case .connectFailed: connectFailures += 1
      case .misbehaved: misbehaviours += 1
      default: break
      }
    }
  }

  static func + (left: Figures, right: Figures) -> Figures {
    var sum = left
    sum.downstreamConnections += right.downstreamConnections
    sum.upstreamConnections += right.upstreamConnections
    sum.calls += right.calls
    sum.bufferedBytes += right.bufferedBytes
    sum.accepted += right.accepted
    sum.refused += right.refused
    sum.connected += right.connected
    sum.connectFailures += right.connectFailures
    sum.misbehaviours += right.misbehaviours
    sum.descriptorShortages += right.descriptorShortages
    sum.droppedLogLines += right.droppedLogLines
    return sum
  }

  /// In Prometheus' text format.
  var text: String {
    let rows: [(name: String, type: String, value: String, help: String)] = [
      ("mosnd_downstream_connections", "gauge", "\(downstreamConnections)", "Clients connected."),
      ("mosnd_upstream_connections", "gauge", "\(upstreamConnections)", "Connections to hosts of clusters."),
      ("mosnd_calls", "gauge", "\(calls)", "Calls under way."),
      (
        "mosnd_buffered_bytes", "gauge", "\(bufferedBytes)",
        "Bytes held for calls and connections (limits.buffered_bytes)."
      ),
      ("mosnd_accepted_total", "counter", "\(accepted)", "Connections accepted."),
      ("mosnd_refused_total", "counter", "\(refused)", "Connections not taken."),
      ("mosnd_connected_total", "counter", "\(connected)", "Connections made to hosts."),
      (
        "mosnd_connect_failures_total", "counter", "\(connectFailures)", "Connections that could not be made."
      ),
      (
        "mosnd_misbehaviours_total", "counter", "\(misbehaviours)",
        "Peers that broke a rule of their protocol."
      ),
      (
        "mosnd_descriptor_shortages_total", "counter", "\(descriptorShortages)",
        "Connections not accepted, refused or not made for want of descriptors."
      ),
      (
        "mosnd_dropped_log_lines_total", "counter", "\(droppedLogLines)",
        "Lines that logs had no room for, because nobody took them."
      ),
    ]
    return rows.map { "# HELP \($0.name) \($0.help)\n# TYPE \($0.name) \($0.type)\n\($0.name) \($0.value)\n" }
      .joined()
  }
}
