import H2Codec

/// The SETTINGS of one side, as its peer has to keep them (RFC 9113 §6.5.3).
///
/// A side's frames follow what it has acknowledged, in the order of its own stream: a lower limit binds from the
/// acknowledgement on. A higher one may be used as soon as it was announced, for acknowledgements wait behind what was
/// written before them.
struct AnnouncedSettings {
  /// What was announced last.
  private(set) var latest = H2Settings()
  /// The most that the peer may make of them now.
  private(set) var permitted = H2Settings()
  private var acknowledged = H2Settings()
  /// Those that wait for their acknowledgement.
  private var waiting: [H2Settings] = []

  /// Whether they are known: not where more waited for their acknowledgement than are remembered.
  private(set) var isKnown = true

  /// SETTINGS that wait for their acknowledgement; nobody has more than two or three under way.
  static let limit = 64

  var heldBytes: Int { waiting.capacity * MemoryLayout<H2Settings>.stride }

  /// Takes a frame's entries; gives back the first rule that one of them breaks.
  mutating func announce(_ entries: some Sequence<H2Setting>, from role: H2Role) -> H2Rule? {
    var broken: H2Rule?
    for entry in entries {
      let rule = latest.apply(entry, from: role)
      broken = broken ?? rule
    }
    if waiting.count < Self.limit { waiting.append(latest) } else { isKnown = false }
    permit()
    return broken
  }

  /// False where there was nothing to acknowledge.
  mutating func acknowledge() -> Bool {
    guard !waiting.isEmpty else { return false }
    acknowledged = waiting.removeFirst()
    permit()
    return true
  }

  private mutating func permit() {
    permitted = acknowledged
    for settings in waiting { permitted.widen(to: settings) }
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
