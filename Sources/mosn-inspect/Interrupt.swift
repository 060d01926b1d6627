import Capture
import Glibc

/// ^C and a closed pipe: the first ends the capture and leaves the summary, the second ends quietly.
enum Interrupt {
  static let stopSwitch = StopSwitch()

  static func install() {
    // Made before a handler can touch it.
    _ = stopSwitch
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Interrupt.stopSwitch.stop() } }
  }
}
