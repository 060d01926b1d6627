import Glibc
import MosnCapture

/// ^C and a closed pipe: the first ends the capture and leaves the summary, the second ends quietly.
enum Interrupt {
  static let stopSwitch = StopSwitch()

  static func install() {
    // Made before a handler can touch it.
    _ = stopSwitch
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        Interrupt.stopSwitch.stop()
        // A second one ends the program at once, whatever it is waiting for.
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
      }
    }
    unblock()
  }

  /// Who starts a program from a thread of a pool may pass on a mask that blocks them.
  private static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
