/// Routes with a name: the `config` of a `connection_manager` filter, or an element of `servers[0].routers`.
public struct RouterConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var routerConfigName = ""
  public var virtualHosts: [VirtualHost] = []
  /// A directory of more; empty once they are read.
  var directory = ""
  public init() {}
}

extension RouterConfiguration: ConfigurationObject {
  static let title = "Router"
  static let keys: [Key<Self>] =
    [
      Key(
        "router_config_name", \.routerConfigName, since: "0.3.0", "The name by which proxies find the routes."
      ),
      Key("virtual_hosts", \.virtualHosts, since: "0.3.0", "The routes by host."),
      Key(
        "router_configs", \.directory, since: "0.4.2",
        "In the place of `virtual_hosts`: a directory with a virtual host in each `.json` file."),
    ] + headerOperations(since: "0.4.0")

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if routerConfigName.isEmpty {
      reader.report(.warning, path, "router_config_name is missing: no proxy can name these routes")
    }
    if !directory.isEmpty {
      if !virtualHosts.isEmpty {
        reader.report(.error, "\(path).router_configs", "virtual_hosts and router_configs exclude each other")
      }
      virtualHosts = reader.readFiles(of: directory, at: "\(path).router_configs")
      directory = ""
    }
    if virtualHosts.isEmpty {
      reader.report(.warning, path, "virtual_hosts is missing: every request gets 404")
    }
    if !VirtualHost.areDomainsUnique(in: virtualHosts, &reader) { virtualHosts = [] }
  }

  /// Keys that stand at routers, virtual hosts and routes alike.
  static func headerOperations<Object>(since: String) -> [Key<Object>] {
    [
      .noEffect("request_headers_to_add", "array of object", since: since, "Header manipulation."),
      .noEffect("request_headers_to_remove", "array of string", since: since, "Header manipulation."),
      .noEffect("response_headers_to_add", "array of object", since: since, "Header manipulation."),
      .noEffect("response_headers_to_remove", "array of string", since: since, "Header manipulation."),
    ]
  }
}

/// The routes for some hosts.
public struct VirtualHost: Hashable, Sendable {
  public internal(set) var path = ""
  public var name = ""
  /// Exact names, suffixes (`*.example.com`), or `*`, each perhaps with a port. An exact one beats the longest suffix,
  /// which beats `*`.
  public var domains: [String] = []
  /// In order: the first that matches counts.
  public var routers: [RouteRule] = []
  public init() {}
}

extension VirtualHost: ConfigurationObject {
  static let title = "Virtual host"
  static let keys: [Key<Self>] =
    [
      Key("name", \.name, "A label."),
      Key(
        "domains", \.domains,
        "Host names, `*.suffix` or `*`; with `:port` for that port only. Bolt has no host: only `*` matches it."
      ),
      Key("routers", \.routers, "The first that matches counts."),
      .noEffect("require_tls", "string", "Parsed by MOSN, without effect there too."),
      .noEffect("virtual_clusters", "array of object", "Parsed by MOSN, without effect there too."),
      .noEffect("per_filter_config", "object", since: "1.6", "Settings of stream filters."),
    ] + RouterConfiguration.headerOperations(since: "0.4.0")

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    if routers.isEmpty {
      reader.report(
        .warning, "\(path).routers",
        "No Router Founded in VirtualHosts: every request that comes here gets 404")
    }
    if domains.isEmpty { reader.report(.warning, path, "domains is missing: no request comes here") }
  }

  /// A domain may stand in one virtual host of a router only. MOSN 1.x starts with others, and with no routes at all.
  static func areDomainsUnique(in hosts: [VirtualHost], _ reader: inout ConfigurationReader) -> Bool {
    var owners: [String: String] = [:]
    var areUnique = true
    for host in hosts {
      for (index, domain) in host.domains.enumerated() {
        let place = "\(host.path).domains[\(index)]"
        if let owner = owners.updateValue(place, forKey: domain.lowercased()) {
          areUnique = false
          reader.report(
            .warning, place, "duplicate domain: \(domain) stands at \(owner) too: every request gets 404")
        }
      }
    }
    return areUnique
  }
}
