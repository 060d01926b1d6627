import Packets

/// Reads a capture: packets in, messages out.
///
/// One pipeline, from top to bottom: packet → fragments → connection → stream → frames → messages. A gap replaces
/// the decoder's position and reading goes on; nothing in a packet can end the inspection.
public struct Inspector {
  public private(set) var summary = Summary()

  private let limits: InspectLimits
  private let assignments: [PortAssignment]
  private let showsFrames: Bool
  private var fragments = FragmentReassembler()
  private var connections = ConnectionTable()
  private var heldBytes = 0
  private var sweepDue: Int64 = .min

  /// - Parameter showsFrames: hand out every HTTP/2 frame instead of the messages they make.
  public init(
    limits: InspectLimits = InspectLimits(), assignments: [PortAssignment] = [], showsFrames: Bool = false
  ) {
    self.showsFrames = showsFrames
    self.limits = limits
    self.assignments = assignments
  }

  /// Reads the next packet of the capture.
  ///
  /// - Parameters:
  ///   - bytes: what was captured of it, lent for this call.
  ///   - number: its number in the capture, from 1.
  ///   - time: nanoseconds since the epoch.
  ///   - originalLength: its length on the wire.
  ///   - emit: is handed every message that this packet completed.
  public mutating func receive(
    _ bytes: RawSpan, number: Int, time: Int64, linkType: LinkType, originalLength: Int,
    emit: (Message) -> Void
  ) {
    note(time, bytes: originalLength)
    let packet = Packet.parse(bytes, linkType: linkType, originalLength: originalLength)
    if packet.fragment != nil {
      summary.fragments += 1
      guard case .complete(let datagram) = fragments.receive(packet, bytes: bytes, at: time) else { return }
      let whole = datagram.bytes.span.bytes
      follow(Packet.parse(datagram: whole), whole, number: number, time: time, emit: emit)
    } else {
      follow(packet, bytes, number: number, time: time, emit: emit)
    }
    sweep(at: time, number: number, emit: emit)
  }

  /// The capture is over: hands out what waited behind holes, and what never came to its end.
  public mutating func finish(emit: (Message) -> Void) {
    for slot in connections.oldest(.max) { close(slot, number: summary.packets, emit: emit) }
  }

  // MARK: packet → connection

  private mutating func note(_ time: Int64, bytes: Int) {
    if summary.packets == 0 { summary.firstTime = time }
    summary.packets += 1
    summary.bytes += bytes
    summary.lastTime = time
  }

  private mutating func follow(
    _ packet: Packet, _ bytes: RawSpan, number: Int, time: Int64, emit: (Message) -> Void
  ) {
    guard let segment = packet.tcp else {
      if let stop = packet.stop { summary.count(stop) }
      return
    }
    summary.segments += 1
    let source = Endpoint(address: packet.source, port: segment.sourcePort)
    let destination = Endpoint(address: packet.destination, port: segment.destinationPort)
    let place = place(from: source, to: destination, segment, number: number, time: time, emit: emit)
    let (slot, direction) = (place.slot, place.direction)
    guard !connections[slot].isCopy(segment, identification: packet.ipIdentification, in: direction) else {
      summary.duplicates += 1
      return
    }
    connections[slot].lastSeen = time
    let payload = bytes.extracting(segment.payload)
    connections[slot].streams[direction].receive(segment, payload, at: time, limits: limits)
    connections[slot].read(direction, payload, packet: number, time: time, into: &summary, emit: emit)
    if segment.flags.contains(.acknowledgement) {
      let peer = 1 - direction
      connections[slot].streams[peer].acknowledge(segment.acknowledgement, at: time, limits: limits)
      connections[slot].read(peer, RawSpan(), packet: number, time: time, into: &summary, emit: emit)
    }
    account(for: slot, received: segment.payload.count)
    while heldBytes > limits.totalBytes, connections.count > 0 { evict(number: number, emit: emit) }
  }

  /// The connection of a packet, which may be its first.
  private mutating func place(
    from source: Endpoint, to destination: Endpoint, _ segment: TCPSegment, number: Int, time: Int64,
    emit: (Message) -> Void
  ) -> ConnectionTable.Place {
    if let place = connections.find(from: source, to: destination) {
      guard segment.flags.contains(.syn),
        connections[place.slot].isOver
          || connections[place.slot].streams[place.direction].isNewConnection(synchronising: segment.sequence)
      else { return place }
      close(place.slot, number: number, emit: emit)
    }
    if connections.count >= limits.connections { evict(number: number, emit: emit) }
    let assigned = assignments.first { $0.port == source.port || $0.port == destination.port }
    summary.connections += 1
    return connections.insert(
      Connection(
        from: source, to: destination, at: time,
        conversation: Conversation(
          assigned: assigned?.wireProtocol, startsWithSYN: segment.flags.contains(.syn),
          showsFrames: showsFrames)))
  }

  // MARK: bounds

  /// Gives up connections that have been silent too long; looks for them at most once in a quarter of that time.
  private mutating func sweep(at time: Int64, number: Int, emit: (Message) -> Void) {
    guard time >= sweepDue else { return }
    if sweepDue != .min {
      for slot in connections.silent(since: time.subtractingClamped(limits.idle)) {
        close(slot, number: number, emit: emit)
      }
    }
    sweepDue = time.addingReportingOverflow(limits.idle / 4).partialValue
  }

  /// Gives up the sixteenth part of the connections that was silent longest: so many that finding them costs little.
  private mutating func evict(number: Int, emit: (Message) -> Void) {
    for slot in connections.oldest(max(1, connections.count / 16)) {
      close(slot, number: number, emit: emit)
      summary.evictedConnections += 1
    }
  }

  /// A connection is charged with what it receives; what it really holds is counted only now and then, so often
  /// that all that was charged in between stays a small part of what may be held.
  private mutating func account(for slot: Int, received: Int) {
    connections[slot].charged += received
    heldBytes += received
    let patience = min(Self.recount, limits.totalBytes / (8 * max(1, connections.count)))
    if connections[slot].charged > connections[slot].counted + patience { recount(slot) }
  }

  private mutating func recount(_ slot: Int) {
    let held = connections[slot].heldBytes
    heldBytes += held - connections[slot].charged
    connections[slot].counted = held
    connections[slot].charged = held
  }

  private static let recount = 16 << 10

  /// Hands out what a connection still holds, and forgets it.
  private mutating func close(_ slot: Int, number: Int, emit: (Message) -> Void) {
    heldBytes -= connections[slot].charged
    connections[slot].finish(packet: number, into: &summary, emit: emit)
    connections.remove(slot)
  }
}
