import Testing

@testable import MosnConfig

/// What a listener asks of clients, and what would make it mean less than it says.
@Suite struct ClientCertificateTests {
  static let place = "servers[0].listeners[0].filter_chains[0].tls_context"
  static let authority = #""ca_cert": "ca.pem""#
  static let note =
    "note: \(place).verify_client: clients without a certificate are refused, as by MOSN 0.2.1; later ones refuse them "
    + "with require_client_cert"

  /// - Parameter contexts: the keys of the TLS contexts besides `status` and the certificate; several make a `tls_context_set`.
  private func file(_ contexts: [String], listener: String = "") -> String {
    let objects = contexts.map { #"{"status": true, "cert_chain": "a.pem", "private_key": "a.key", \#($0)}"# }
    let tls =
      objects.count == 1
      ? "\"tls_context\": \(objects[0])" : "\"tls_context_set\": [\(objects.joined(separator: ", "))]"
    return SmallFile(listener: listener).text.replacing("\"filters\":", with: "\(tls), \"filters\":")
  }

  @Test(
    arguments: [
      ("\(authority)", .none),
      (#"\#(authority), "verify_client": true"#, .required),
      (#"\#(authority), "verify_client": true, "require_client_cert": true"#, .required),
      (#"\#(authority), "require_client_cert": true"#, .required),
      (#"\#(authority), "verify_client": true, "require_client_cert": false"#, .optional),
      (#"\#(authority), "verify_client": false, "require_client_cert": false"#, .none),
    ] as [(String, TLSConfiguration.ClientCertificates)])
  func `what is asked`(keys: String, asked: TLSConfiguration.ClientCertificates) throws {
    let configuration = try #require(MosnConfig.parse(Array(file([keys]).utf8)).configuration)
    #expect(configuration.server.listeners[0].tls.map(\.clientCertificates) == [asked])
  }

  @Test(arguments: [
    (
      #""require_client_cert": true"#,
      "error: \(place).require_client_cert: ca_cert is required beside it: a certificate that is not verified says nothing"
    ),
    (
      #""verify_client": true, "require_client_cert": true"#,
      "warning: \(place).verify_client: without ca_cert clients are verified by the system's authorities"
    ),
    (#"\#(authority), "verify_client": true"#, note),
  ])
  func `what is said`(keys: String, remark: String) {
    #expect(MosnConfig.remarks(file([keys])) == [remark])
  }

  @Test func `plain text needs no certificate`() {
    let keys = #"\#(Self.authority), "require_client_cert": true"#
    #expect(
      MosnConfig.remarks(file([keys], listener: #""inspector": true,"#)) == [
        "warning: servers[0].listeners[0].inspector: clients that speak plain text need no certificate"
      ])
  }

  @Test func `a client chooses the context that asks for less`() {
    let contexts = [
      #""server_name": "a", \#(Self.authority), "require_client_cert": true"#, #""server_name": "b""#,
    ]
    #expect(
      MosnConfig.remarks(file(contexts)) == [
        "warning: servers[0].listeners[0].filter_chains[0].tls_context_set[1]: requires no certificate: a client gets "
          + "here, and round the contexts that do, by its server name"
      ])
  }
}
