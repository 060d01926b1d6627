import Foundation
import Testing

/// What mosnd says to those who call it, and its exit status.
@Suite(.serialized) struct CommandLineTests {
  @Test func check() throws {
    var configuration = TestConfiguration()
    configuration.listen("bolt", 1, "SofaRpc", "SofaRpc", to: "echo")
    configuration.cluster("echo", 2)
    try with(configuration.text) { path in
      let (status, output) = try Program.run("mosnd", ["check", "-c", path])
      #expect(status == 0)
      #expect(output.contains("configuration is valid"))
      let printed = try Program.run("mosnd", ["check", "-c", path, "--print"])
      #expect(printed.output.contains("\"downstream_protocol\""))
    }
  }

  /// Neither for the eye nor for the log, of which copies are sent around.
  @Test func privateKeysAreShownNowhere() throws {
    let key = "MC4CAQAwBQYDK2VwBCIEIHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldDEy"
    var configuration = TestConfiguration()
    configuration.listen(
      "bolt", 0, "SofaRpc", "SofaRpc", to: "echo",
      tls: """
        {"Private_Key": "-----BEGIN PRIVATE KEY-----\\n\(key)\\n-----END PRIVATE KEY-----\\n", "verify": "\(key)"}
        """)
    configuration.cluster("echo", 2, tls: #"{"private_key": "\#(key)"}"#)
    try with(configuration.text) { path in
      let (status, output) = try Program.run("mosnd", ["check", "-c", path, "--print"])
      #expect(status == 0 && output.contains(#""private_key": "#) && !output.contains(key), "\(output)")
    }
    let daemon = try TestDaemon(configuration)
    try daemon.program.line("[DEBUG] configuration: ")
    try daemon.replace(
      configuration.text.replacing("\"verify\": \"", with: "\"verify_client\": \"-----BEGIN PRIVATE KEY-----")
    )
    #expect(try daemon.order("reload").output.contains("verify_client"))
    daemon.program.signal(SIGTERM)
    let log = try daemon.program.finish().output
    #expect(log.contains("verify_client") && !log.contains(key), "\(log)")
  }

  @Test func errorsAreNamedWithTheirPlace() throws {
    try with("{\n \"servers\": []}") { path in
      for command in ["check", "start"] {
        let (status, output) = try Program.run("mosnd", [command, "-c", path])
        #expect(status == 78)
        #expect(output.contains("\(path):2:"), "\(output)")
        #expect(output.contains("no server found"), "\(output)")
        #expect(output.contains("load config failed"), "\(output)")
      }
    }
  }

  @Test func directoriesAreReadBesideTheFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mosnd-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let clusters = folder.appending(path: "clusters")
    try FileManager.default.createDirectory(
      at: clusters.appending(path: "z.json"), withIntermediateDirectories: true)
    for (name, text) in [
      ("a.json", #"{"name": "a"}"#), ("b.json", ""), ("c.txt", "no"), ("d.json", #"{"nmae": "d"}"#),
    ] { try text.write(to: clusters.appending(path: name), atomically: true, encoding: .utf8) }
    let file = folder.appending(path: "config.json")
    try #"{"servers": [{}], "cluster_manager": {"clusters_configs": "clusters"}}"#.write(
      to: file, atomically: true, encoding: .utf8)
    let (status, output) = try Program.run("mosnd", ["check", "-c", file.path()])
    #expect(status == 78)
    #expect(output.contains("clusters/d.json:1:2: warning: "), "\(output)")
    #expect(output.contains("[name] is required in cluster config"))
    try FileManager.default.removeItem(at: clusters.appending(path: "d.json"))
    let printed = try Program.run("mosnd", ["check", "--print", "-c", file.path()])
    #expect(printed.status == 0 && printed.output.contains(#""name": "a""#), "\(printed)")
  }

  @Test func yamlIsNotRead() throws {
    try with("servers:\n- {}\n", suffix: "yaml") { path in
      let (status, output) = try Program.run("mosnd", ["check", "-c", path])
      #expect(status == 78 && output.contains("of YAML only JSON is read"), "\(output)")
    }
    try with(#"{"servers": [{}]}"#, suffix: "yml") { path in
      let (status, output) = try Program.run("mosnd", ["check", "-c", path])
      #expect(status == 0, "\(output)")
    }
  }

  @Test func fileIsMissing() throws {
    let (status, output) = try Program.run("mosnd", ["start", "-c", "/nonexistent/config.json"])
    #expect(status == 66)
    #expect(output == "mosnd: /nonexistent/config.json: No such file or directory")
  }

  @Test func configurationFromTheEnvironment() throws {
    let program = try Program("mosnd", ["check"], environment: ["MOSN_CONFIG": "/nonexistent/other.json"])
    #expect(try program.finish().output.contains("/nonexistent/other.json"))
  }

  @Test func addressInUse() throws {
    let taken = try BoltListener()
    var configuration = TestConfiguration()
    configuration.listen("bolt", taken.port, "SofaRpc", "SofaRpc", to: "echo")
    configuration.cluster("echo", 2)
    try with(configuration.text) { path in
      let (status, output) = try Program.run("mosnd", ["start", "-c", path, "--pid", path + ".pid"])
      #expect(status == 71)
      #expect(
        output.contains("mosnd: listener bolt: 127.0.0.1:\(taken.port) is in use by another process"),
        "\(output)")
    }
  }

  @Test func twoWithTheSamePIDFile() throws {
    let relay = try Relay()
    let (status, output) = try relay.daemon.order("start")
    #expect(status == 69)
    #expect(output.contains("already running as process \(relay.daemon.program.pid)"), "\(output)")
  }

  @Test func certificatesThatAreMissing() throws {
    var configuration = TestConfiguration()
    configuration.listen(
      "bolt", 0, "SofaRpc", "SofaRpc", to: "echo",
      tls: #"{"status": true, "cert_chain": "nowhere.pem", "private_key": "nowhere.key"}"#)
    configuration.cluster("echo", 2)
    try with(configuration.text) { path in
      let (status, output) = try Program.run("mosnd", ["start", "-c", path, "--pid", path + ".pid"])
      #expect(status == 78)
      #expect(output.contains("servers[0].listeners[0].filter_chains[0].tls_context.cert_chain"), "\(output)")
      #expect(output.contains("nowhere.pem: No such file"), "\(output)")
    }
  }

  @Test func versionAndHelp() throws {
    #expect(try Program.run("mosnd", ["--version"]).output.hasPrefix("mosnd "))
    let (status, output) = try Program.run("mosnd", ["--help"])
    #expect(status == 0)
    for word in ["start", "stop", "reload", "check", "SIGHUP", "Exit status"] {
      #expect(output.contains(word))
    }
  }

  private func with(_ text: String, suffix: String = "json", _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(suffix)")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path())
  }
}
