import Testing

@testable import MosnConfig

/// What the keys mean, where that is more than their value.
@Suite struct ModelTests {
  func rule(_ file: SmallFile) throws -> RouteRule {
    let configuration = try #require(file.configuration, "\(file.remarks)")
    return try #require(configuration.server.listeners.first?.virtualHosts.first?.routers.first)
  }

  @Test(arguments: [
    (#""prefix": "/a""#, RouteMatch.prefix("/a")),
    (#""path": "/a""#, .path("/a")),
    (#""regex": "/a.*""#, .regex("/a.*")),
    (#""headers": [{"name": "service", "value": ".*"}]"#, .service(.any)),
    (#""headers": [{"name": "Service", "value": "a.b"}]"#, .service(.exact("a.b"))),
    (#""headers": [{"name": "service", "value": "a.+", "regex": true}]"#, .service(.regex("a.+"))),
    (#""headers": [{"name": "x", "value": "1"}]"#, .headers),
    (#""prefix": "/", "headers": [{"name": "service", "value": "a"}]"#, .prefix("/")),
  ]) func matches(keys: String, match: RouteMatch) throws {
    #expect(try rule(SmallFile(match: keys)).match == match)
  }

  @Test func headersBesideTheLeadingConditionStay() throws {
    let both = #"[{"name": "service", "value": "a"}, {"name": "b", "value": "c.*", "regex": true}]"#
    #expect(try rule(SmallFile(match: "\"headers\": \(both)")).headers.map(\.value) == [.regex("c.*")])
    #expect(try rule(SmallFile(match: "\"path\": \"/\", \"headers\": \(both)")).headers.count == 2)
  }

  @Test func weightedClustersComeBeforeTheCluster() throws {
    let route = #""cluster_name": "out", "weighted_clusters": [{"cluster": {"name": "out", "weight": 3}}]"#
    guard case .forward(let read) = try rule(SmallFile(route: route)).action,
      case .weighted(let clusters) = read.target
    else { Issue.record("not weighted"); return }
    #expect(clusters.map(\.name) == ["out"])
    #expect(clusters.map(\.weight) == [3])
  }

  @Test func timesAndRetriesOfARoute() throws {
    let route = """
      "cluster_name": "out", "timeout": 1500000000, "prefix_rewrite": "/b", "metadata_match":
      {"filter_metadata": {"mosn.lb": {"zone": "a"}}},
      "retry_policy": {"retry_on": true, "num_retries": 2, "status_codes": [503]}
      """
    guard case .forward(let read) = try rule(SmallFile(route: route)).action else {
      Issue.record("not forwarded"); return
    }
    #expect(read.timeout == Nanoseconds("1.5s"))
    #expect(read.retryPolicy?.retries == 2)
    #expect(read.retryPolicy?.statusCodes == [503])
    #expect(read.metadataMatch.values == ["zone": "a"])
    #expect(read.prefixRewrite == "/b")
  }

  @Test func redirectsAndDirectResponses() throws {
    let redirect = SmallFile(rule: #""redirect": {"host_redirect": "b", "response_code": 302},"#)
    guard case .redirect(let target) = try rule(redirect).action else { Issue.record("no redirect"); return }
    #expect(target.hostRedirect == "b" && target.responseCode == 302)
    let direct = SmallFile(rule: #""direct_response": {"status": 403, "body": "no"},"#)
    guard case .respond(let response) = try rule(direct).action else { Issue.record("no response"); return }
    #expect(response.status == 403 && response.body == "no")
  }

  @Test func keysAreTheSameWhateverTheirCase() throws {
    let text = Sample.inline.replacing("bind_port", with: "BIND_Port").replacing("servers", with: "Servers")
    #expect(MosnConfig.remarks(text) == [])
    #expect(MosnConfig.parse(Array(text.utf8)).configuration?.server.listeners.first?.bindPort == true)
  }

  @Test func theLastOfEqualKeysCounts() {
    let file = SmallFile(listener: #""log_path": "a", "LOG_PATH": "b","#)
    #expect(file.configuration?.server.listeners.first?.logPath == "b")
  }

  @Test func nullIsAsGoodAsAbsent() {
    let file = SmallFile(server: #""graceful_timeout": null, "processor": null, "routers": [null],"#)
    #expect(file.remarks == [])
    #expect(file.configuration?.server.gracefulTimeout == Nanoseconds("30s"))
  }

  @Test func oneFilterChainMayStandWithoutItsArray() {
    let text = SmallFile().text.replacing(
      #""filter_chains": [{"filters""#, with: #""filter_chains": {"filters""#
    )
    .replacing("}]}]}}]}]}]}],", with: "}]}]}}]}}]}],")
    #expect(
      MosnConfig.remarks(text) == [
        "warning: servers[0].listeners[0].filter_chains: expected an array, found its only element"
      ])
  }

  @Test(arguments: [("-5", 1), ("0", 1), ("1", 1), ("128", 128), ("129", 128), ("99999999999", 128)])
  func weightsOfHostsAreMovedIntoTheirRange(text: String, weight: UInt32) {
    let file = SmallFile(host: "\"address\": \"a:1\", \"weight\": \(text)")
    #expect(file.configuration?.clusterManager.clusters.first?.hosts.first?.weight.rawValue == weight)
  }

  @Test func commentsMayStandWhereBlanksMay() {
    let text = "/* a\n * b */ " + SmallFile().text.replacing("\n", with: " // c\n") + "// d"
    #expect(MosnConfig.remarks(text) == [])
  }
}
