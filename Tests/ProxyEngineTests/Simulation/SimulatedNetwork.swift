/// Links between peers in simulated time: bytes arrive late, in pieces and in order; every draw comes from `random`.
final class SimulatedNetwork {
  private(set) var now: UInt64 = 1_000_000_000
  var random: any RandomNumberGenerator
  /// Nanoseconds a piece travels.
  var latency: ClosedRange<UInt64> = 20_000...200_000
  /// Bytes of one piece at most; small ones split frames everywhere.
  var largestPiece = 65_536

  private var queue: [Happening] = []
  private var order = 0
  private var listeners: [String: (Link) -> any Peer] = [:]
  /// Addresses where connects vanish, and where they are refused.
  var silent: Set<String> = []
  var refusing: Set<String> = []

  private var links: [Link] = []

  /// A struct and compared by hand: in a debug build tuples cost more than all else here.
  private struct Happening {
    let time: UInt64
    let order: Int
    let run: () -> Void
  }

  init(random: some RandomNumberGenerator) { self.random = random }

  /// Nothing happens any more, and peers and links no longer keep each other alive.
  func end() {
    for link in links { link.far = nil }
    (queue, listeners, links) = ([], [:], [])
  }

  // MARK: Time

  func after(_ delay: UInt64, _ run: @escaping () -> Void) {
    queue.append(Happening(time: now + delay, order: order, run: run))
    order += 1
    var place = queue.count - 1
    while place > 0, case let parent = (place - 1) / 2, isEarlier(place, parent) {
      queue.swapAt(place, parent)
      place = parent
    }
  }

  private func isEarlier(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (queue[left], queue[right])
    return left.time < right.time || left.time == right.time && left.order < right.order
  }

  private func popFirst() -> Happening? {
    guard let first = queue.first else { return nil }
    queue.swapAt(0, queue.count - 1)
    queue.removeLast()
    var place = 0
    while case let left = 2 * place + 1, left < queue.count {
      let child = left + 1 < queue.count && isEarlier(left + 1, left) ? left + 1 : left
      guard isEarlier(child, place) else { break }
      queue.swapAt(child, place)
      place = child
    }
    return first
  }

  /// Lets everything happen that is due within `duration`.
  func run(for duration: UInt64) {
    let end = now + duration
    while let first = queue.first, first.time <= end, let next = popFirst() {
      now = next.time
      next.run()
    }
    now = end
  }

  func run(milliseconds: UInt64) { run(for: milliseconds * 1_000_000) }

  // MARK: Links

  func listen(at address: String, _ accept: @escaping (Link) -> any Peer) { listeners[address] = accept }

  /// Connects; `peer` hears `opened` or `closed`.
  func connect(to address: String, _ peer: any Peer) -> Link {
    let link = Link(self)
    link.near = peer
    links.append(link)
    guard !silent.contains(address) else { return link }
    after(travel()) { [self] in
      guard !link.isClosed else { return }
      guard !refusing.contains(address), let accept = listeners[address] else {
        link.isClosed = true
        return peer.closed(link, failure: "refused")
      }
      link.far = accept(link)
      link.schedule(1) { if !link.isClosed { peer.opened(link) } }
      link.far?.opened(link)
    }
    return link
  }

  func travel() -> UInt64 { UInt64.random(in: latency, using: &random) }
}

/// A side of a link.
protocol Peer: AnyObject {
  func opened(_ link: Link)
  func receive(_ bytes: [UInt8], on link: Link)
  /// The other side sends no more, and may still read.
  func ended(_ link: Link)
  func closed(_ link: Link, failure: String?)
}

extension Peer {
  func opened(_ link: Link) {}
  func ended(_ link: Link) {}
  func closed(_ link: Link, failure: String?) {}
}

/// Two directions of bytes. A direction that its reader has paused holds its bytes, and its writer hears of it.
final class Link {
  let network: SimulatedNetwork
  weak var near: (any Peer)?
  var far: (any Peer)?
  var isClosed = false
  private var arrival: [UInt64] = [0, 0]
  private var paused = [false, false]
  private var waiting: [[UInt8]] = [[], []]
  private var hasEnded = [false, false]
  private var endWaits = [false, false]

  init(_ network: SimulatedNetwork) { self.network = network }

  private func index(_ sender: any Peer) -> Int { sender === near ? 0 : 1 }
  private func receiver(_ direction: Int) -> (any Peer)? { direction == 0 ? far : near }

  /// Bytes for the other side.
  func send(_ bytes: [UInt8], from sender: any Peer) {
    let direction = index(sender)
    guard !hasEnded[direction] else { return }
    var start = 0
    while start < bytes.count {
      let size = Int.random(
        in: 1...max(1, min(network.largestPiece, bytes.count - start)), using: &network.random)
      let piece = Array(bytes[start..<start + size])
      start += size
      schedule(direction) { [self] in arrive(piece, direction) }
    }
  }

  /// Behind all that went the same way before.
  fileprivate func schedule(_ direction: Int, _ run: @escaping () -> Void) {
    arrival[direction] = max(arrival[direction], network.now + network.travel())
    network.after(arrival[direction] - network.now, run)
  }

  private func arrive(_ piece: [UInt8], _ direction: Int) {
    guard !isClosed else { return }
    if paused[direction] {
      waiting[direction] += piece
    } else {
      receiver(direction)?.receive(piece, on: self)
    }
  }

  /// What a reader does not take any more, from its side of things.
  func pause(_ reader: any Peer, _ isPaused: Bool) {
    let direction = 1 - index(reader)
    paused[direction] = isPaused
    guard !isPaused else { return }
    let (held, ends) = (waiting[direction], endWaits[direction])
    (waiting[direction], endWaits[direction]) = ([], false)
    if !held.isEmpty { reader.receive(held, on: self) }
    if ends, !isClosed { reader.ended(self) }
  }

  /// Bytes that wait for a paused reader.
  func backlog(of sender: any Peer) -> Int { waiting[index(sender)].count }

  /// The other side hears of the end behind all bytes, and may go on sending.
  func endSending(from sender: any Peer) {
    let direction = index(sender)
    hasEnded[direction] = true
    schedule(direction) { [self] in
      guard !isClosed else { return }
      if waiting[direction].isEmpty { receiver(direction)?.ended(self) } else { endWaits[direction] = true }
    }
  }

  /// An orderly end: the other side hears of it behind all bytes.
  func close(from sender: any Peer) {
    let direction = index(sender)
    schedule(direction) { [self] in end(receiver(direction), nil) }
  }

  /// Both sides lose what is under way.
  func reset(from sender: any Peer) {
    let other = receiver(index(sender))
    isClosed = true
    network.after(network.travel()) { [self] in other?.closed(self, failure: "reset") }
  }

  private func end(_ peer: (any Peer)?, _ failure: String?) {
    guard !isClosed else { return }
    isClosed = true
    peer?.closed(self, failure: failure)
  }
}
