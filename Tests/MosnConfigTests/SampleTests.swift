import Testing

@testable import MosnConfig

@Suite struct SampleTests {
  static let shapes = [Sample.inline, Sample.connectionManager, Sample.serverRouters]

  @Test(arguments: shapes) func nothingIsToBeSaidAboutTheSample(text: String) {
    #expect(MosnConfig.remarks(text) == [])
  }

  @Test(arguments: shapes) func everyShapeOfVirtualHostsGivesTheSameRoutes(text: String) throws {
    let configuration = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    #expect(configuration.server.defaultLogPath == "stdout")
    #expect(configuration.server.listeners.map(\.name) == ["serverListener", "clientListener"])
    let client = configuration.server.listeners[1]
    #expect(client.networkAddress == NetworkAddress(host: "127.0.0.1", port: 2045))
    #expect(client.bindPort)
    #expect(client.tls.isEmpty)
    #expect(client.proxy?.downstreamProtocol.names == [.sofaRpc])
    #expect(client.proxy?.upstreamProtocol.names == [.http2])
    #expect(client.virtualHosts.map(\.name) == ["clientHost"])
    let rule = try #require(client.virtualHosts.first?.routers.first)
    #expect(rule.match == .service(.any))
    #expect(rule.headers == [])
    guard case .forward(let route) = rule.action else { Issue.record("not forwarded"); return }
    #expect(route.target == .cluster("clientCluster"))
    let cluster = try #require(configuration.cluster(named: "clientCluster"))
    #expect(cluster.type == .simple)
    #expect(cluster.loadBalancer == .random)
    #expect(cluster.maxRequestsPerConnection == 1024)
    #expect(cluster.connectionBufferLimitBytes == 32768)
    #expect(cluster.hosts.map(\.networkAddress) == [NetworkAddress(host: "127.0.0.1", port: 2046)])
  }

  @Test(arguments: shapes) func theNormalFormReadsBackAsTheSame(text: String) throws {
    let first = try #require(MosnConfig.parse(Array(text.utf8)).configuration)
    let (second, diagnostics) = MosnConfig.parse(Array(first.printed.utf8))
    #expect(diagnostics == [])
    #expect(second?.printed == first.printed)
  }
}
