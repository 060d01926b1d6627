/// What a connection knows of one stream.
public struct H2Stream: Sendable {
  public let id: H2StreamID
  public internal(set) var state: H2StreamState
  /// What we may send.
  public internal(set) var sendWindow: H2Window
  /// What the peer may send.
  public internal(set) var receiveWindow: H2Window
  /// Bytes consumed that no WINDOW_UPDATE gave back yet.
  var unreturned: Int32 = 0
  /// The message the peer sends.
  var incoming: H2MessageProgress
  /// The application asked for more than the windows allow and waits.
  var isBlocked = false

  init(_ id: H2StreamID, sendWindow: Int, receiveWindow: Int, incoming: H2MessageProgress.Stage) {
    self.id = id
    state = .idle
    self.sendWindow = H2Window(sendWindow)
    self.receiveWindow = H2Window(receiveWindow)
    self.incoming = H2MessageProgress(incoming)
  }

  /// Takes the peer's DATA into account; window and message in one call, since every change of an entry in the
  /// table costs anew.
  @inline(__always)
  mutating func receive(_ data: borrowing H2Frame) -> H2Rule? {
    guard receiveWindow.use(data.length) else { return .streamWindow }
    return incoming.receive(data: data.content.count, endStream: data.endsStream)
  }

  /// `count` bytes of the peer's DATA have found their place. Returns by how much a WINDOW_UPDATE is to widen
  /// the window, which it has done here; 0 while less than half of what was granted has been used.
  @inline(__always)
  mutating func consume(_ count: Int, granted: Int) -> Int {
    switch state {
    case .open, .halfClosedLocal: break
    case .idle, .reservedLocal, .reservedRemote, .halfClosedRemote, .closed, .resetLocal, .resetRemote:
      return 0
    }
    let used = max(0, granted - receiveWindow.size)
    let due = min(Int(unreturned) + min(count, used), used)
    guard due > 0, due >= granted / 2, receiveWindow.widen(by: due) else {
      unreturned = Int32(clamping: due)
      return 0
    }
    unreturned = 0
    return due
  }
}

/// The streams of a connection that are not over, by number: open addressing with linear probing, no object and
/// no allocation per stream.
///
/// A stream's number halved is its hash: numbers are handed out in order, so neighbours seldom meet.
struct H2StreamTable: Sendable {
  private(set) var count = 0
  private var entries: [H2Stream]
  private var mask: Int

  private static let vacant = H2Stream(0, sendWindow: 0, receiveWindow: 0, incoming: .head)

  init() {
    entries = Array(repeating: Self.vacant, count: 16)
    mask = 15
  }

  /// The slot of a stream, good until the next insertion or removal.
  @inline(__always)
  func slot(of id: H2StreamID) -> Int? {
    guard !id.isConnection else { return nil }
    var slot = home(of: id)
    while entries[slot].id != id {
      if entries[slot].id.isConnection { return nil }
      slot = (slot + 1) & mask
    }
    return slot
  }

  subscript(slot: Int) -> H2Stream {
    @inline(__always) _read { yield entries[slot] }
    @inline(__always) _modify { yield &entries[slot] }
  }

  /// Puts in a stream that is not there yet, and says where.
  mutating func insert(_ stream: H2Stream) -> Int {
    if (count + 1) * 2 > entries.count { resize(to: entries.count * 2) }
    count += 1
    return place(stream)
  }

  /// Empties a slot and closes the gap, so that no probe ends early.
  mutating func remove(_ slot: Int) {
    var gap = slot
    var next = (slot + 1) & mask
    while !entries[next].id.isConnection {
      let distance = (next - home(of: entries[next].id)) & mask
      if distance >= (next - gap) & mask {
        entries[gap] = entries[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    entries[gap] = Self.vacant
    count -= 1
    // What a crowd of streams needed is not kept for the few that are left.
    if entries.count > 64, count * 8 < entries.count { resize(to: entries.count / 2) }
  }

  /// All slots, those in use in no order.
  var slots: Range<Int> { 0..<entries.count }

  func isOccupied(_ slot: Int) -> Bool { !entries[slot].id.isConnection }

  /// The slot of some stream that passes the test.
  func first(where test: (H2Stream) -> Bool) -> Int? {
    entries.firstIndex { !$0.id.isConnection && test($0) }
  }

  private func home(of id: H2StreamID) -> Int { Int(id.rawValue >> 1) & mask }

  private mutating func place(_ stream: H2Stream) -> Int {
    var slot = home(of: stream.id)
    while !entries[slot].id.isConnection { slot = (slot + 1) & mask }
    entries[slot] = stream
    return slot
  }

  private mutating func resize(to size: Int) {
    let old = entries
    entries = Array(repeating: Self.vacant, count: size)
    mask = size - 1
    for stream in old where !stream.id.isConnection { _ = place(stream) }
  }
}

/// The streams of a kind that were put in last; older ones are forgotten. Numbers that follow on each other count as
/// one: a peer that opens hundreds before it knows our limit has them all refused in turn.
struct H2RecentStreams: Sendable {
  /// Every second number of it.
  private typealias Run = ClosedRange<UInt32>

  private let capacity: Int
  private var runs: [Run] = []
  private var newest = -1

  init(capacity: Int) { self.capacity = capacity }

  mutating func insert(_ id: H2StreamID) {
    let number = id.rawValue
    if runs.indices.contains(newest), runs[newest].upperBound &+ 2 == number {
      runs[newest] = runs[newest].lowerBound...number
      return
    }
    newest = (newest + 1) % capacity
    if runs.count < capacity { runs.append(number...number) } else { runs[newest] = number...number }
  }

  func contains(_ id: H2StreamID) -> Bool {
    runs.contains { $0.contains(id.rawValue) && ($0.lowerBound ^ id.rawValue) & 1 == 0 }
  }
}
