import Testing

@testable import MosnConfig

/// Virtual hosts and clusters may stand in files of their own, one each.
@Suite struct DirectoryTests {
  static let host = #"{"name": "a", "domains": ["*"], "routers": [{"route": {"cluster_name": "c"}}]}"#

  private func parse(
    router: String = #""router_configs": "routes""#, manager: String = #""clusters_configs": "clusters""#,
    _ files: [String: String]
  ) -> (configuration: MosnConfiguration?, remarks: [String]) {
    let text = """
      {"servers": [{"routers": [{"router_config_name": "r", \(router)}],
      "listeners": [{"address": ":1", "bind_port": true, "filter_chains": [{"filters": [{"type": "proxy",
      "config": {"downstream_protocol": "bolt", "router_config_name": "r"}}]}]}]}],
      "cluster_manager": {\(manager)}}
      """
    let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8)) { name in
      let inside = files.filter { $0.key.hasPrefix(name + "/") }.sorted { $0.key < $1.key }
      guard !inside.isEmpty else { throw Missing() }
      return inside.map { ($0.key, Array($0.value.utf8)) }
    }
    return (configuration, diagnostics.map { $0.description(in: "config.json") })
  }

  private struct Missing: Error, CustomStringConvertible { let description = "No such file or directory" }

  @Test func eachFileIsOne() throws {
    let (configuration, remarks) = parse([
      "routes/a.json": Self.host, "routes/b.json": #"{"domains": ["b"], "routers": []}"#,
      "clusters/c.json": #"{"name": "c", "hosts": [{"address": "127.0.0.1:8080"}]}"#,
    ])
    let read = try #require(configuration, "\(remarks)")
    #expect(read.server.listeners.first?.virtualHosts.map(\.domains) == [["*"], ["b"]])
    #expect(read.cluster(named: "c")?.hosts.map(\.address) == ["127.0.0.1:8080"])
    #expect(
      remarks == [
        "routes/b.json:1:31: warning: servers[0].routers[0].router_configs[routes/b.json].routers: "
          + "No Router Founded in VirtualHosts: every request that comes here gets 404"
      ])
    // In one file it is the same.
    let printed = read.printed
    #expect(MosnConfig.parse(Array(printed.utf8)).configuration?.printed == printed)
    #expect(printed.contains("127.0.0.1:8080") && !printed.contains("_configs"))
  }

  @Test(arguments: [
    (
      "{",
      "routes/a.json:1:2: error: servers[0].routers[0].router_configs[routes/a.json]: json unmarshal config failed"
    ),
    (
      "[]",
      "routes/a.json:1:1: error: servers[0].routers[0].router_configs[routes/a.json]: json unmarshal config failed"
    ),
    (
      #"{"domains": 1}"#,
      "routes/a.json:1:13: error: servers[0].routers[0].router_configs[routes/a.json].domains: json"
    ),
  ]) func errorsAreNamedWithTheirFile(text: String, remark: String) {
    let (configuration, remarks) = parse(["routes/a.json": text, "clusters/c.json": #"{"name": "c"}"#])
    #expect(configuration == nil && remarks.contains { $0.hasPrefix(remark) }, "\(remarks)")
  }

  @Test func aDirectoryThatIsMissingIsAnError() {
    let (configuration, remarks) = parse(["routes/a.json": Self.host])
    #expect(configuration == nil)
    #expect(
      remarks.contains(
        "config.json:4:41: error: cluster_manager.clusters_configs: No such file or directory"),
      "\(remarks)")
  }

  @Test func bothFormsExcludeEachOther() {
    let (configuration, remarks) = parse(
      router: #""router_configs": "routes", "virtual_hosts": [\#(Self.host)]"#,
      manager: #""clusters_configs": "clusters", "clusters": [{"name": "c"}]"#,
      ["routes/a.json": Self.host, "clusters/c.json": #"{"name": "c"}"#])
    #expect(configuration == nil)
    #expect(remarks.filter { $0.contains("exclude each other") }.count == 2)
  }
}
