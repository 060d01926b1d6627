import ArgumentParser
import ProxyIO

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have a daemon read its configuration again; a file with errors changes nothing.")

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "Seconds to wait for the outcome at most.")
  var wait = 10

  func run() throws {
    try Report.failures {
      let pid = try Orders(to: options.processFile).reload(withinSeconds: wait)
      print("process \(pid) works by the new configuration")
    }
  }
}
