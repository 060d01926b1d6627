import MosnConfig
import NIOCore
import NIOPosix

/// The probes of one host, and what they add up to. On one event loop.
final class HealthProbe {
  private let check: HealthCheck
  private let cluster: String
  private let host: NetworkAddress
  private let loop: any EventLoop
  private let report: @Sendable (HealthProbes.Finding) -> Void
  private var isHealthy = true
  /// Results in a row that speak against what is held to be so.
  private var contradictions: UInt32 = 0
  private var next: Scheduled<Void>?
  private var isStopped = false

  init(
    _ check: HealthCheck, cluster: String, host: NetworkAddress, loop: any EventLoop,
    report: @escaping @Sendable (HealthProbes.Finding) -> Void
  ) {
    self.check = check
    self.cluster = cluster
    self.host = host
    self.loop = loop
    self.report = report
  }

  /// - Parameter old: the probe of the same host before, whose findings hold until there are new ones.
  func start(after old: HealthProbe?) {
    if let old { (isHealthy, contradictions) = (old.isHealthy, old.contradictions) }
    reportKnown(isHealthy)
    schedule(after: check.initialDelay.rawValue)
  }

  /// What holds without a new try.
  private func reportKnown(_ isHealthy: Bool) {
    report(
      HealthProbes.Finding(cluster: cluster, host: host, isHealthy: isHealthy, reason: nil, isKnown: true))
  }

  /// Nobody looks any more, and so nobody would ever say that the host is back.
  func abandon() {
    stop()
    if !isHealthy { reportKnown(true) }
  }

  /// Whom it looks after.
  struct Patient: Hashable { let cluster: String, host: NetworkAddress }
  var patient: Patient { Patient(cluster: cluster, host: host) }

  func stop() {
    isStopped = true
    next?.cancel()
  }

  private func schedule(after nanoseconds: Int64) {
    guard !isStopped else { return }
    next = loop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) { self.probe() }
  }

  private func probe() {
    var bootstrap = ClientBootstrap(group: loop)
    if check.timeout > .zero { bootstrap = bootstrap.connectTimeout(.nanoseconds(check.timeout.rawValue)) }
    let attempt = bootstrap.connect(host: host.host, port: Int(host.port))
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel):
        channel.close(promise: nil)
        self.note(reason: nil)
      // What we lack says nothing about the host.
      case .failure(let error) where Descriptors.isShortage(error): break
      case .failure(let error): self.note(reason: SocketFailure.text(error))
      }
      let jitter = self.check.intervalJitter.rawValue
      self.schedule(after: self.check.interval.rawValue &+ (jitter > 0 ? Int64.random(in: 0...jitter) : 0))
    }
  }

  private func note(reason: String?) {
    guard !isStopped, (reason == nil) != isHealthy else { return contradictions = 0 }
    contradictions += 1
    let threshold = isHealthy ? check.unhealthyThreshold : max(1, check.healthyThreshold)
    // As MOSN: 0 failures are never enough.
    guard threshold > 0, contradictions >= threshold else { return }
    isHealthy.toggle()
    contradictions = 0
    report(HealthProbes.Finding(cluster: cluster, host: host, isHealthy: isHealthy, reason: reason))
  }
}
