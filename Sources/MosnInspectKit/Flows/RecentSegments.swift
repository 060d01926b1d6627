import MosnPackets

/// The last few segments of a connection, to recognise copies: captures of several interfaces and port mirrors record
/// packets twice, which is no retransmission.
///
/// The IP identification tells them apart where there is one. IPv6 has none, and some senders give every packet the same:
/// then only what carries bytes and comes again at once is a copy, since no sender repeats itself before it has waited for
/// an answer. Bare acknowledgements are then never taken for copies; receivers do repeat those at once.
struct RecentSegments {
  struct Mark {
    var direction: Direction
    var flags: TCPFlags
    var window: UInt16
    var sequence: TCPSequence
    var acknowledgement: TCPSequence
    var length: Int
    /// 0 where there is none.
    var identification: UInt16
    /// Capture time in nanoseconds.
    var time: Int64

    init(_ segment: TCPSegment, identification: UInt16?, in direction: Direction, at time: Int64) {
      self.direction = direction
      (flags, window, length) = (segment.flags, segment.window, segment.payloadLength)
      (sequence, acknowledgement) = (segment.sequence, segment.acknowledgement)
      self.identification = identification ?? 0
      self.time = time
    }

    var numbers: UInt64 { UInt64(sequence.rawValue) << 32 | UInt64(acknowledgement.rawValue) }

    func isAlike(_ other: Mark) -> Bool {
      sequence == other.sequence && acknowledgement == other.acknowledgement && length == other.length
        && identification == other.identification && direction == other.direction && flags == other.flags
        && window == other.window
    }
  }

  private var marks: [8 of Mark?] = .init(repeating: nil)
  /// By place, the numbers of a mark: most segments differ in them from all others, and the marks are not looked at.
  private var numbers: [8 of UInt64] = .init(repeating: 0)
  private var oldest = 0

  /// Nanoseconds within which copies come.
  private static let patience: Int64 = 1_000_000

  /// Notes a segment; true if it is a copy of one of the last ones.
  mutating func remember(_ mark: Mark) -> Bool {
    for index in numbers.indices where numbers[index] == mark.numbers {
      if let other = marks[index], mark.isAlike(other), isCopy(mark, of: other) { return true }
    }
    marks[oldest] = mark
    numbers[oldest] = mark.numbers
    oldest = (oldest + 1) % marks.count
    return false
  }

  private func isCopy(_ mark: Mark, of other: Mark) -> Bool {
    if isIdentified(mark) { return true }
    let isBare = mark.length == 0 && mark.flags.isDisjoint(with: [.syn, .fin, .reset])
    return !isBare && mark.time.subtractingClamped(other.time).magnitude < Self.patience
  }

  /// Whether its sender gives each packet an identification of its own.
  private func isIdentified(_ mark: Mark) -> Bool {
    guard mark.identification != 0 else { return false }
    for index in marks.indices {
      if let other = marks[index], other.direction == mark.direction,
        other.identification == mark.identification, !mark.isAlike(other)
      {
        return false
      }
    }
    return true
  }
}
