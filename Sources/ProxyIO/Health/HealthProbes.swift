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
    /// Nothing has been tried yet.
    var isAssumed = false
  }

  private let loop: any EventLoop
  /// Used on the event loop only.
  private let probes: NIOLoopBound<[HealthProbe]>

  /// Begins to probe.
  ///
  /// - Parameters:
  ///   - loop: where the probes are made.
  ///   - report: called on it for every change, and for every host at first: as long as nothing else is known, it is
  ///     healthy.
  static func start(
    _ configuration: MosnConfiguration, on loop: any EventLoop, report: @escaping @Sendable (Finding) -> Void
  ) -> HealthProbes? {
    try? loop.submit {
      var probes: [HealthProbe] = []
      for cluster in configuration.clusterManager.clusters {
        guard let check = cluster.healthCheck, check.isProbed else { continue }
        for host in cluster.hosts.compactMap(\.networkAddress) {
          probes.append(HealthProbe(check, cluster: cluster.name, host: host, loop: loop, report: report))
        }
      }
      for probe in probes { probe.start() }
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
