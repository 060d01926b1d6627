import MosnPackets

/// Reads a capture: packets in, messages out, and calls if these are asked for.
///
/// One pipeline, from top to bottom: packet → fragments → connection → stream → frames → messages → calls. A gap replaces
/// the decoder's position and reading goes on; nothing in a packet can end the inspection.
public struct Inspector: ~Copyable {
  public private(set) var summary = Summary()

  private let limits: InspectLimits
  private let assignments: [PortAssignment]
  private let showsFrames: Bool
  private let bodyLimit: Int
  private var fragments = FragmentReassembler()
  private var connections = ConnectionTable()
  /// What all connections are charged with.
  private(set) var heldBytes = 0
  /// Connections that are over, in the order of their ends; see `takeFlows`.
  private var flows: [FlowRecord] = []
  private let tellsFlows: Bool
  /// The stage behind the messages; nil where nobody asks for calls.
  private let calls: Calls?
  /// How often a connection was looked at because others came or time passed, for the tests.
  private(set) var visits = 0

  /// - Parameters:
  ///   - showsFrames: hand out every HTTP/2 frame instead of the messages they make.
  ///   - tellsFlows: keep a record of every connection that is over until `takeFlows`.
  ///   - tellsCalls: make calls of the messages, for `takeCalls`; not of frames.
  ///   - bodyLimit: bytes kept of the body of each HTTP/2 message, for outputs that show it.
  public init(
    limits: InspectLimits = InspectLimits(), assignments: [PortAssignment] = [], showsFrames: Bool = false,
    tellsFlows: Bool = false, tellsCalls: Bool = false, bodyLimit: Int = 0
  ) {
    self.tellsFlows = tellsFlows
    calls = tellsCalls && !showsFrames ? Calls() : nil
    self.showsFrames = showsFrames
    self.bodyLimit = showsFrames ? 0 : bodyLimit
    self.limits = limits
    self.assignments = assignments
  }

  /// Reads the next packet of the capture.
  ///
  /// - Parameters:
  ///   - bytes: what was captured of it, lent for this call.
  ///   - number: its number in its file, from 1.
  ///   - file: the file it is from, of several that are read together, from 1; 0 where there is one.
  ///   - time: nanoseconds since the epoch.
  ///   - originalLength: its length on the wire.
  ///   - emit: is handed every message that this packet completed.
  public mutating func receive(
    _ bytes: RawSpan, number: Int, file: Int = 0, time: Int64, linkType: LinkType, originalLength: Int,
    emit: (Message) -> Void
  ) {
    note(time, bytes: originalLength)
    let number = PacketNumber(number, file: file, order: summary.packets)
    guard let calls else { return read(bytes, number, time, linkType, originalLength, emit: emit) }
    read(bytes, number, time, linkType, originalLength) { message in
      calls.receive(message)
      emit(message)
    }
  }

  private mutating func read(
    _ bytes: RawSpan, _ number: PacketNumber, _ time: Int64, _ linkType: LinkType, _ originalLength: Int,
    emit: (Message) -> Void
  ) {
    let packet = Packet.parse(bytes, linkType: linkType, originalLength: originalLength)
    if packet.fragment != nil {
      summary.fragments += 1
      join(packet, bytes, number: number, time: time, emit: emit)
    } else {
      follow(packet, bytes, number: number, time: time, emit: emit)
    }
    sweep(at: time, emit: emit)
  }

  /// For those who watch an interface: hands out the messages that have begun by `time` and go on, each once. When they
  /// end they are handed out again, whole.
  ///
  /// It looks at every connection: to be called a few times a second.
  public mutating func announce(begunBy time: Int64, emit: (Message) -> Void) {
    for slot in connections.allSlots { connections[slot].announce(begunBy: time, into: &summary, emit: emit) }
  }

  /// The capture is over: hands out what waited behind holes, and what never came to its end.
  public mutating func finish(emit: (Message) -> Void) {
    while finishNext(.max, emit: emit) {}
  }

  /// The capture is over: the same for the next `count` connections, so that what is told of them is taken in between.
  ///
  /// - Returns: whether there are more.
  public mutating func finishNext(_ count: Int, emit: (Message) -> Void) -> Bool {
    let calls = calls
    var left = count
    while left > 0, let slot = connections.leastRecent {
      close(slot, .captureEnds) { message in
        calls?.receive(message)
        emit(message)
      }
      left -= 1
    }
    return connections.count > 0
  }

  /// Hands out the calls that are over since this was called last, in the order of their ends.
  public mutating func takeCalls(_ body: (Call) -> Void) { calls?.take(body) }

  /// The connections that are over since this was called last, in the order of their ends.
  public mutating func takeFlows() -> [FlowRecord] {
    defer { flows.removeAll() }
    return flows
  }

  // MARK: packet → connection

  private mutating func note(_ time: Int64, bytes: Int) {
    if summary.packets == 0 { summary.firstTime = time }
    summary.packets += 1
    summary.bytes += bytes
    summary.lastTime = time
  }

  /// Takes a fragment. The datagram that it completes may be, in a tunnel, a fragment itself.
  private mutating func join(
    _ packet: Packet, _ bytes: RawSpan, number: PacketNumber, time: Int64, emit: (Message) -> Void
  ) {
    var outcome = fragments.receive(packet, bytes: bytes, at: time)
    while case .complete(let datagram) = outcome {
      let whole = datagram.bytes.span.bytes
      let inner = Packet.parse(datagram: whole, in: packet.network)
      guard inner.fragment != nil else {
        return follow(inner, whole, number: number, time: time, emit: emit)
      }
      outcome = fragments.receive(inner, bytes: whole, at: time)
    }
  }

  private mutating func follow(
    _ packet: Packet, _ bytes: RawSpan, number: PacketNumber, time: Int64, emit: (Message) -> Void
  ) {
    guard let segment = packet.tcp else {
      if let stop = packet.stop { summary.count(stop) }
      return
    }
    summary.segments += 1
    summary.payloadBytes += segment.payload.count
    let source = Endpoint(address: packet.source, port: segment.sourcePort)
    let destination = Endpoint(address: packet.destination, port: segment.destinationPort)
    guard let place = place(from: source, to: destination, in: packet.network, segment, emit: emit) else {
      summary.count(undecoded: segment.payload.count, as: \.strayBytes)
      return
    }
    let (slot, direction) = (place.slot, place.direction)
    let isCopy = connections[slot].isCopy(
      segment, identification: packet.ipIdentification, in: direction, at: time)
    guard !isCopy else {
      summary.duplicates += 1
      summary.repeatedBytes += segment.payload.count
      return
    }
    connections.touch(slot)
    connections[slot].touch(packet: number, time: time)
    if let calls { note(segment, of: slot, in: direction, for: calls) }
    connections[slot].receive(
      segment, bytes.extracting(segment.payload), captured: bytes.byteCount, in: direction, limits: limits,
      into: &summary, emit: emit)
    connections.note(slot, isReset: connections[slot].isReset && connections[slot].settled == nil)
    if connections[slot].isClosed, connections[slot].settled == nil { settle(slot, .closed, emit: emit) }
    account(for: slot, received: segment.payload.count)
    while heldBytes > limits.totalBytes, connections.count > 0 { evict(emit: emit) }
  }

  /// The connection of a packet, which may be its first; nil if it belongs to none.
  private mutating func place(
    from source: Endpoint, to destination: Endpoint, in network: NetworkTag, _ segment: TCPSegment,
    emit: (Message) -> Void
  ) -> ConnectionTable.Place? {
    switch connections.find(from: source, to: destination, in: network) {
    case .known(let place):
      switch kinship(of: segment, at: place) {
      case .own: return place
      case .stray: return nil
      case .foreign: close(place.slot, .replaced, emit: emit)
      }
    case .elsewhere(let place) where connections[place.slot].isContinued(by: segment, in: place.direction):
      connections[place.slot].note(network)
      return place
    case .elsewhere, .none: break
    }
    if connections.count >= limits.connections { evict(emit: emit) }
    let assigned = assignments.first { $0.port == source.port || $0.port == destination.port }
    summary.connections += 1
    let place = connections.insert(
      Connection(
        from: source, to: destination, in: network,
        conversation: Conversation(
          assigned: assigned?.wireProtocol, startsWithSYN: segment.flags.contains(.syn),
          client: segment.opener, showsFrames: showsFrames, bodyLimit: bodyLimit)))
    connections[place.slot].figures.number = summary.connections - 1
    calls?.begin(
      summary.connections - 1, from: source, to: destination, opener: segment.opener,
      isFromBeginning: segment.flags.contains(.syn))
    recount(place.slot)
    return place
  }

  private func note(_ segment: TCPSegment, of slot: Int, in direction: Direction, for calls: Calls) {
    calls.note(
      connections[slot].notes(on: segment, in: direction), of: connections[slot].figures.number,
      in: direction, at: connections[slot].latest)
  }

  private mutating func kinship(of segment: TCPSegment, at place: ConnectionTable.Place) -> Connection.Kinship
  {
    if segment.flags.contains(.reset) { return .own }
    guard segment.flags.contains(.syn) else {
      return connections[place.slot].kinship(of: segment, in: place.direction)
    }
    let isNew = connections[place.slot].isNewConnection(
      synchronising: segment.sequence, in: place.direction)
    return connections[place.slot].isClosed || isNew ? .foreign : .own
  }

  // MARK: bounds

  /// Shows what waits in connections that were reset, and gives up those that have been silent too long.
  ///
  /// Both lists are in the order of the capture. Times may claim anything, so that the first of a list is looked at and
  /// no other unless that one goes: a packet costs a step or two, whatever the times.
  private mutating func sweep(at time: Int64, emit: (Message) -> Void) {
    while let slot = connections.leastRecentReset, let since = connections[slot].silentSinceReset {
      visits += 1
      guard time.subtractingClamped(since) > limits.resetPatience else {
        if since > time { connections.postponeReset(slot) }
        break
      }
      settle(slot, .reset, emit: emit)
    }
    while let slot = connections.leastRecentOver {
      visits += 1
      guard time.subtractingClamped(connections[slot].latest.time) > limits.endPatience else { break }
      tell(slot)
    }
    while let slot = connections.leastRecentAwake {
      visits += 1
      let silence = time.subtractingClamped(connections[slot].silentSince)
      guard silence > limits.idle else {
        if silence < 0 { postpone(slot, at: time) }
        break
      }
      if connections[slot].isWorthKeeping {
        connections.rest(slot)
        recount(slot)
      } else {
        close(slot, .silent, emit: emit)
      }
    }
  }

  /// Time has gone back: who was last seen later than now counts as seen now, and does not stand before all others.
  private mutating func postpone(_ slot: Int, at time: Int64) {
    connections[slot].silentSince = time
    connections.touch(slot)
  }

  /// Gives up the sixteenth part of the connections that was silent longest, so that it happens seldom.
  private mutating func evict(emit: (Message) -> Void) {
    for _ in 0..<max(1, connections.count / 16) {
      guard let slot = connections.leastRecent else { return }
      visits += 1
      close(slot, .evicted, emit: emit)
      summary.evictedConnections += 1
    }
  }

  /// A connection is charged with what it receives; what it really holds is counted only now and then, so often
  /// that all that was charged in between stays a small part of what may be held.
  private mutating func account(for slot: Int, received: Int) {
    guard received > 0 else { return }
    connections[slot].charged += received
    heldBytes += received
    let patience = min(Self.recount, limits.totalBytes / (8 * max(1, connections.count)))
    if connections[slot].charged > connections[slot].counted + patience { recount(slot) }
  }

  private mutating func recount(_ slot: Int) {
    let held =
      connections[slot].heldBytes + (calls?.heldBytes(of: connections[slot].figures.number) ?? 0)
    heldBytes += held - connections[slot].charged
    connections[slot].counted = held
    connections[slot].charged = held
  }

  private static var recount: Int { 16 << 10 }

  /// Hands out what a connection still holds; nothing more is expected of it.
  private mutating func settle(_ slot: Int, _ ending: Ending, emit: (Message) -> Void) {
    connections[slot].settle(ending, into: &summary, emit: emit)
    finishCalls(of: slot)
    connections.note(slot, isReset: false)
    if connections[slot].isClosed { connections[slot].release() }
    recount(slot)
    if tellsFlows, !connections[slot].figures.isTold { connections.noteOver(slot) }
  }

  private func finishCalls(of slot: Int) {
    calls?.finish(connections[slot].figures.number, connections[slot].callEnding, at: summary.lastTime)
  }

  /// Keeps the record of a connection that is over, once.
  private mutating func tell(_ slot: Int) {
    connections.forgetOver(slot)
    guard !connections[slot].figures.isTold else { return }
    connections[slot].figures.isTold = true
    flows.append(connections[slot].record)
  }

  /// Hands out what a connection still holds, and forgets it.
  private mutating func close(_ slot: Int, _ ending: Ending, emit: (Message) -> Void) {
    heldBytes -= connections[slot].charged
    connections[slot].settle(ending, into: &summary, emit: emit)
    finishCalls(of: slot)
    calls?.remove(connections[slot].figures.number)
    // A copy: to Swift 6.3 a borrowed connection overlaps with a change of the summary beside it.
    var sum = summary
    connections[slot].account(into: &sum)
    summary = sum
    if tellsFlows { tell(slot) }
    connections.remove(slot)
  }
}
