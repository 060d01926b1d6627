#if TLS
  import Foundation
  import Testing

  /// Clients that show a certificate, or do not, to a listener that asks for one.
  @Suite(
    .serialized,
    .enabled(
      if: ["curl", "openssl"].allSatisfy { Program.installed($0) != nil }, "curl and openssl are needed"))
  struct ClientCertificateTests {
    enum Shown: String, CaseIterable { case none, foreign, expired, right }

    @Test(arguments: [
      #""require_client_cert": true"#,
      #""verify_client": true"#,
      #""verify_client": true, "require_client_cert": true"#,
    ])
    func `a certificate of the authority is required`(keys: String) throws {
      let gate = try Gate(keys)
      for shown in Shown.allCases {
        let (status, output) = try gate.call(shown)
        #expect((status == 0 && output == "200") == (shown == .right), "\(shown): \(output)")
      }
      try gate.daemon.program.line(" on https: TLS handshake failed: peer did not return a certificate")
      try gate.daemon.program.line(" on https: TLS handshake failed: certificate verify failed")
    }

    @Test func `a certificate may be required only of those who show one`() throws {
      let gate = try Gate(#""verify_client": true, "require_client_cert": false"#)
      for shown in Shown.allCases {
        let (status, output) = try gate.call(shown)
        #expect(
          (status == 0 && output == "200") == [.none, .right].contains(shown), "\(shown): \(output)")
      }
    }

    @Test func `what cannot be verified is not required`() throws {
      let keys = Gate.keys(#""require_client_cert": true"#).replacing(Gate.authority, with: "")
      var configuration = TestConfiguration()
      configuration.listen("https", 1, "Http2", "SofaRpc", to: "server", tls: "{\(keys)}")
      configuration.cluster("server", 2)
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
      try configuration.text.write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let (status, output) = try Program.run("mosnd", ["check", "-c", file.path()])
      #expect(status == 78)
      #expect(output.contains("tls_context.require_client_cert: ca_cert is required beside it"), "\(output)")
    }

    /// An HTTP/2 listener with TLS, before a server that answers.
    private struct Gate {
      let server: Program
      let daemon: TestDaemon
      private let port: UInt16

      static let authority = #""ca_cert": "own/ca.pem","#

      static func keys(_ keys: String) -> String {
        #""status": true, "alpn": "h2", \#(authority) "cert_chain": "own/server.pem","#
          + #""private_key": "own/server.key", \#(keys)"#
      }

      init(_ keys: String) throws {
        server = try Program("sofarpc-server", ["0"])
        let upstream = try server.line("listening on").split(separator: ":").last.flatMap { UInt16($0) }
        port = try #require(try BoltListener.freePorts(1).first)
        var configuration = TestConfiguration()
        configuration.listen("https", port, "Http2", "SofaRpc", to: "server", tls: "{\(Self.keys(keys))}")
        configuration.cluster("server", try #require(upstream))
        daemon = try TestDaemon(configuration) { folder in
          let script = URL(filePath: #filePath).appending(path: "../../../scripts/make-test-certificates")
          for authority in ["own", "foreign"] {
            _ = try Program.run(script.standardized.path(), [folder.appending(path: authority).path()])
          }
        }
      }

      /// curl's exit status, and what it printed: `200` when all went well.
      func call(_ shown: Shown) throws -> (status: Int32, output: String) {
        func file(_ name: String) -> String { daemon.folder.appending(path: name).path() }
        let name: String? =
          switch shown {
          case .none: nil
          case .foreign: "foreign/client"
          case .expired: "own/expired"
          case .right: "own/client"
          }
        let certificate = name.map { ["--cert", file("\($0).pem"), "--key", file("\($0).key")] } ?? []
        return try Program.run(
          try #require(Program.installed("curl")),
          [
            "-sS", "--http2", "--cacert", file("own/ca.pem"), "-H", "service: testSofa", "-o", "/dev/null",
            "-w", "%{http_code}", "https://localhost:\(port)/testSofa/call", "--resolve",
            "localhost:\(port):127.0.0.1",
          ] + certificate)
      }
    }
  }
#endif
