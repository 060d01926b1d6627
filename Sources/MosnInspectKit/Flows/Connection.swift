import MosnPackets

/// A TCP connection as the capture shows it: two streams of bytes and the conversation read from them.
struct Connection: ~Copyable {
  /// The sender of the first packet seen.
  let initiator: Endpoint
  let responder: Endpoint
  /// Where its first packet was seen, and where others were: answers may take another way, and packets be captured twice.
  let network: NetworkTag
  private var otherNetworks: [NetworkTag] = []
  private var halves: Both<HalfConnection>
  var conversation: Conversation
  /// The latest packet, and its capture time.
  private(set) var latest = Arrival()
  /// What the recorder kept of the last packet that it cut.
  private var snapLength = 0
  /// Since when it is silent, for the inspector's `InspectLimits.idle`.
  var silentSince: Int64 = 0
  /// Bytes this connection is charged with in the inspector's account, and what an exact count gave last.
  var charged = 0
  var counted = 0
  /// Why nothing more is expected of it, once what waited has been handed out. It stays, so that late packets have
  /// somewhere to belong.
  private(set) var settled: Ending?
  /// For the list of connections.
  var figures = FlowFigures()

  /// The resets that nothing has contradicted, one entry for a side.
  private var resets: [Reset] = []
  private var recent = RecentSegments()

  init(
    from initiator: Endpoint, to responder: Endpoint, in network: NetworkTag,
    conversation: consuming Conversation
  ) {
    self.initiator = initiator
    self.responder = responder
    self.network = network
    self.conversation = conversation
    halves = Both(HalfConnection(), HalfConnection())
  }

  /// For a slot of the connection table that holds none any more.
  init(formerlyFrom initiator: Endpoint, to responder: Endpoint) {
    self.initiator = initiator
    self.responder = responder
    network = .none
    conversation = Conversation()
    halves = Both()
  }

  func source(of direction: Direction) -> Endpoint { direction == .forward ? initiator : responder }
  func destination(of direction: Direction) -> Endpoint { direction == .forward ? responder : initiator }

  /// Where a packet of a direction was seen, the latest if none is named.
  func place(of direction: Direction, _ arrival: Arrival? = nil) -> Place {
    Place(arrival ?? latest, of: figures.number, from: source(of: direction), to: destination(of: direction))
  }

  /// Whether a SYN with this sequence number is of another connection between the same ports.
  func isNewConnection(synchronising sequence: TCPSequence, in direction: Direction) -> Bool {
    halves[direction].stream.isNewConnection(synchronising: sequence)
  }

  /// Whether both sides have closed: a SYN is then another connection between the same ports.
  var isClosed: Bool { halves[.forward].stream.isEnded && halves[.backward].stream.isEnded }

  /// The end of what was captured of a direction, holes or not.
  func reach(of direction: Direction) -> TCPSequence? { halves[direction].stream.reach }

  /// The next byte to read of it.
  func expected(of direction: Direction) -> TCPSequence? { halves[direction].stream.expected }

  func isEnded(_ direction: Direction) -> Bool { halves[direction].stream.isEnded }

  /// Whether bytes of a direction were said that were not read.
  func isBehind(_ direction: Direction) -> Bool { halves[direction].stream.isBehind }

  /// Bytes held for this connection.
  var heldBytes: Int {
    ConnectionTable.footprint + halves[.forward].stream.heldBytes + halves[.backward].stream.heldBytes
      + conversation.heldBytes
  }

  /// A packet of this connection has come.
  mutating func touch(packet: PacketNumber, time: Int64) {
    latest = Arrival(packet: packet, time: time)
    silentSince = time
  }

  /// Whether this very packet was seen just before.
  mutating func isCopy(
    _ segment: TCPSegment, identification: UInt16?, in direction: Direction, at time: Int64
  ) -> Bool {
    recent.remember(
      RecentSegments.Mark(segment, identification: identification, in: direction, at: time))
  }
}

// MARK: - Networks

extension Connection {
  func wasSeen(in network: NetworkTag) -> Bool {
    network == self.network || !otherNetworks.isEmpty && otherNetworks.contains(network)
  }

  /// The networks it was seen in that have a name.
  var networks: [NetworkTag] { ([network] + otherNetworks).filter { $0 != .none } }

  /// It was seen in this network too. Nobody needs more of them than a packet crosses.
  mutating func note(_ network: NetworkTag) {
    if otherNetworks.count < 8, !wasSeen(in: network) { otherNetworks.append(network) }
  }

  /// Whether a segment that was seen in another network is of this connection all the same. Sides choose where they begin
  /// to count, so that another connection's numbers are hardly ever near.
  func isContinued(by segment: TCPSegment, in direction: Direction) -> Bool {
    if let next = halves[direction].stream.expected {
      if segment.flags.contains(.syn) {
        return !isNewConnection(synchronising: segment.sequence, in: direction)
      }
      return abs(next.distance(to: segment.sequence)) <= Self.near
    }
    guard segment.flags.contains(.acknowledgement), let reach = halves[direction.other].stream.reach
    else { return false }
    return abs(reach.distance(to: segment.acknowledgement)) <= Self.near
  }

  private static let near = 1 << 20
}

// MARK: - Segment → stream

extension Connection {
  /// Takes a segment of its own.
  ///
  /// - Parameter captured: bytes of its packet.
  mutating func receive(
    _ segment: TCPSegment, _ payload: RawSpan, captured: Int, in direction: Direction, limits: InspectLimits,
    into summary: inout Summary, emit: (Message) -> Void
  ) {
    figures.note(segment, in: direction, at: latest)
    if segment.payload.count < segment.payloadLength { snapLength = captured }
    guard !segment.flags.contains(.reset) else {
      receiveReset(segment, in: direction)
      summary.count(undecoded: segment.payload.count, as: \.resetBytes)
      return
    }
    // A SYN again: the first was refused, and now it may not be.
    if segment.flags.contains(.syn), !segment.flags.contains(.acknowledgement), isReset { resets = [] }
    let (peer, early) = (direction.other, halves[direction].stream.counters.earlyBytes)
    noteHeard(segment, in: direction)
    noteWindow(of: segment, in: direction)
    halves[direction].stream.receive(segment, payload, at: latest, limits: limits)
    noteEarlyBytes(halves[direction].stream.counters.earlyBytes - early, in: direction)
    contradictResets(segment, in: direction, patience: limits.resetPatience, into: &summary)
    // What it answers was said before it.
    if segment.flags.contains(.acknowledgement) {
      halves[peer].acknowledged = segment.acknowledgement
      halves[peer].stream.acknowledge(segment.acknowledgement, at: latest.time, limits: limits)
    }
    conversation.setBehind(
      Pair(halves[.forward].stream.isBehind, halves[.backward].stream.isBehind))
    read(peer, RawSpan(), into: &summary, emit: emit)
    read(direction, payload, into: &summary, emit: emit)
  }

  private mutating func noteEarlyBytes(_ count: Int, in direction: Direction) {
    guard count > 0 else { return }
    conversation.note(
      Finding(
        rule: "before-capture",
        text: "\(count) bytes of packet \(latest.packet) lie before the first captured ones and were not read"
      ),
      in: direction, at: place(of: direction))
  }

  /// Whether a segment, neither SYN nor reset, belongs to this connection.
  enum Kinship {
    case own
    /// Far outside the window: damage, or the first segment of a connection whose SYN was not captured.
    case stray
    /// The ports were used again, and the SYN was not captured.
    case foreign
  }

  mutating func kinship(of segment: TCPSegment, in direction: Direction) -> Kinship {
    let length = segment.payloadLength
    guard length > 0 || segment.flags.contains(.fin) else { return .own }
    let distance = halves[direction].stream.expected?.distance(to: segment.sequence)
    if length > 0, isClosed || isReset, isForeign(segment, at: distance, in: direction) { return .foreign }
    guard let distance, abs(distance) > Reassembler.window else { return .own }
    guard length > 0 else { return .stray }
    if halves[direction].strayNext == segment.sequence { return .foreign }
    halves[direction].strayNext = segment.sequence.advanced(by: length)
    return .stray
  }

  /// Whether a segment behind the end of the connection is of another one: it neither continues nor repeats what was said
  /// here, and answers what nobody here has said.
  private func isForeign(_ segment: TCPSegment, at distance: Int?, in direction: Direction) -> Bool {
    // Where a connection that was settled for its reset goes on after all, it is read as one begun in the middle.
    if settled == .reset, let distance { return distance + segment.payloadLength > 0 }
    let answers = answers(segment, in: direction)
    switch distance {
    case nil: return answers == false
    case 0?, 1?: return false
    case let distance? where distance < 0 && distance >= -halves[direction].stream.delivered:
      return answers == false
    case let distance?: return answers.map { !$0 } ?? (abs(distance) > Reassembler.firstWindow)
    }
  }

  /// Whether a segment acknowledges what the other side has said; nil where it acknowledges nothing or nothing is known.
  private func answers(_ segment: TCPSegment, in direction: Direction) -> Bool? {
    let peer = direction.other
    guard segment.flags.contains(.acknowledgement), let expected = halves[peer].stream.expected,
      let reach = halves[peer].stream.reach
    else { return nil }
    // One more for a FIN.
    let said = -halves[peer].stream.delivered...expected.distance(to: reach) + 1
    return said.contains(expected.distance(to: segment.acknowledgement))
  }
}

// MARK: - What each side knows and may send

extension Connection {
  /// A side can be held only to what it has received, and only where the capture shows all of that.
  private mutating func noteHeard(_ segment: TCPSegment, in direction: Direction) {
    let peer = direction.other
    let isAnswer = segment.flags.contains(.acknowledgement)
    // What is acknowledged of a side that the capture never shows is missing too. A FIN takes a number of its own.
    var lacksOther = halves[peer].stream.hasHole
    if isAnswer {
      let beyond = halves[peer].stream.reach?.distance(to: segment.acknowledgement) ?? .max
      lacksOther = lacksOther || beyond > (halves[peer].stream.isEnded ? 1 : 0)
    }
    conversation.note(
      hasHeard: isAnswer && segment.acknowledgement == halves[peer].stream.expected,
      lacksOther: lacksOther, in: direction)
  }

  /// A window that was closed for long kept the other side silent, and is told beside what that says next.
  private mutating func noteWindow(of segment: TCPSegment, in direction: Direction) {
    let finding = halves[direction].window.receive(
      segment, of: source(of: direction), packet: latest.packet, at: latest.time)
    if let finding { conversation.note(finding, in: direction.other, at: place(of: direction.other)) }
    // A probe has one byte. Who sends more has seen the window open, whether that was captured or not.
    if segment.payloadLength > 1 { halves[direction.other].window = ZeroWindow() }
  }
}

// MARK: - Resets

extension Connection {
  /// Who reset it, and where that came.
  var obeyedReset: (by: Direction, at: Arrival)? {
    for reset in resets {
      if let time = reset.time, let packet = reset.obeyed {
        return (reset.side, Arrival(packet: packet, time: time))
      }
    }
    return nil
  }

  /// The direction of who reset it.
  var resetter: Direction? { resets.first { $0.time != nil }?.side }

  /// Whether it was reset, as far as its receiver may have obeyed.
  var isReset: Bool { resets.contains { $0.time != nil } }

  /// Since when it was silent behind its resets; nil where there is none that counts.
  var silentSinceReset: Int64? { resets.compactMap(\.silentSince).max() }

  private mutating func receiveReset(_ segment: TCPSegment, in direction: Direction) {
    guard settled == nil else { return }
    let seen = Reset.Seen(
      sequence: segment.sequence, standing: standing(of: segment.sequence, in: direction),
      mayBeObeyed: mayBeObeyed(segment, in: direction), packet: latest.packet, time: latest.time)
    if let index = resets.firstIndex(where: { $0.side == direction }) {
      resets[index].add(seen)
    } else {
      resets.append(
        Reset(
          of: direction, seen, sent: halves[direction].stream.reach,
          answered: halves[direction.other].stream.reach))
    }
  }

  private func standing(of sequence: TCPSequence, in direction: Direction) -> Reset.Standing {
    guard let next = halves[direction].stream.reach ?? halves[direction].acknowledged else { return .unknown }
    let distance = next.distance(to: sequence)
    if abs(distance) > Reassembler.window { return .outside }
    return distance == 0 ? .next : distance > 0 ? .ahead(distance) : .behind(-distance)
  }

  /// Whether this may be just what the receiver expects next: behind all that was captured, or behind what it has
  /// acknowledged or the capture has without a hole.
  private func mayBeObeyed(_ reset: TCPSegment, in direction: Direction) -> Bool {
    let (reach, peer) = (halves[direction].stream.reach, direction.other)
    let candidates = [reach, halves[direction].stream.expected, halves[direction].acknowledged]
    if candidates.contains(reset.sequence) { return true }
    guard candidates.allSatisfy({ $0 == nil }) else {
      return halves[direction].stream.isEnded && reach?.advanced(by: 1) == reset.sequence
    }
    // The answer to a SYN has to acknowledge it (RFC 9293 §3.10.7.3).
    guard halves[peer].stream.isOpening else { return true }
    return reset.flags.contains(.acknowledgement) && reset.acknowledgement == halves[peer].stream.reach
  }

  /// Notes the resets that this segment shows to have ended nothing.
  private mutating func contradictResets(
    _ segment: TCPSegment, in direction: Direction, patience: Int64, into summary: inout Summary
  ) {
    guard !resets.isEmpty, settled == nil else { return }
    let (sent, answered) = (halves[direction].stream.reach, acknowledgement(of: segment, in: direction))
    for index in resets.indices.reversed() {
      let isContradicted =
        resets[index].side == direction
        ? resets[index].isContradicted(bySender: sent, acknowledging: answered, at: latest.time)
        : resets[index].isContradicted(byPeer: sent, at: latest.time, patience: patience)
      if isContradicted { tell(resets.remove(at: index), in: direction, into: &summary) }
    }
  }

  /// What a segment acknowledges of the bytes that were captured from the other side.
  private func acknowledgement(of segment: TCPSegment, in direction: Direction) -> TCPSequence? {
    guard segment.flags.contains(.acknowledgement), let reach = halves[direction.other].stream.reach,
      !reach.precedes(segment.acknowledgement)
    else { return nil }
    return segment.acknowledgement
  }

  /// Makes a finding of resets, beside what `direction` says.
  private mutating func tell(_ reset: Reset, in direction: Direction, into summary: inout Summary) {
    summary.strayResets += reset.count
    conversation.note(reset.finding, in: direction, at: place(of: direction))
  }
}

// MARK: - Stream → messages

extension Connection {
  /// Hands what reassembly has ready to the conversation, and the messages that come of it to `emit`.
  private mutating func read(
    _ direction: Direction, _ payload: RawSpan, into summary: inout Summary, emit: (Message) -> Void
  ) {
    guard !halves[direction].stream.ready.isEmpty else { return }
    let place = place(of: direction)
    for piece in halves[direction].stream.ready {
      switch piece {
      case .captured(let range): conversation.append(payload.extracting(range), in: direction, at: place)
      case .kept(let bytes, let from, let arrival):
        conversation.append(
          bytes.span.bytes.extracting(droppingFirst: from), in: direction,
          at: self.place(of: direction, arrival))
      case .gap(let count, let isCut):
        conversation.lose(count, in: direction, at: place, snapLength: isCut ? snapLength : nil)
      case .end: conversation.end(direction)
      }
      // What the other direction said before it was understood is told now, the first speaker first.
      if let first = conversation.takeWoken() {
        for side in [first, first.other] { drain(side, into: &summary, emit: emit) }
      }
      drain(direction, into: &summary, emit: emit)
    }
    halves[direction].stream.clear()
  }

  /// Nothing more is expected: hands out what waited behind holes, and what never came to its end. What comes all the
  /// same is handed out when this is called again.
  mutating func settle(_ ending: Ending, into summary: inout Summary, emit: (Message) -> Void) {
    let ending: Ending = isReset ? .reset : ending
    if settled == nil {
      figures.ended = Pair(halves[.forward].stream.isEnded, halves[.backward].stream.isEnded)
    }
    settled = settled ?? ending
    let endings = Pair<Ending>(
      halves[.forward].stream.isEnded ? .closed : ending, halves[.backward].stream.isEnded ? .closed : ending)
    for index in resets.indices.reversed()
    where resets[index].isContradicted(atTheEndBy: halves[resets[index].side].stream.reach) {
      let reset = resets.remove(at: index)
      tell(reset, in: reset.side, into: &summary)
    }
    for direction in Direction.allCases {
      halves[direction].stream.finish()
      read(direction, RawSpan(), into: &summary, emit: emit)
    }
    for direction in Direction.allCases where endings[direction.other] != .closed {
      let finding = halves[direction].window.finish(of: source(of: direction), at: latest.time)
      if let finding { conversation.note(finding, in: direction.other, at: place(of: direction.other)) }
    }
    conversation.finish(endings, at: Pair(place(of: .forward), place(of: .backward)))
    drain(.forward, into: &summary, emit: emit)
  }

  /// Whether nothing of it waits, and what is known of it would be missed if it went on.
  var isWorthKeeping: Bool {
    settled == nil && !isReset && !halves[.forward].stream.isBehind && !halves[.backward].stream.isBehind
      && !halves[.forward].stream.isEnded
      && !halves[.backward].stream.isEnded && conversation.isWorthKeeping
  }

  /// It is over: all memory is given back but for what tells late packets from another connection's.
  mutating func release() { conversation.release() }

  /// Adds up what was seen of the connection, once.
  func account(into summary: inout Summary) {
    for direction in Direction.allCases {
      summary.add(halves[direction].stream.counters)
      summary.undecodedBytes += conversation.undecodedBytes(in: direction)
    }
    summary.decodedBytes += conversation.allDecodedBytes
    summary.bytesBehindEnds += conversation.bytesBehindEnds
    if conversation.isRecognised { summary.decodedConnections += 1 }
    if case .unread(let traffic) = conversation.content {
      summary.count(traffic, bytes: undecodedBytes)
    }
  }

  /// Bytes of both directions that belong to no message.
  var undecodedBytes: Int {
    conversation.undecodedBytes(in: .forward) + conversation.undecodedBytes(in: .backward)
  }

  /// Gaps of both directions, and the bytes they lack.
  var gaps: (count: Int, bytes: Int) {
    let (one, two) = (halves[.forward].stream.counters, halves[.backward].stream.counters)
    return (one.gaps + two.gaps, one.gapBytes + two.gapBytes)
  }

  /// Hands out what has begun by `time` and goes on.
  mutating func announce(begunBy time: Int64, into summary: inout Summary, emit: (Message) -> Void) {
    conversation.announce(begunBy: time)
    drain(.forward, into: &summary, emit: emit)
  }

  private mutating func drain(_ direction: Direction, into summary: inout Summary, emit: (Message) -> Void) {
    var figures = figures.said
    conversation.read(direction, at: place(of: direction)) { message in
      summary.add(message)
      figures.add(message)
      emit(message)
    }
    self.figures.said = figures
  }
}
