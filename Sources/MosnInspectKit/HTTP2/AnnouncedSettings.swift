import H2Codec

/// The SETTINGS of one side, as its peer has to keep them (RFC 9113 §6.5.3).
///
/// A side's frames follow what it has acknowledged, in the order of its own stream: a lower limit binds from the
/// acknowledgement on. A higher one may be used as soon as it was announced, for acknowledgements wait behind what was
/// written before them.
struct AnnouncedSettings {
  /// What was announced last.
  var latest: H2Settings { kept[0] }
  /// The most that the peer may make of them now.
  var permitted: H2Settings { kept[1] }
  /// Those two, what was acknowledged, and what waits for that: apart from the side they belong to, which is copied often
  /// and would be twice as large.
  private var kept = Self.initial
  private static let initial = [H2Settings](repeating: H2Settings(), count: 3)
  private var waiting: ArraySlice<H2Settings> { kept[3...] }

  /// Whether they are known: not where more waited for their acknowledgement than are remembered.
  private(set) var isKnown = true

  /// SETTINGS that wait for their acknowledgement; nobody has more than two or three under way.
  static let limit = 64

  var heldBytes: Int { kept.capacity * MemoryLayout<H2Settings>.stride }

  /// Takes a frame's entries; gives back the first rule that one of them breaks.
  mutating func announce(_ entries: some Sequence<H2Setting>, from role: H2Role) -> H2Rule? {
    var broken: H2Rule?
    for entry in entries {
      let rule = kept[0].apply(entry, from: role)
      broken = broken ?? rule
    }
    if waiting.count < Self.limit { kept.append(latest) } else { isKnown = false }
    permit()
    return broken
  }

  /// False where there was nothing to acknowledge.
  mutating func acknowledge() -> Bool {
    guard !waiting.isEmpty else { return false }
    kept[2] = kept.remove(at: 3)
    permit()
    return true
  }

  private mutating func permit() {
    var permitted = kept[2]
    for settings in waiting { permitted.widen(to: settings) }
    kept[1] = permitted
  }
}

extension H2Settings {
  /// The greater of both limits, one by one.
  fileprivate mutating func widen(to other: H2Settings) {
    func greater(_ one: Int?, _ two: Int?) -> Int? { one.flatMap { one in two.map { max(one, $0) } } }
    headerTableSize = max(headerTableSize, other.headerTableSize)
    maxConcurrentStreams = greater(maxConcurrentStreams, other.maxConcurrentStreams)
    initialWindowSize = max(initialWindowSize, other.initialWindowSize)
    maxFrameSize = max(maxFrameSize, other.maxFrameSize)
    maxHeaderListSize = greater(maxHeaderListSize, other.maxHeaderListSize)
    enablePush = enablePush || other.enablePush
    enableConnectProtocol = enableConnectProtocol || other.enableConnectProtocol
  }
}
