import ArgumentParser
import ProxyIO

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop a daemon when its calls are finished, and wait for that.")

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "Seconds to wait at most.")
  var wait = 60

  func run() throws {
    try Report.failures {
      let pid = try Orders(to: options.processFile).stop(withinSeconds: wait)
      print("process \(pid) has stopped")
    }
  }
}
