import ArgumentParser
import Glibc
import ProxyIO

/// Which daemon is meant: its configuration, and the pid file that goes with it.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The configuration; otherwise the environment's MOSN_CONFIG, otherwise configs/mosn_config.json.",
      valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The pid file; otherwise one named after the configuration in XDG_RUNTIME_DIR, /run/mosnd or /tmp/mosnd-UID.",
      valueName: "file"))
  var pid: String?

  var path: String {
    config ?? getenv("MOSN_CONFIG").map { String(cString: $0) } ?? "configs/mosn_config.json"
  }

  var processFile: ProcessFile {
    pid.map(ProcessFile.init(_:)) ?? ProcessFile(forConfiguration: path)
  }
}
