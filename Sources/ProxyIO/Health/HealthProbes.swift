import MosnConfig
import NIOCore

/// The active health checks of a configuration: every host of a cluster with `health_check` is connected to again
/// and again.
///
/// A probe is a TCP connect: what MOSN does, too. Whether the service behind it works, calls themselves tell the
/// engine; a probe must not cost a server more than accepting.
struct HealthProbes: Sendable {
  /// A host's health has changed.
  struct Finding: Sendable {
    let cluster: String
    let host: NetworkAddress
    let isHealthy: Bool
    /// Of the last probe; nil when it went well.
    let reason: String?
    /// No news: nothing has been tried yet, or it was found out before a reload.
    var isKnown = false
  }

  private let loop: any EventLoop
  /// Used on the event loop only.
  private let probes: NIOLoopBound<[HealthProbe]>

  /// Begins to probe.
  ///
  /// - Parameters:
  ///   - loop: where the probes are made, unless there were probes before.
  ///   - old: in place of these. What they found out of hosts that are still probed is kept.
  ///   - report: called on the loop for every change, and for every host at first: as long as nothing else is known, it
  ///     is healthy.
  static func start(
    _ configuration: MosnConfiguration, on loop: any EventLoop, after old: HealthProbes?,
    report: @escaping @Sendable (Finding) -> Void
  ) -> HealthProbes? {
    let loop = old?.loop ?? loop
    return try? loop.submit {
      var probes: [HealthProbe] = []
      for cluster in configuration.clusterManager.clusters {
        guard let check = cluster.healthCheck, check.isProbed else { continue }
        for host in cluster.hosts.compactMap(\.networkAddress) {
          probes.append(HealthProbe(check, cluster: cluster.name, host: host, loop: loop, report: report))
        }
      }
      var before = Dictionary(
        (old?.probes.value ?? []).map { ($0.patient, $0) }, uniquingKeysWith: { first, _ in first })
      for probe in old?.probes.value ?? [] { probe.stop() }
      for probe in probes { probe.start(after: before.removeValue(forKey: probe.patient)) }
      for probe in before.values { probe.abandon() }
      return HealthProbes(loop: loop, probes: NIOLoopBound(probes, eventLoop: loop))
    }.wait()
  }

  func stop() {
    let probes = probes
    loop.execute { for probe in probes.value { probe.stop() } }
  }
}

extension HealthCheck {
  /// The protocols that MOSN probes, too; without an interval there is nothing to go by.
  fileprivate var isProbed: Bool {
    (protocolName == .sofaRpc || protocolName == .http2) && interval > .zero
  }
}
