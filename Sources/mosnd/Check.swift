import ArgumentParser
import ProxyIO

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what there is to say about a configuration, without starting.")

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Print the configuration in normal form: every key with the value that counts.")
  var print = false

  func run() throws {
    try Report.failures {
      let file = try ConfigurationFile(options.path)
      for remark in file.remarks { Report.line(remark) }
      guard let configuration = file.configuration else { throw DaemonError.configuration(file: file.path) }
      Swift.print(print ? configuration.printed : "\(file.path): configuration is valid")
    }
  }
}
