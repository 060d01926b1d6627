import MosnPackets

/// A TCP connection as the capture shows it: two streams of bytes and the conversation read from them.
struct Connection {
  /// The sender of direction 0: of the first packet seen.
  let initiator: Endpoint
  let responder: Endpoint
  /// Where its first packet was seen, and where others were: answers may take another way, and packets be captured twice.
  let network: NetworkTag
  private var otherNetworks: [NetworkTag] = []
  /// Direction 0 and 1.
  var streams: [2 of Reassembler] = [Reassembler(), Reassembler()]
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

  /// The resets that nothing has contradicted, one entry for a side.
  private var resets: [Reset] = []
  /// What each direction's receiver has acknowledged last.
  private var acknowledged: [2 of TCPSequence?] = [nil, nil]
  /// Where the next segment would start of a stream far outside the window; see `kinship`.
  private var strayNext: [2 of TCPSequence?] = [nil, nil]
  private var recent = RecentSegments()
  /// The receive window of each direction's sender.
  private var windows: [2 of ZeroWindow] = [ZeroWindow(), ZeroWindow()]

  init(
    from initiator: Endpoint, to responder: Endpoint, in network: NetworkTag, conversation: Conversation
  ) {
    self.initiator = initiator
    self.responder = responder
    self.network = network
    self.conversation = conversation
  }

  func source(of direction: Int) -> Endpoint { direction == 0 ? initiator : responder }
  func destination(of direction: Int) -> Endpoint { direction == 0 ? responder : initiator }

  /// Where a packet of a direction was seen, the latest if none is named.
  func place(of direction: Int, _ arrival: Arrival? = nil) -> Place {
    Place(arrival ?? latest, from: source(of: direction), to: destination(of: direction))
  }

  /// Whether both sides have closed: a SYN is then another connection between the same ports.
  var isClosed: Bool { streams[0].isEnded && streams[1].isEnded }

  /// Bytes held for this connection.
  var heldBytes: Int {
    ConnectionTable.footprint + streams[0].heldBytes + streams[1].heldBytes + conversation.heldBytes
  }

  /// A packet of this connection has come.
  mutating func touch(packet: Int, time: Int64) {
    latest = Arrival(packet: packet, time: time)
    silentSince = time
  }

  /// Whether this very packet was seen just before.
  mutating func isCopy(
    _ segment: TCPSegment, identification: UInt16?, in direction: Int, at time: Int64
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

  /// It was seen in this network too. Nobody needs more of them than a packet crosses.
  mutating func note(_ network: NetworkTag) {
    if otherNetworks.count < 8, !wasSeen(in: network) { otherNetworks.append(network) }
  }

  /// Whether a segment that was seen in another network is of this connection all the same. Sides choose where they begin
  /// to count, so that another connection's numbers are hardly ever near.
  func isContinued(by segment: TCPSegment, in direction: Int) -> Bool {
    let (stream, peer) = (streams[direction], streams[1 - direction])
    if let next = stream.expected {
      if segment.flags.contains(.syn) { return !stream.isNewConnection(synchronising: segment.sequence) }
      return abs(next.distance(to: segment.sequence)) <= Self.near
    }
    guard segment.flags.contains(.acknowledgement), let reach = peer.reach else { return false }
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
    _ segment: TCPSegment, _ payload: RawSpan, captured: Int, in direction: Int, limits: InspectLimits,
    into summary: inout Summary, emit: (Message) -> Void
  ) {
    if segment.payload.count < segment.payloadLength { snapLength = captured }
    guard !segment.flags.contains(.reset) else {
      receiveReset(segment, in: direction)
      summary.count(undecoded: segment.payload.count, as: \.resetBytes)
      return
    }
    // A SYN again: the first was refused, and now it may not be.
    if segment.flags.contains(.syn), !segment.flags.contains(.acknowledgement), isReset { resets = [] }
    let (peer, early) = (1 - direction, streams[direction].counters.earlyBytes)
    noteHeard(segment, in: direction)
    noteWindow(of: segment, in: direction)
    streams[direction].receive(segment, payload, at: latest, limits: limits)
    noteEarlyBytes(streams[direction].counters.earlyBytes - early, in: direction)
    contradictResets(segment, in: direction, patience: limits.resetPatience, into: &summary)
    // What it answers was said before it.
    if segment.flags.contains(.acknowledgement) {
      acknowledged[peer] = segment.acknowledgement
      streams[peer].acknowledge(segment.acknowledgement, at: latest.time, limits: limits)
    }
    for side in 0...1 { conversation.setBehind(side, streams[side].isBehind) }
    read(peer, RawSpan(), into: &summary, emit: emit)
    read(direction, payload, into: &summary, emit: emit)
  }

  private mutating func noteEarlyBytes(_ count: Int, in direction: Int) {
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

  mutating func kinship(of segment: TCPSegment, in direction: Int) -> Kinship {
    let length = segment.payloadLength
    guard length > 0 || segment.flags.contains(.fin) else { return .own }
    let distance = streams[direction].expected?.distance(to: segment.sequence)
    if length > 0, isClosed || isReset, isForeign(segment, at: distance, in: direction) { return .foreign }
    guard let distance, abs(distance) > Reassembler.window else { return .own }
    guard length > 0 else { return .stray }
    if strayNext[direction] == segment.sequence { return .foreign }
    strayNext[direction] = segment.sequence.advanced(by: length)
    return .stray
  }

  /// Whether a segment behind the end of the connection is of another one: it neither continues nor repeats what was said
  /// here, and answers what nobody here has said.
  private func isForeign(_ segment: TCPSegment, at distance: Int?, in direction: Int) -> Bool {
    // Where a connection that was settled for its reset goes on after all, it is read as one begun in the middle.
    if settled == .reset, let distance { return distance + segment.payloadLength > 0 }
    let answers = answers(segment, in: direction)
    switch distance {
    case nil: return answers == false
    case 0?, 1?: return false
    case let distance? where distance < 0 && distance >= -streams[direction].delivered:
      return answers == false
    case let distance?: return answers.map { !$0 } ?? (abs(distance) > Reassembler.firstWindow)
    }
  }

  /// Whether a segment acknowledges what the other side has said; nil where it acknowledges nothing or nothing is known.
  private func answers(_ segment: TCPSegment, in direction: Int) -> Bool? {
    let peer = streams[1 - direction]
    guard segment.flags.contains(.acknowledgement), let expected = peer.expected, let reach = peer.reach
    else {
      return nil
    }
    // One more for a FIN.
    let said = -peer.delivered...expected.distance(to: reach) + 1
    return said.contains(expected.distance(to: segment.acknowledgement))
  }
}

// MARK: - What each side knows and may send

extension Connection {
  /// A side can be held only to what it has received, and only where the capture shows all of that.
  private mutating func noteHeard(_ segment: TCPSegment, in direction: Int) {
    let peer = 1 - direction
    let isAnswer = segment.flags.contains(.acknowledgement)
    // What is acknowledged of a side that the capture never shows is missing too. A FIN takes a number of its own.
    var lacksOther = streams[peer].hasHole
    if isAnswer {
      let beyond = streams[peer].reach?.distance(to: segment.acknowledgement) ?? .max
      lacksOther = lacksOther || beyond > (streams[peer].isEnded ? 1 : 0)
    }
    conversation.note(
      hasHeard: isAnswer && segment.acknowledgement == streams[peer].expected,
      lacksOther: lacksOther, in: direction)
  }

  /// A window that was closed for long kept the other side silent, and is told beside what that says next.
  private mutating func noteWindow(of segment: TCPSegment, in direction: Int) {
    let finding = windows[direction].receive(
      segment, of: source(of: direction), packet: latest.packet, at: latest.time)
    if let finding { conversation.note(finding, in: 1 - direction, at: place(of: 1 - direction)) }
    // A probe has one byte. Who sends more has seen the window open, whether that was captured or not.
    if segment.payloadLength > 1 { windows[1 - direction] = ZeroWindow() }
  }
}

// MARK: - Resets

extension Connection {
  /// Whether it was reset, as far as its receiver may have obeyed.
  var isReset: Bool { resets.contains { $0.time != nil } }

  /// Since when it was silent behind its resets; nil where there is none that counts.
  var silentSinceReset: Int64? { resets.compactMap(\.silentSince).max() }

  private mutating func receiveReset(_ segment: TCPSegment, in direction: Int) {
    guard settled == nil else { return }
    let seen = Reset.Seen(
      sequence: segment.sequence, standing: standing(of: segment.sequence, in: direction),
      mayBeObeyed: mayBeObeyed(segment, in: direction), packet: latest.packet, time: latest.time)
    if let index = resets.firstIndex(where: { $0.side == direction }) {
      resets[index].add(seen)
    } else {
      resets.append(
        Reset(of: direction, seen, sent: streams[direction].reach, answered: streams[1 - direction].reach))
    }
  }

  private func standing(of sequence: TCPSequence, in direction: Int) -> Reset.Standing {
    guard let next = streams[direction].reach ?? acknowledged[direction] else { return .unknown }
    let distance = next.distance(to: sequence)
    if abs(distance) > Reassembler.window { return .outside }
    return distance == 0 ? .next : distance > 0 ? .ahead(distance) : .behind(-distance)
  }

  /// Whether this may be just what the receiver expects next: behind all that was captured, or behind what it has
  /// acknowledged or the capture has without a hole.
  private func mayBeObeyed(_ reset: TCPSegment, in direction: Int) -> Bool {
    let (stream, peer) = (streams[direction], streams[1 - direction])
    let candidates = [stream.reach, stream.expected, acknowledged[direction]]
    if candidates.contains(reset.sequence) { return true }
    guard candidates.allSatisfy({ $0 == nil }) else {
      return stream.isEnded && stream.reach?.advanced(by: 1) == reset.sequence
    }
    // The answer to a SYN has to acknowledge it (RFC 9293 §3.10.7.3).
    guard peer.isOpening else { return true }
    return reset.flags.contains(.acknowledgement) && reset.acknowledgement == peer.reach
  }

  /// Notes the resets that this segment shows to have ended nothing.
  private mutating func contradictResets(
    _ segment: TCPSegment, in direction: Int, patience: Int64, into summary: inout Summary
  ) {
    guard !resets.isEmpty, settled == nil else { return }
    let (sent, answered) = (streams[direction].reach, acknowledgement(of: segment, in: direction))
    for index in resets.indices.reversed() {
      let isContradicted =
        resets[index].side == direction
        ? resets[index].isContradicted(bySender: sent, acknowledging: answered, at: latest.time)
        : resets[index].isContradicted(byPeer: sent, at: latest.time, patience: patience)
      if isContradicted { tell(resets.remove(at: index), in: direction, into: &summary) }
    }
  }

  /// What a segment acknowledges of the bytes that were captured from the other side.
  private func acknowledgement(of segment: TCPSegment, in direction: Int) -> TCPSequence? {
    guard segment.flags.contains(.acknowledgement), let reach = streams[1 - direction].reach,
      !reach.precedes(segment.acknowledgement)
    else { return nil }
    return segment.acknowledgement
  }

  /// Makes a finding of resets, beside what `direction` says.
  private mutating func tell(_ reset: Reset, in direction: Int, into summary: inout Summary) {
    summary.strayResets += reset.count
    conversation.note(reset.finding, in: direction, at: place(of: direction))
  }
}

// MARK: - Stream → messages

extension Connection {
  /// Hands what reassembly has ready to the conversation, and the messages that come of it to `emit`.
  private mutating func read(
    _ direction: Int, _ payload: RawSpan, into summary: inout Summary, emit: (Message) -> Void
  ) {
    guard !streams[direction].ready.isEmpty else { return }
    let place = place(of: direction)
    for piece in streams[direction].ready {
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
        for side in [first, 1 - first] { drain(side, into: &summary, emit: emit) }
      }
      drain(direction, into: &summary, emit: emit)
    }
    streams[direction].clear()
  }

  /// Nothing more is expected: hands out what waited behind holes, and what never came to its end. What comes all the
  /// same is handed out when this is called again.
  mutating func settle(_ ending: Ending, into summary: inout Summary, emit: (Message) -> Void) {
    let ending: Ending = isReset ? .reset : ending
    settled = settled ?? ending
    let endings: [2 of Ending] = [
      streams[0].isEnded ? .closed : ending, streams[1].isEnded ? .closed : ending,
    ]
    for index in resets.indices.reversed()
    where resets[index].isContradicted(atTheEndBy: streams[resets[index].side].reach) {
      let reset = resets.remove(at: index)
      tell(reset, in: reset.side, into: &summary)
    }
    for direction in 0...1 {
      streams[direction].finish()
      read(direction, RawSpan(), into: &summary, emit: emit)
    }
    for direction in 0...1 where endings[1 - direction] != .closed {
      let finding = windows[direction].finish(of: source(of: direction), at: latest.time)
      if let finding { conversation.note(finding, in: 1 - direction, at: place(of: 1 - direction)) }
    }
    conversation.finish(endings, at: [place(of: 0), place(of: 1)])
    drain(0, into: &summary, emit: emit)
  }

  /// Whether nothing of it waits, and what is known of it would be missed if it went on.
  var isWorthKeeping: Bool {
    settled == nil && !isReset && !streams[0].isBehind && !streams[1].isBehind && !streams[0].isEnded
      && !streams[1].isEnded && conversation.isWorthKeeping
  }

  /// It is over: all memory is given back but for what tells late packets from another connection's.
  mutating func release() { conversation.release() }

  /// Adds up what was seen of the connection, once.
  func account(into summary: inout Summary) {
    for direction in 0...1 {
      summary.add(streams[direction].counters)
      summary.undecodedBytes += conversation.undecodedBytes(in: direction)
    }
    summary.decodedBytes += conversation.allDecodedBytes
    summary.bytesBehindEnds += conversation.bytesBehindEnds
    if conversation.isRecognised { summary.decodedConnections += 1 }
  }

  private mutating func drain(_ direction: Int, into summary: inout Summary, emit: (Message) -> Void) {
    let place = place(of: direction)
    while let message = conversation.next(in: direction, at: place) {
      summary.add(message)
      emit(message)
    }
  }
}
