import Foundation
import Testing

/// A mosnd with a folder of its own for its configuration, certificates and logs.
final class TestDaemon {
  let folder: URL
  private(set) var program: Program

  /// Runs when it returns.
  ///
  /// - Parameters:
  ///   - shell: a command for the shell that then becomes the daemon, such as `ulimit`; the folder is its own.
  ///   - prepare: what has to be in the folder before.
  init(
    _ configuration: TestConfiguration, shell: String? = nil, prepare: (URL) throws -> Void = { _ in }
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "mosnd-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try prepare(folder)
    try configuration.text.write(to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
    let arguments = ["start"] + Self.options(folder)
    if let shell {
      let script = "cd '\(folder.path())'; \(shell); exec \"$0\" \"$@\""
      program = try Program("/bin/sh", ["-c", script, Program.path(of: "mosnd")] + arguments)
    } else {
      program = try Program("mosnd", arguments)
    }
    try program.line("started, process")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs `mosnd COMMAND` for this daemon to its end.
  func order(_ command: String) throws -> (status: Int32, output: String) {
    try Program.run("mosnd", [command] + Self.options(folder))
  }

  /// Has it end in order, and waits for that.
  func stop() throws -> (status: Int32, output: String) {
    program.signal(SIGTERM)
    return try program.finish()
  }

  func replace(_ text: String) throws {
    try text.write(to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
  }

  func text(of file: String) throws -> String {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  private static func options(_ folder: URL) -> [String] {
    ["-c", folder.appending(path: "config.json").path(), "--pid", folder.appending(path: "mosnd.pid").path()]
  }
}

/// A configuration for tests: listeners and clusters in a line each.
struct TestConfiguration {
  private var listeners: [String] = []
  private var clusters: [String] = []
  var level = "DEBUG"
  var gracefulTimeout = "20s"
  var defaultLog = "stdout"
  /// Keys beside `servers`.
  var more = ""
  /// Event loops. One: calls to a host share a connection, so that a test knows where they arrive.
  var processor = 1

  mutating func listen(
    _ name: String, _ port: UInt16, _ downstream: String, _ upstream: String, to cluster: String,
    tls: String = "{}", match: String = #"{"headers": [{"name": "service", "value": ".*"}]}"#,
    more: String = ""
  ) {
    listeners.append(
      """
      {"name": "\(name)", "address": "127.0.0.1:\(port)", "bind_port": true, "log_path": "stdout", \(more)
       "filter_chains": [{"tls_context": \(tls), "filters": [{"type": "proxy", "config": {
         "downstream_protocol": "\(downstream)", "upstream_protocol": "\(upstream)",
         "virtual_hosts": [{"name": "\(name)", "domains": ["*"], "routers": [
           {"match": \(match), "route": {"cluster_name": "\(cluster)"}}]}]}}]}]}
      """)
  }

  /// A listener that passes bytes on.
  mutating func relay(_ name: String, _ port: UInt16, to cluster: String) {
    listeners.append(
      """
      {"name": "\(name)", "address": "127.0.0.1:\(port)", "bind_port": true,
       "filter_chains": [{"filters": [{"type": "tcp_proxy", "config": {"routes": [{"cluster": "\(cluster)"}]}}]}]}
      """)
  }

  mutating func administer(_ port: UInt16) {
    more += #""admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": \#(port)}}},"#
  }

  mutating func cluster(_ name: String, _ port: UInt16, tls: String = "{}", more: String = "") {
    clusters.append(
      """
      {"name": "\(name)", "type": "SIMPLE", "lb_type": "LB_RANDOM", "tls_context": \(tls), \(more)
       "hosts": [{"address": "127.0.0.1:\(port)"}]}
      """)
  }

  var text: String {
    """
    {"servers": [{"default_log_path": "\(defaultLog)", "default_log_level": "\(level)", "processor": \(processor),
      "graceful_timeout": "\(gracefulTimeout)",
      "listeners": [\(listeners.joined(separator: ",\n"))]}],
     \(more) "cluster_manager": {"clusters": [\(clusters.joined(separator: ",\n"))]}}
    """
  }
}
