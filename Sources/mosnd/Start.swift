import ArgumentParser
import ProxyIO

/// Starts the daemon in the foreground.
struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Start the daemon; it stays in the foreground.")

  @OptionGroup var options: ConfigurationOptions

  @Option(name: [.short, .customLong("service-cluster")], help: "Accepted for MOSN's sake, without effect.")
  var serviceCluster: String?
  @Option(
    name: [.customShort("n"), .customLong("service-node")], help: "Accepted for MOSN's sake, without effect.")
  var serviceNode: String?

  func run() throws {
    try Report.failures {
      let file = try ConfigurationFile(options.path)
      if file.configuration == nil {
        for remark in file.remarks { Report.line(remark) }
      }
      let daemon = try Daemon(file, processFile: options.processFile)
      throw ExitCode(daemon.run())
    }
  }
}
