import Glibc
import MosnCapture

/// A bar on standard error while a large file is read; only on a terminal that shows nothing else.
struct ProgressBar {
  private let isShown: Bool
  private let started = Clock.monotonic
  private var updated: Int64 = 0
  private var isDrawn = false

  private static let delay: Int64 = 1_000_000_000
  private static let interval: Int64 = 200_000_000
  private static let width = 30

  init(isQuiet: Bool) {
    isShown = isatty(STDERR_FILENO) == 1 && !Terminal.isDumb && (isQuiet || isatty(STDOUT_FILENO) == 0)
  }

  /// Redraws when it is time to; cheap enough to be called every few thousand packets.
  mutating func update(_ reader: CaptureReader, packets: Int) {
    guard isShown else { return }
    let now = Clock.monotonic
    guard now - started > Self.delay, now - updated > Self.interval else { return }
    updated = now
    isDrawn = true
    draw(reader.position, packets: packets)
  }

  mutating func clear() {
    guard isDrawn else { return }
    Diagnostics.write("\r\u{1b}[K", terminator: "")
    isDrawn = false
  }

  private func draw(_ position: (bytesRead: Int64, totalBytes: Int64?)?, packets: Int) {
    var line = "\r\u{1b}[K"
    if let position, let total = position.totalBytes, total > 0 {
      let part = min(1, Double(position.bytesRead) / Double(total))
      let filled = Int(part * Double(Self.width))
      line += "[" + String(repeating: "#", count: filled)
      line += String(repeating: ".", count: Self.width - filled) + "] \(Int(part * 100)) %  "
    }
    Diagnostics.write(line + "\(packets) packets", terminator: "")
  }
}
