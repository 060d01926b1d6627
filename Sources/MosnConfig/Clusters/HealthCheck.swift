/// How hosts are probed; without a protocol they are not.
public struct HealthCheck: Hashable, Sendable {
  public internal(set) var path = ""
  public var protocolName: HealthCheckProtocol?
  public var timeout = Nanoseconds.zero
  public var interval = Nanoseconds.zero
  public var intervalJitter = Nanoseconds.zero
  /// Successes in a row after which a host is up.
  public var healthyThreshold: UInt32 = 0
  /// Failures in a row after which a host is down; 0: it never is.
  public var unhealthyThreshold: UInt32 = 0
  public var initialDelay = Nanoseconds.zero
  public init() {}
}

public struct HealthCheckProtocol: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let sofaRpc = HealthCheckProtocol(rawValue: "SofaRpc")
  public static let http2 = HealthCheckProtocol(rawValue: "Http2")

  static let implemented: Set<HealthCheckProtocol> = [.sofaRpc, .http2]
}

extension HealthCheckProtocol: ConfigurationName {
  static let known: [HealthCheckProtocol] =
    [.sofaRpc, .http2] + ["Http1", "X", "bolt", "boltv2"].map(HealthCheckProtocol.init(rawValue:))
  static let refusal = "unsupported health check protocol: "

  static func substitute(for name: String) -> (value: HealthCheckProtocol, consequence: String) {
    (HealthCheckProtocol(rawValue: name), "its hosts are not probed")
  }
}

extension HealthCheck: ConfigurationObject {
  static let title = "Health check"
  static let keys: [Key<Self>] = [
    Key(
      "protocol", \.protocolName,
      "Switches probing on: a connection is opened. Of other protocols than the first two hosts are not probed."
    ),
    Key("timeout", \.timeout, "When a probe has failed."),
    Key("interval", \.interval, "The time between probes."),
    Key("interval_jitter", \.intervalJitter, "The most that chance adds to it."),
    Key("healthy_threshold", \.healthyThreshold, "Successes in a row after which a host is up."),
    Key("unhealthy_threshold", \.unhealthyThreshold, "Failures in a row after which it is down; 0 is never."),
    .noEffect("check_path", "string", "What MOSN requests from HTTP servers."),
    .noEffect("service_name", "string", "The host MOSN requests."),
    Key("initial_delay_seconds", \.initialDelay, since: "1.6", "The time before the first probe."),
    .noEffect("check_config", "object", since: "1.6", "Settings of a protocol's probe."),
    .noEffect("event_log_path", "string", since: "1.6", "A log of changes."),
    .noEffect("common_callbacks", "array of string", since: "1.6", "For extensions of MOSN."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    guard let protocolName else { return }
    guard HealthCheckProtocol.implemented.contains(protocolName) else {
      if HealthCheckProtocol.known.contains(protocolName) {
        reader.report(.warning, "\(path).protocol", "\(protocolName.rawValue) hosts are not probed")
      }
      return
    }
    if unhealthyThreshold == 0 {
      reader.report(.warning, "\(path).unhealthy_threshold", "0: no host will ever be marked down")
    }
    if interval == .zero { reader.report(.warning, "\(path).interval", "0: hosts are not probed") }
    if timeout == .zero { reader.report(.warning, "\(path).timeout", "0: a probe waits without limit") }
  }
}
