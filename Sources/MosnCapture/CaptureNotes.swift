/// Remarks about a capture, bounded: a file with a thousand faults says the same a thousand times.
struct CaptureNotes {
  private(set) var texts: [String] = []
  private let limit: Int
  private var left = 0

  init(limit: Int) { self.limit = limit }

  mutating func add(_ text: String) {
    if texts.count < limit { texts.append(text) } else { left += 1 }
  }

  /// The remarks, with a last one that counts those that were left out.
  var all: [String] { left == 0 ? texts : texts + ["\(left) more notes"] }
}
