import Foundation
import Testing

/// The tutorial's sample: client, mosnd with both listeners, server, each a process.
@Suite(.serialized) struct SampleChainTests {
  @Test func plain() throws {
    let chain = try SampleChain()
    try chain.checkCall()
    try chain.checkLog()
  }

  @Test(.enabled(if: Program.installed("openssl") != nil, "openssl makes the certificates"))
  func tls() throws {
    let files =
      #""ca_cert": "certificates/ca.pem", "cert_chain": "certificates/NAME.pem", "private_key": "certificates/NAME.key""#
    let server = files.replacingOccurrences(of: "NAME", with: "server")
    let client = files.replacingOccurrences(of: "NAME", with: "client")
    let chain = try SampleChain(
      serverTLS: #"{"status": true, "verify_client": true, "alpn": "h2", \#(server)}"#,
      clientTLS: #"{"status": true, "server_name": "localhost", \#(client)}"#)
    try chain.checkCall()
    try chain.checkLog()
  }

  @Test(.enabled(if: Program.installed("openssl") != nil, "openssl makes the certificates"))
  func inspectorTakesPlainTextBesideTLS() throws {
    let server =
      #"{"status": true, "cert_chain": "certificates/server.pem", "private_key": "certificates/server.key"}"#
    let chain = try SampleChain(serverTLS: server, more: #""inspector": true,"#)
    try chain.checkCall()
  }

  @Test(.enabled(if: Program.installed("openssl") != nil, "openssl makes the certificates"))
  func aServerWithAnotherAuthorityIsNotTrusted() throws {
    let server =
      #"{"status": true, "cert_chain": "certificates/server.pem", "private_key": "certificates/server.key"}"#
    // Without ca_cert the authorities of the system count.
    let chain = try SampleChain(serverTLS: server, clientTLS: #"{"status": true}"#)
    let (_, output) = try chain.call()
    #expect(!output.contains("Response Status is: 0 "), "\(output)")
    try chain.daemon.program.line("cannot connect to 127.0.0.1:\(chain.serverListener) (clientCluster): TLS")
  }
}

private struct SampleChain {
  let server: Program
  let daemon: TestDaemon
  let clientListener: UInt16
  let serverListener: UInt16

  init(serverTLS: String = "{}", clientTLS: String = "{}", more: String = "") throws {
    server = try Program("sofarpc-server", ["0"])
    let port = try server.line("listening on").split(separator: ":").last.flatMap { UInt16($0) }
    let ports = try BoltListener.freePorts(2)
    (clientListener, serverListener) = (ports[0], ports[1])
    var configuration = TestConfiguration()
    configuration.listen(
      "serverListener", ports[1], "Http2", "SofaRpc", to: "serverCluster", tls: serverTLS, more: more)
    configuration.listen("clientListener", ports[0], "SofaRpc", "Http2", to: "clientCluster")
    configuration.cluster("serverCluster", try #require(port))
    configuration.cluster("clientCluster", ports[1], tls: clientTLS)
    daemon = try TestDaemon(configuration) { folder in
      guard serverTLS != "{}" else { return }
      let script = URL(filePath: #filePath).appending(path: "../../../scripts/make-test-certificates")
        .standardized
      _ = try Program.run(script.path(), [folder.appending(path: "certificates").path()])
    }
  }

  func call() throws -> (status: Int32, output: String) {
    try Program.run("sofarpc-client", ["127.0.0.1:\(clientListener)"])
  }

  func checkCall() throws {
    let (status, output) = try call()
    #expect(status == 0)
    #expect(output.contains("[RPC Client] Receive Data: 1"), "\(output)")
    #expect(output.contains("Response Status is: 0 "), "\(output)")
    // Our header map comes back as it went, and nothing of the HTTP/2 hop with it.
    #expect(output.contains("contentlen:0 service:testSofa]"), "\(output)")
    try server.line("[RPC Server] get connection")
    try server.line("[RPC Server] response connection")
  }

  func checkLog() throws {
    let log = daemon.program
    try log.line("load config from: ")
    try log.line("listening on 127.0.0.1:\(clientListener) (clientListener: SofaRpc to Http2)")
    try log.line("on clientListener")
    try log.line("request id = 1, stream id = ")
    try log.line("goes to 127.0.0.1:\(serverListener) (clientCluster)")
    try log.line("ended: request id = 1, status 0 (200)")
    let end = try log.line("the peer ended it")
    #expect(end.contains("[INFO]"), "a client that leaves is no error")
  }
}
