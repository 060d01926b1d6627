import MosnBytes
import MosnPackets

/// The connections being followed, found by the two endpoints of a packet and the network it was seen in. They lie in
/// slots that are used again and are changed in place.
///
/// Several networks (VLANs, VNIs) may use the same addresses, and one packet may be captured in several networks, or its
/// answer in another. So the first connection of two endpoints is found by these alone and knows in which networks it was
/// seen. Others of the same endpoints, which are rare, stand beside.
struct ConnectionTable: ~Copyable {
  /// A connection's slot, and the direction a packet goes in.
  struct Place {
    var slot: Int
    var direction: Direction
  }

  /// The two ends of a packet.
  private struct Ends: Equatable {
    var source: Endpoint
    var destination: Endpoint
  }

  /// In the order of their latest packets in the capture, whatever times these claim: the one that was silent longest
  /// is the first. So nobody ever looks through all of them.
  private var recent = SlotList()
  /// Those that were silent for long and are kept as long as there is room; longer than any in `recent`.
  private var resting = SlotList()
  /// Those that were reset and have not been settled, in the order of their resets.
  private var reset = SlotList()
  /// Those that are over and wait for what was still under way, in the order of their latest packets.
  private var over = SlotList()

  /// By both ends, in whatever order.
  private var places = SlotIndex()
  /// Those whose ends have a connection in `places` that is another: by both ends and the network.
  private var others = SlotIndex()
  private let secret = HashSecret()
  private var slots = Pages<Connection>(shift: 4)
  private var free: [Int] = []
  /// Packets of one connection come in bursts.
  private var latest: (ends: Ends, network: NetworkTag, place: Place)?

  private(set) var count = 0

  /// All slots, also those that hold no connection.
  var allSlots: Range<Int> { 0..<slots.count }

  subscript(slot: Int) -> Connection {
    @inline(__always) unsafeAddress { UnsafePointer(slots.pointer(to: slot)) }
    @inline(__always) unsafeMutableAddress { slots.pointer(to: slot) }
  }

  /// What is known of a packet's connection.
  enum Match {
    case known(Place)
    /// A connection of the same endpoints, which was not seen in this network.
    case elsewhere(Place)
    case none
  }

  mutating func find(from source: Endpoint, to destination: Endpoint, in network: NetworkTag) -> Match {
    let ends = Ends(source: source, destination: destination)
    if let latest, latest.ends == ends, latest.network == network { return .known(latest.place) }
    let hash = hash(of: ends)
    let first = place(of: ends, hash)
    if let first, slots[first.slot].wasSeen(in: network) {
      latest = (ends, network, first)
      return .known(first)
    }
    if let other = place(of: ends, inOther: network, hash) {
      latest = (ends, network, other)
      return .known(other)
    }
    return first.map { .elsewhere($0) } ?? .none
  }

  mutating func insert(_ connection: consuming Connection) -> Place {
    let ends = Ends(source: connection.initiator, destination: connection.responder)
    let network = connection.network
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(connection) } else { slots[slot] = connection }
    let hash = hash(of: ends)
    if place(of: ends, hash) == nil {
      places.insert(slot, hash)
    } else {
      others.insert(slot, self.hash(hash, in: network))
    }
    recent.moveToEnd(slot)
    count += 1
    latest = nil
    return Place(slot: slot, direction: .forward)
  }

  mutating func remove(_ slot: Int) {
    let ends = Ends(source: slots[slot].initiator, destination: slots[slot].responder)
    let hash = hash(of: ends)
    if !places.remove(slot, hash) { others.remove(slot, self.hash(hash, in: slots[slot].network)) }
    recent.remove(slot)
    resting.remove(slot)
    reset.remove(slot)
    over.remove(slot)
    // What it held is given back now, not when the slot is used again.
    slots[slot] = Connection(formerlyFrom: ends.source, to: ends.destination)
    free.append(slot)
    count -= 1
    latest = nil
  }
}

// MARK: - Looking up

extension ConnectionTable {
  private func place(of ends: Ends, _ hash: UInt32) -> Place? {
    var probe = places.probe(hash)
    while let slot = places.next(&probe) {
      if let direction = direction(of: ends, at: slot) { return Place(slot: slot, direction: direction) }
    }
    return nil
  }

  private func place(of ends: Ends, inOther network: NetworkTag, _ hash: UInt32) -> Place? {
    guard !others.isEmpty else { return nil }
    var probe = others.probe(self.hash(hash, in: network))
    while let slot = others.next(&probe) {
      guard slots[slot].network == network else { continue }
      if let direction = direction(of: ends, at: slot) { return Place(slot: slot, direction: direction) }
    }
    return nil
  }

  /// Which way a packet goes in the connection; nil when it is of another. Of a port with itself every packet goes
  /// forward.
  @inline(__always)
  private func direction(of ends: Ends, at slot: Int) -> Direction? {
    let (initiator, responder) = (slots[slot].initiator, slots[slot].responder)
    if initiator == ends.source { return responder == ends.destination ? .forward : nil }
    return initiator == ends.destination && responder == ends.source ? .backward : nil
  }

  /// The same for both directions.
  @inline(__always)
  private func hash(of ends: Ends) -> UInt32 {
    let (source, destination) = (word(of: ends.source), word(of: ends.destination))
    let folded = secret.fold(min(source, destination), max(source, destination))
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }

  @inline(__always)
  private func word(of end: Endpoint) -> UInt64 {
    switch end.address.family {
    case .ipv4: end.address.low << 16 | UInt64(end.port)
    case .ipv6: secret.fold(secret.fold(end.address.high, end.address.low), UInt64(end.port))
    }
  }

  private func hash(_ hash: UInt32, in network: NetworkTag) -> UInt32 {
    UInt32(truncatingIfNeeded: secret.fold(UInt64(hash), network.word))
  }
}

// MARK: - Orders

extension ConnectionTable {
  /// The connection that was silent longest.
  var leastRecent: Int? { resting.first ?? recent.first }

  /// The one of those that do not rest.
  var leastRecentAwake: Int? { recent.first }

  /// A packet of this connection has come.
  mutating func touch(_ slot: Int) {
    recent.moveToEnd(slot)
    resting.remove(slot)
    if over.contains(slot) { over.moveToEnd(slot) }
  }

  /// It has been silent for long, and is kept as long as there is room.
  mutating func rest(_ slot: Int) {
    recent.remove(slot)
    resting.moveToEnd(slot)
  }

  /// About the bytes of memory a connection takes that holds nothing.
  static let footprint =
    MemoryLayout<Connection>.stride
    + 2 * (MemoryLayout<HalfConnection>.stride + MemoryLayout<ConversationSide>.stride)
    + 4 * MemoryLayout<UInt64>.stride + SlotList.footprint * 4

  /// The connection whose reset has gone unanswered longest.
  var leastRecentReset: Int? { reset.first }

  /// The one of those that are over of which nothing has come for longest.
  var leastRecentOver: Int? { over.first }

  mutating func noteOver(_ slot: Int) { over.moveToEnd(slot) }
  mutating func forgetOver(_ slot: Int) { over.remove(slot) }

  mutating func postponeReset(_ slot: Int) { reset.moveToEnd(slot) }

  /// Keeps in mind whether a connection was reset and is still to be settled.
  mutating func note(_ slot: Int, isReset: Bool) {
    guard isReset != reset.contains(slot) else { return }
    if isReset { reset.moveToEnd(slot) } else { reset.remove(slot) }
  }
}
