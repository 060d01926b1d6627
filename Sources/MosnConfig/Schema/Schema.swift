/// A key as data: what the documentation shows of it.
struct SchemaRow: Sendable {
  let name: String
  let shape: String
  /// The value when the key is absent, as JSON; empty when there is none.
  let usual: String
  let hasEffect: Bool
  /// The version of MOSN that has the key first.
  let since: String
  let meaning: String
  /// A value that is read without a remark about it.
  let example: JSONValue
}

/// The keys of one kind of object.
struct SchemaTable: Sendable {
  let title: String
  let rows: [SchemaRow]
  /// Reads an object of this kind that stands at `path`, for its remarks.
  let diagnose: @Sendable (JSONValue, String) -> [Diagnostic]

  init<Object: ConfigurationObject>(_: Object.Type) {
    title = Object.title
    rows = Object.keys.map(\.row)
    diagnose = { json, path in
      var reader = ConfigurationReader()
      _ = Object.read(json, at: path, &reader)
      return reader.diagnostics
    }
  }

  /// The table as it stands in docs/configuration.md.
  var markdown: String {
    let head = "| key | type | default | since | effect | meaning |\n|---|---|---|---|---|---|\n"
    return head
      + rows.map { row in
        let usual = row.usual.isEmpty || row.usual.hasPrefix("{") ? "" : "`\(row.usual)`"
        return "| `\(row.name)` | \(row.shape) | \(usual) | \(row.since) | \(row.hasEffect ? "yes" : "none") "
          + "| \(row.meaning) |\n"
      }.joined()
  }
}

/// Every kind of object that a configuration has, from the outside in.
enum Schema {
  static let tables: [SchemaTable] = [
    SchemaTable(MosnConfiguration.self),
    SchemaTable(AdminConfiguration.self), SchemaTable(AdminAddress.self), SchemaTable(SocketAddress.self),
    SchemaTable(ServerConfiguration.self), SchemaTable(LimitsConfiguration.self),
    SchemaTable(ListenerConfiguration.self),
    SchemaTable(AccessLogConfiguration.self), SchemaTable(FilterChain.self),
    SchemaTable(TLSConfiguration.self),
    SchemaTable(NetworkFilter.self), SchemaTable(ProxyConfiguration.self),
    SchemaTable(ProxyExtension.self), SchemaTable(TCPProxyConfiguration.self), SchemaTable(TCPRoute.self),
    SchemaTable(StreamFilter.self), SchemaTable(HealthCheckFilter.self),
    SchemaTable(RouterConfiguration.self), SchemaTable(VirtualHost.self), SchemaTable(RouteRule.self),
    SchemaTable(RouteMatchKeys.self), SchemaTable(HeaderMatch.self), SchemaTable(Route.self),
    SchemaTable(WeightedClusterEntry.self), SchemaTable(WeightedCluster.self), SchemaTable(RetryPolicy.self),
    SchemaTable(Redirect.self), SchemaTable(DirectResponse.self),
    SchemaTable(ClusterManagerConfiguration.self), SchemaTable(ClusterConfiguration.self),
    SchemaTable(CircuitBreaker.self), SchemaTable(HealthCheck.self), SchemaTable(HostConfiguration.self),
    SchemaTable(SubsetConfiguration.self),
  ]
}
