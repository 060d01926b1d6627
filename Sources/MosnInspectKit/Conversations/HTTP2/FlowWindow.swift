import H2Codec

/// When something happened.
struct Moment: Comparable {
  var packet: PacketNumber
  /// Nanoseconds since the epoch.
  var time: Int64

  init(_ place: Place) { (packet, time) = (place.packet, place.time) }

  static func < (left: Moment, right: Moment) -> Bool { left.packet < right.packet }
}

/// What one side has used of a window that the other gives it (RFC 9113 §6.9): of the connection's, or of one stream's.
struct FlowWindow {
  /// DATA sent less what WINDOW_UPDATE gave back: a new initial size moves the window and leaves this alone (§6.9.2).
  private(set) var used = 0
  /// Whether more was sent than there was room for, which is told once.
  private(set) var isOverrun = false
  /// When it was opened, and what waits for it: of few windows anything, and so nothing that makes all of them larger.
  private var waits: [Waits] = []

  private struct Waits {
    var opened: Moment?
    var stall: Stall?
  }

  /// When a WINDOW_UPDATE opened it last.
  private(set) var opened: Moment? {
    get { waits.first?.opened }
    set { note { $0.opened = newValue } }
  }

  /// Since when a message waits for it.
  var stall: Stall? {
    get { waits.first?.stall }
    set { note { $0.stall = newValue } }
  }

  private mutating func note(_ change: (inout Waits) -> Void) {
    if waits.isEmpty { waits.append(Waits()) }
    change(&waits[0])
  }

  /// A message that is not over and that no window lets go on.
  struct Stall {
    var since: Moment
    /// The window it waits for, and how much that has.
    var isOfStream: Bool
    var size: Int

    /// So much of a silence is worth a finding: no way there and back is that long.
    static let least: Int64 = 500_000_000
  }

  /// Takes `count` bytes; false where that is, for the first time, more than there is room for.
  @inline(__always)
  mutating func use(_ count: Int, of initial: Int) -> Bool {
    let wasOverrun = isOverrun
    isOverrun = count > initial - used
    used += count
    return wasOverrun || !isOverrun
  }

  /// False, and nothing changes, where the window would be above 2^31-1 (§6.9.1).
  mutating func widen(by increment: Int, of initial: Int, at moment: Moment) -> Bool {
    let size = initial - used
    guard size + increment <= H2Window.maximum else { return false }
    used -= increment
    if size <= 0, size + increment > 0 { opened = moment }
    return true
  }
}
