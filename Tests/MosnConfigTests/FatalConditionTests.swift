import Testing

@testable import MosnConfig

/// What no MOSN starts with, found by the words that its users look for.
@Suite struct FatalConditionTests {
  static let cases: [(String, String)] = [
    (
      "{",
      "1:2: error: json unmarshal config failed: expected a name in double quotes, found the end of the file"
    ),
    ("[]", "1:1: error: json unmarshal config failed: expected an object, found an array"),
    (
      #"{"servers": {}, "cluster_manager": 1}"#,
      "json unmarshal config failed: expected an object, found number 1"
    ),
    ("{}", "error: servers: no server found"),
    (#"{"servers": []}"#, "1:13: error: servers: no server found"),
    (#"{"dynamic_resources": {"a": 1}}"#, "error: servers: no server found"),
    (#"{"servers": [{}, {}]}"#, "1:18: error: servers[1]: multiple server not supported yet, got 2"),
    (
      SmallFile(address: #""address": """#).text,
      "listeners[0].address: [Address] is required in listener config"
    ),
    (
      SmallFile(address: #""address": "127.0.0.1""#).text,
      "listeners[0].address: [Address] not valid: 127.0.0.1"
    ),
    (
      SmallFile(address: #""network": "UDP", "address": "127.0.0.1""#).text,
      "listeners[0].address: [Address] not valid: 127.0.0.1"
    ),
    (
      SmallFile(listener: #""network": "sctp","#).text,
      "listeners[0].network: listener network only support tcp/udp/unix: sctp"
    ),
    (
      #"{"servers": [{"listeners": [{"address": ":1"}]}]}"#,
      "servers[0].listeners[0].filter_chains: listener have filter chains count is not 1: there is none"
    ),
    (
      twoListeners(#""name": "a", "address": ":1""#, #""name": "a", "address": ":2""#),
      "listeners[1].address: listen address and listen name doesn't match: servers[0].listeners[0] is called a too"
    ),
    (
      twoListeners(#""address": ":1""#, #""name": "a", "address": ":1""#),
      "listeners[1].address: :1 is the address of servers[0].listeners[0] too: it cannot be bound twice"
    ),
    (
      SmallFile(cluster: #""type": "SIMPLE", "lb_type": "LB_RANDOM""#).text,
      "cluster_manager.clusters[0].name: [name] is required in cluster config"
    ),
    (
      chain(#""tls_context": {}, "tls_context_set": [{}]"#),
      "filter_chains[0].tls_context_set: tls_context and tls_context_set exclude each other"
    ),
    (
      chain(#""tls_context": {"status": true}"#),
      "filter_chains[0].tls_context.cert_chain: TLS needs cert_chain and private_key"
    ),
    (
      chain(
        #""tls_context": {"status": true, "cert_chain": "c", "private_key": "k", "min_version": "tls1"}"#),
      "tls_context.min_version: unknown TLS version: tls1"
    ),
    (
      chain(
        #""tls_context": {"status": true, "cert_chain": "c", "private_key": "k", "ecdh_curves": "P256,p1"}"#),
      "tls_context.ecdh_curves: unknown curve: p1"
    ),
    (
      SmallFile(server: #""graceful_timeout": "30 s","#).text,
      #"json unmarshal config failed: expected a duration such as "1.5s" or an integer of nanoseconds, found string "30 s""#
    ),
    (
      SmallFile(server: #""processor": true,"#).text,
      #"expected a number of processors or "auto", found true"#
    ),
  ]

  static func twoListeners(_ one: String, _ other: String) -> String {
    let listeners = [one, other].map { "{\($0), \"bind_port\": true, \"filter_chains\": [{}]}" }
    return "{\"servers\": [{\"listeners\": [\(listeners.joined(separator: ","))]}]}"
  }

  static func chain(_ keys: String) -> String {
    SmallFile().text.replacing(#""filter_chains": [{"#, with: #""filter_chains": [{\#(keys), "#)
  }

  @Test(arguments: cases) func keepsTheDaemonFromStarting(text: String, remark: String) {
    let (configuration, diagnostics) = MosnConfig.parse(Array(text.utf8))
    #expect(configuration == nil)
    #expect(
      diagnostics.contains { $0.severity == .error && $0.description.contains(remark) }, "\(diagnostics)")
  }

  @Test func theSmallFileIsFlawless() {
    #expect(SmallFile().remarks == [])
    #expect(SmallFile().configuration != nil)
  }
}
