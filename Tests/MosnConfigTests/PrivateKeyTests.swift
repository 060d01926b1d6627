import Testing

@testable import MosnConfig

/// A private key is in nothing that is printed or reported, wherever in the file it stands.
@Suite struct PrivateKeyTests {
  /// Of no one: made of letters.
  static let secret = "BCIEIHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldDEy"
  static let keys = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\(secret)\n-----END PRIVATE KEY-----\n",
    "  \n-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\n\(secret)\r\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----\n\(secret)",
    "BEGIN PRIVATE KEY-----\(secret)-----END PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n\(secret)\n-----END ENCRYPTED PRIVATE KEY-----",
    // Without the lines around it.
    "MC4CAQAwBQYDK2VwBCIEI\(secret)",
    "MIIEpAIBAAKCAQEA\n\(secret)\n\(secret)=\n",
    "MHcCAQEE\(secret)",
    // Encoded once more, as discovery services do: "-----BEGIN PRIVATE KEY-----\n".
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg\(secret)",
  ]

  @Test(arguments: keys) func isMaskedInAnyText(key: String) {
    for text in [key, "found string \"\(key)\"", "a: \(key), b"] {
      let masked = PrivateKeys.masked(text)
      #expect(!masked.contains(Self.secret) && masked.contains(PrivateKeys.mask), "\(masked)")
      #expect(PrivateKeys.masked(masked) == masked)
    }
    #expect(PrivateKeys.shown(key) == PrivateKeys.mask)
  }

  @Test(arguments: [
    "", "a private key in PEM form is missing",
    "/etc/mosn/certs/some/long/path/without/any/dots/in/it/private/key",
    "-----BEGIN CERTIFICATE-----\nMIIDMjCCAhqgAwIBAgIUabcdefghijklmnopqrstuvwxyz0123456789\n-----END CERTIFICATE-----",
    "com.alipay.sofa.rpc.core.request.SofaRequest",
    "servers[0].listeners[0].filter_chains[0].filters[0].config",
  ]) func nothingElseIsMasked(text: String) { #expect(PrivateKeys.masked(text) == text) }

  @Test(arguments: ["certs/key.pem", "/run/secrets/key", "../key.pem", ""]) func pathsAreShown(path: String) {
    #expect(PrivateKeys.shown(path) == path)
  }

  @Test(arguments: ["", "c29tZXRoaW5n", "hunter2", "a b.pem"]) func whatMayBeAKeyIsNot(value: String) {
    #expect(PrivateKeys.shown(value) == (value.isEmpty ? "" : PrivateKeys.mask))
  }

  /// A file that has a key in every place that is printed or quoted.
  static func file(_ key: String) -> String {
    let key = JSONValue(.string(key)).text()
    let tls = #"{"status": true, "cert_chain": "c.pem", "PRIVATE_Key": \#(key), "verify_client": \#(key)}"#
    return """
      {\(key): 1, "tracing": {"a": \(key)}, "servers": [{"default_log_level": \(key), "processor": \(key),
      "graceful_timeout": \(key), "listeners": [{"name": \(key), "address": "127.0.0.1:1", "log_path": \(key),
      "network": \(key), "stream_filters": [{"type": "x", "config": {"private_key": \(key), "b": [\(key)], \(key): 1}}],
      "filter_chains": [{"tls_context_set": [\(tls), {"min_version": \(key), "extend_verify": {"k": \(key)}}],
      "filters": [{"type": "y", "config": {"tls": {"PrivateKey": {"inline_string": \(key)}}}},
      {"type": \(key), "config": {"password": "hunter2"}},
      {"type": "proxy", "config": {"downstream_protocol": \(key), "router_config_name": \(key),
      "virtual_hosts": [{"domains": [\(key), \(key)], "routers": [{"match": {"regex": \(key)},
      "route": {"cluster_name": \(key)}}]}]}}]}]}]}],
      "cluster_manager": {"tls_context": \(tls), "clusters": [{"name": "a", "type": \(key), "lb_type": \(key),
      "tls_context": \(tls), "hosts": [{"address": \(key), "metadata": {\(key): \(key)}}]}]}}
      """
  }

  @Test(arguments: keys) func isInNoRemark(key: String) {
    let remarks = MosnConfig.parse(Array(Self.file(key).utf8)).diagnostics
    #expect(remarks.count > 15)
    for remark in remarks { #expect(!remark.description.contains(Self.secret.prefix(16)), "\(remark)") }
  }

  @Test(arguments: keys) func isNotInWhatIsPrinted(key: String) throws {
    var file = Self.file(key)
    for name in ["graceful_timeout", "network", "verify_client", "min_version"] {
      file = file.replacing("\"\(name)\"", with: "\"x\"")
    }
    let (configuration, diagnostics) = MosnConfig.parse(Array(file.utf8))
    let printed = try #require(configuration, "\(diagnostics)").printed
    #expect(!printed.contains(Self.secret.prefix(16)) && !printed.contains("hunter2"), "\(printed)")
    #expect(printed.contains(#""private_key": "(a private key: not shown)""#))
    #expect(MosnConfig.parse(Array(printed.utf8)).configuration?.printed == printed)
  }

  @Test func aPathIsPrinted() throws {
    let text = SmallFile(
      cluster: #""name": "out", "tls_context": {"private_key": "certs/key.pem"}"#
    ).configuration?.printed
    #expect(text?.contains(#""private_key": "certs/key.pem""#) == true)
  }
}
