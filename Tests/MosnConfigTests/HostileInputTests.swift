import Support
import Testing

@testable import MosnConfig

@Suite struct HostileInputTests {
  @Test func mutationsNeverTrap() {
    let seed: UInt64 = 0xC0FF_EE01
    var random = SeededRandom(seed: seed)
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "-1", "1e999", "\"\\ud800\"", "/*", "//", "\u{0}",
    ]
    for text in [Sample.inline, Sample.connectionManager, Sample.serverRouters, SmallFile().text] {
      let original = Array(text.utf8)
      for _ in 0..<200 {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          let end = min(bytes.count, place + Int.random(in: 0...8, using: &random))
          bytes.replaceSubrange(place..<end, with: (pieces.randomElement(using: &random) ?? "").utf8)
        }
        let (configuration, diagnostics) = MosnConfig.parse(bytes)
        #expect((configuration == nil) == diagnostics.contains { $0.severity == .error }, "seed \(seed)")
      }
    }
  }

  /// Every value of the sample replaced by values of every other type.
  @Test func everyTypeInEveryPlaceIsSurvived() throws {
    var reader = JSONReader(Array(Sample.connectionManager.utf8))
    let json = try reader.read()
    for replacement in ["null", "true", "-1", "1.5", "\"\"", "\"x\"", "[]", "[[]]", "{}", "{\"\": null}"] {
      var other = JSONReader(Array(replacement.utf8))
      let value = try other.read()
      var place = 0
      while let changed = json.replacing(at: place, with: value) {
        let (configuration, diagnostics) = MosnConfig.parse(Array(changed.text(inLines: false).utf8))
        #expect((configuration == nil) == diagnostics.contains { $0.severity == .error })
        place += 1
      }
    }
  }

  @Test func remarksAreBounded() {
    let keys = (0..<5000).map { "\"k\($0)\": 0" }.joined(separator: ",")
    let (configuration, diagnostics) = MosnConfig.parse(Array("{\(keys)}".utf8))
    #expect(configuration == nil)
    #expect(diagnostics.count == ConfigurationReader.maximumDiagnostics + 1)
    #expect(diagnostics.contains { $0.severity == .error })
  }

  @Test func manyHostsThatAreListenersTakeNoLongTime() {
    let listeners = (1...300).map { port in
      """
      {"name": "l\(port)", "address": "127.0.0.1:\(port)", "bind_port": true, "filter_chains": [{"filters": [
      {"type": "proxy", "config": {"downstream_protocol": "Auto", "upstream_protocol": "bolt",
      "router_config_name": "all"}}]}]}
      """
    }
    let hosts = (1...300).map { "{\"address\": \"127.0.0.1:\($0)\"}" }.joined(separator: ",")
    let text = """
      {"servers": [{"listeners": [\(listeners.joined(separator: ","))], "routers": [{"router_config_name": "all",
      "virtual_hosts": [{"domains": ["*"], "routers": [{"match": {"prefix": "/"}, "route": {"cluster_name": "c"}}]}]}]}],
      "cluster_manager": {"clusters": [{"name": "c", "type": "SIMPLE", "lb_type": "LB_RANDOM", "hosts": [\(hosts)]}]}}
      """
    let loops = MosnConfig.parse(Array(text.utf8)).diagnostics.filter { $0.message.contains("a closed loop") }
    #expect(loops.count == 300)
  }

  @Test(arguments: [
    "(", "[", "(?:", "a{", "a{99999999999999999999}", "(?<", "\\", "*", "(?i", "[[:", "\\p{", "\\x{",
  ])
  func expressionsNeverTrap(piece: String) {
    for count in [1, 10, 1000 / piece.utf8.count] {
      let regex = String(repeating: piece, count: count).replacing("\\", with: "\\\\")
      #expect(SmallFile(match: "\"regex\": \"\(regex)\"").configuration != nil)
    }
  }
}

extension JSONValue {
  /// The tree with the value at a place in reading order replaced; nil behind the last place.
  fileprivate func replacing(at place: Int, with value: JSONValue) -> JSONValue? {
    var rest = place
    let changed = replacing(&rest, value)
    return rest < 0 ? changed : nil
  }

  private func replacing(_ rest: inout Int, _ value: JSONValue) -> JSONValue {
    rest -= 1
    if rest == -1 { return value }
    guard rest >= 0 else { return self }
    switch content {
    case .array(let elements): return JSONValue(.array(elements.map { $0.replacing(&rest, value) }))
    case .object(let members):
      return JSONValue(.object(members.map { JSONMember($0.name, $0.value.replacing(&rest, value)) }))
    default: return self
    }
  }
}
