import MosnWire

/// Findings that wait for the next message of their direction to stand beside; those left at the end get lines of their own.
struct WaitingFindings {
  private var entries: [(finding: Finding, place: Place)] = []

  var isEmpty: Bool { entries.isEmpty }

  /// A flood of findings says no more than its beginning.
  mutating func note(_ finding: Finding, at place: Place) {
    if entries.count < [Finding].limit { entries.append((finding, place)) }
  }

  /// All of them, for a message.
  mutating func take() -> [Finding] {
    guard !entries.isEmpty else { return [] }
    defer { entries = [] }
    return entries.map(\.finding)
  }

  /// All of them with their places, for another who keeps them.
  mutating func move(to other: inout WaitingFindings) {
    for entry in entries { other.note(entry.finding, at: entry.place) }
    entries = []
  }

  /// What is left, as a message for each packet.
  mutating func takeLines(_ wireProtocol: WireProtocol) -> [Message] {
    var lines: [Message] = []
    for (finding, place) in entries {
      if let last = lines.indices.last, lines[last].place == place {
        lines[last].findings.append(finding)
      } else {
        lines.append(Message(place: place, content: .findings(wireProtocol), findings: [finding]))
      }
    }
    entries = []
    return lines
  }
}
