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
    for connection in connections.all { close(connection, number: summary.packets, emit: emit) }
    connections = ConnectionTable()
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
    let (connection, direction) = connection(
      from: source, to: destination, segment, number: number, time: time, emit: emit)
    guard !connection.isCopy(segment, identification: packet.ipIdentification, in: direction) else {
      summary.duplicates += 1
      return
    }
    connection.lastSeen = time
    let payload = bytes.extracting(segment.payload)
    connection.streams[direction].receive(segment, payload, at: time, limits: limits)
    read(connection, direction, payload, number: number, time: time, emit: emit)
    if segment.flags.contains(.acknowledgement) {
      let peer = 1 - direction
      connection.streams[peer].acknowledge(segment.acknowledgement, at: time, limits: limits)
      read(connection, peer, RawSpan(), number: number, time: time, emit: emit)
    }
    account(for: connection, received: segment.payload.count)
    while heldBytes > limits.totalBytes, connections.count > 0 { evict(number: number, emit: emit) }
  }

  private mutating func connection(
    from source: Endpoint, to destination: Endpoint, _ segment: TCPSegment, number: Int, time: Int64,
    emit: (Message) -> Void
  ) -> (Connection, direction: Int) {
    if let (connection, direction) = connections.find(from: source, to: destination) {
      guard segment.flags.contains(.syn),
        connection.isOver || connection.streams[direction].isNewConnection(synchronising: segment.sequence)
      else { return (connection, direction) }
      close(connection, number: number, emit: emit)
      connections.remove(connection)
    }
    if connections.count >= limits.connections { evict(number: number, emit: emit) }
    let assigned = assignments.first { $0.port == source.port || $0.port == destination.port }
    let connection = Connection(
      from: source, to: destination, at: time,
      conversation: Conversation(
        assigned: assigned?.wireProtocol, startsWithSYN: segment.flags.contains(.syn),
        showsFrames: showsFrames))
    connections.insert(connection)
    summary.connections += 1
    return (connection, 0)
  }

  // MARK: stream → messages

  private mutating func read(
    _ connection: Connection, _ direction: Int, _ payload: RawSpan, number: Int, time: Int64,
    emit: (Message) -> Void
  ) {
    guard !connection.streams[direction].ready.isEmpty else { return }
    let place = connection.place(of: direction, packet: number, time: time)
    for piece in connection.streams[direction].ready {
      switch piece {
      case .captured(let range):
        connection.conversation.append(payload.extracting(range), in: direction, at: place)
      case .kept(let bytes, let from):
        connection.conversation.append(
          bytes.span.bytes.extracting(droppingFirst: from), in: direction, at: place)
      case .gap(let count): connection.conversation.lose(count, in: direction)
      case .end: connection.conversation.end(direction)
      }
      // What the other direction said before it was understood is told now, the first speaker first.
      if let first = connection.conversation.takeWoken() {
        for side in [first, 1 - first] {
          drain(connection, side, at: connection.place(of: side, packet: number, time: time), emit: emit)
        }
      }
      drain(connection, direction, at: place, emit: emit)
    }
    connection.streams[direction].clear()
  }

  private mutating func drain(
    _ connection: Connection, _ direction: Int, at place: Place, emit: (Message) -> Void
  ) {
    while let message = connection.conversation.next(in: direction, at: place) {
      count(message)
      emit(message)
    }
  }

  private mutating func count(_ message: Message) {
    summary.findings += message.findings.count
    switch message.content {
    case .bolt: summary.boltMessages += 1
    case .http2: summary.http2Messages += 1
    case .http2Frame: summary.http2Frames += 1
    }
  }

  // MARK: bounds

  /// Gives up connections that have been silent too long; looks for them at most once in a quarter of that time.
  private mutating func sweep(at time: Int64, number: Int, emit: (Message) -> Void) {
    guard time >= sweepDue else { return }
    if sweepDue != .min {
      for connection in connections.removeSilent(since: time.subtractingClamped(limits.idle)) {
        close(connection, number: number, emit: emit)
      }
    }
    sweepDue = time.addingReportingOverflow(limits.idle / 4).partialValue
  }

  /// Gives up the sixteenth part of the connections that was silent longest: so many that finding them costs little.
  private mutating func evict(number: Int, emit: (Message) -> Void) {
    for connection in connections.removeOldest(max(1, connections.count / 16)) {
      close(connection, number: number, emit: emit)
      summary.evictedConnections += 1
    }
  }

  /// A connection is charged with what it receives; what it really holds is counted only now and then, so often
  /// that all that was charged in between stays a small part of what may be held.
  private mutating func account(for connection: Connection, received: Int) {
    connection.charged += received
    heldBytes += received
    let patience = min(Self.recount, limits.totalBytes / (8 * max(1, connections.count)))
    if connection.charged > connection.counted + patience { recount(connection) }
  }

  private mutating func recount(_ connection: Connection) {
    let held = connection.heldBytes
    heldBytes += held - connection.charged
    connection.counted = held
    connection.charged = held
  }

  private static let recount = 16 << 10

  private mutating func close(_ connection: Connection, number: Int, emit: (Message) -> Void) {
    heldBytes -= connection.charged
    connection.charged = 0
    for direction in 0...1 {
      connection.streams[direction].finish()
      read(connection, direction, RawSpan(), number: number, time: connection.lastSeen, emit: emit)
      let counters = connection.streams[direction].counters
      summary.retransmissions += counters.retransmitted
      summary.gaps += counters.gaps
      summary.gapBytes += counters.gapBytes
      summary.undecodedBytes += connection.conversation.undecodedBytes(in: direction)
    }
    connection.conversation.finish()
    let place = connection.place(of: 0, packet: number, time: connection.lastSeen)
    drain(connection, 0, at: place, emit: emit)
    if connection.conversation.isRecognised { summary.decodedConnections += 1 }
  }
}
