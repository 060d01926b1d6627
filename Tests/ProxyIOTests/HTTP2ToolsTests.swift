import Foundation
import Testing

/// HTTP/2 clients that others wrote, through the HTTP/2 listener to a bolt server.
@Suite(.serialized) struct HTTP2ToolsTests {
  @Test(.enabled(if: Program.installed("curl") != nil, "curl is not installed"))
  func curl() throws {
    let gate = try Gate()
    let (status, output) = try gate.run(
      "curl",
      [
        "-sS", "--http2-prior-knowledge", "-H", "service: testSofa", "-d", "hello", "-w", "|%{http_code}",
        gate.url,
      ])
    #expect(status == 0, "\(output)")
    #expect(output == "hello|200")
  }

  @Test(.enabled(if: Program.installed("nghttp") != nil, "nghttp is not installed"))
  func nghttp() throws {
    let gate = try Gate()
    let (status, output) = try gate.run("nghttp", ["-v", "-H", "service: testSofa", gate.url])
    #expect(status == 0)
    #expect(output.contains(":status: 200"), "\(output)")
  }

  @Test(.enabled(if: Program.installed("h2load") != nil, "h2load is not installed"))
  func h2load() throws {
    let gate = try Gate()
    let (_, output) = try gate.run("h2load", ["-n500", "-c4", "-m10", "-H", "service: testSofa", gate.url])
    #expect(output.contains("500 succeeded, 0 failed, 0 errored, 0 timeout"), "\(output)")
    #expect(output.contains("status codes: 500 2xx"), "\(output)")
  }
}

private struct Gate {
  let server: Program
  let daemon: TestDaemon
  let url: String

  init() throws {
    server = try Program("sofarpc-server", ["0"])
    let upstream = try server.line("listening on").split(separator: ":").last.flatMap { UInt16($0) }
    let port = try #require(try BoltListener.freePorts(1).first)
    var configuration = TestConfiguration()
    configuration.level = "INFO"
    configuration.processor = 2
    configuration.listen("http2", port, "Http2", "SofaRpc", to: "server")
    configuration.cluster("server", try #require(upstream))
    daemon = try TestDaemon(configuration)
    url = "http://127.0.0.1:\(port)/testSofa/call"
  }

  func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    try Program.run(try #require(Program.installed(tool)), arguments)
  }
}
