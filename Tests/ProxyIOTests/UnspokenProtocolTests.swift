import Foundation
import Testing

/// Protocols that a configuration may name and mosnd does not speak.
@Suite(.serialized) struct UnspokenProtocolTests {
  @Test(.enabled(if: Program.installed("curl") != nil, "curl is not installed"))
  func clientsOfHTTP1AreToldAndTheirServersLeftAlone() throws {
    let upstream = try BoltListener()
    let ports = try BoltListener.freePorts(3)
    var configuration = TestConfiguration()
    configuration.listen("http1", ports[0], "Http1", "Http1", to: "server", match: "{}")
    configuration.listen("http2", ports[1], "Http2", "Http1", to: "server", match: "{}")
    configuration.listen("dubbo", ports[2], "dubbo", "dubbo", to: "server", match: "{}")
    configuration.cluster("server", upstream.port)
    let daemon = try TestDaemon(configuration)
    let curl = try #require(Program.installed("curl"))
    func get(_ port: UInt16, _ options: [String]) throws -> (status: Int32, output: String) {
      try Program.run(curl, ["-sS", "-w|%{http_code}"] + options + ["http://127.0.0.1:\(port)/a"])
    }
    let told = try get(ports[0], ["-d", "hello"])
    #expect(told.status == 0 && told.output.hasPrefix("mosnd does not speak HTTP/1 here"), "\(told)")
    #expect(told.output.hasSuffix("|505"))
    #expect(try get(ports[1], ["--http2-prior-knowledge"]).output.hasSuffix("|502"))
    // The listener is dead: its connection ends without a word.
    let dead = try BoltSocket(port: ports[2])
    #expect(try dead.receive() == nil)
    for line in [
      "[WARN]", "http1", "it speaks HTTP/1 and mosnd does not: answered with 505", "protocolNotSpoken",
      "on dubbo: the listener is dead: mosnd speaks none of its protocols",
    ] { try daemon.program.line(line) }
    daemon.program.signal(SIGTERM)
    let log = try daemon.program.finish().output
    #expect(!log.contains("connecting to"), "\(log)")
  }
}
