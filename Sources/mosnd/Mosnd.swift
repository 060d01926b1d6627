import ArgumentParser

@main
struct Mosnd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosnd",
    abstract: "Forwards bolt and HTTP/2 calls as MOSN's configuration file says.",
    discussion: """
      Signals to a running daemon: SIGTERM finishes the calls under way and stops, SIGINT too, and at once when it \
      comes twice; SIGQUIT stops at once; SIGHUP reads the configuration again; SIGUSR1 opens the logs again.

      Exit status: 0 done; 1 the daemon refused a new configuration; 64 wrong usage; 66 no such file; 69 not \
      running, or running already; 71 a listener's address is in use, or too few descriptors; 75 the daemon did not answer in time; 77 no \
      permission, or a pid file that others could have put there; 78 errors in the configuration; 130 interrupted twice.
      """,
    version: "mosnd 0.1.0",
    subcommands: [Start.self, Stop.self, Reload.self, Check.self])
}
