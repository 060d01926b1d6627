import Packets

/// A TCP connection as the capture shows it: two streams of bytes and the conversation read from them.
struct Connection {
  /// The sender of direction 0: of the first packet seen.
  let initiator: Endpoint
  let responder: Endpoint
  /// Direction 0 and 1.
  var streams: [2 of Reassembler] = [Reassembler(), Reassembler()]
  var conversation: Conversation
  /// Capture time of the latest packet.
  var lastSeen: Int64
  /// Bytes this connection is charged with in the inspector's account, and what an exact count gave last.
  var charged = 0
  var counted = 0
  private var recent = RecentSegments()

  init(from initiator: Endpoint, to responder: Endpoint, at time: Int64, conversation: Conversation) {
    self.initiator = initiator
    self.responder = responder
    self.conversation = conversation
    lastSeen = time
  }

  func source(of direction: Int) -> Endpoint { direction == 0 ? initiator : responder }
  func destination(of direction: Int) -> Endpoint { direction == 0 ? responder : initiator }

  func place(of direction: Int, packet: Int, time: Int64) -> Place {
    Place(packet: packet, time: time, source: source(of: direction), destination: destination(of: direction))
  }

  /// Whether both sides have closed: a SYN is then another connection between the same ports.
  var isOver: Bool { streams[0].isEnded && streams[1].isEnded }

  /// Bytes held for this connection.
  var heldBytes: Int { streams[0].pendingBytes + streams[1].pendingBytes + conversation.heldBytes }

  /// Whether this very packet was seen just before: captures of several interfaces and port mirrors record
  /// packets twice, which is no retransmission (the IP identification is the same).
  mutating func isCopy(_ segment: TCPSegment, identification: UInt16?, in direction: Int) -> Bool {
    recent.remember(
      RecentSegments.Mark(
        direction: UInt8(direction), flags: segment.flags, sequence: segment.sequence,
        acknowledgement: segment.acknowledgement, length: segment.payloadLength,
        identification: identification))
  }
}

// MARK: - Stream → messages

extension Connection {
  /// Hands what reassembly has ready to the conversation, and the messages that come of it to `emit`.
  mutating func read(
    _ direction: Int, _ payload: RawSpan, packet: Int, time: Int64, into summary: inout Summary,
    emit: (Message) -> Void
  ) {
    guard !streams[direction].ready.isEmpty else { return }
    let place = place(of: direction, packet: packet, time: time)
    for piece in streams[direction].ready {
      switch piece {
      case .captured(let range): conversation.append(payload.extracting(range), in: direction, at: place)
      case .kept(let bytes, let from):
        conversation.append(bytes.span.bytes.extracting(droppingFirst: from), in: direction, at: place)
      case .gap(let count): conversation.lose(count, in: direction)
      case .end: conversation.end(direction)
      }
      // What the other direction said before it was understood is told now, the first speaker first.
      if let first = conversation.takeWoken() {
        for side in [first, 1 - first] {
          drain(side, at: self.place(of: side, packet: packet, time: time), into: &summary, emit: emit)
        }
      }
      drain(direction, at: place, into: &summary, emit: emit)
    }
    streams[direction].clear()
  }

  /// Nothing more comes: hands out what waited behind holes, and what never came to its end.
  mutating func finish(packet: Int, into summary: inout Summary, emit: (Message) -> Void) {
    for direction in 0...1 {
      streams[direction].finish()
      read(direction, RawSpan(), packet: packet, time: lastSeen, into: &summary, emit: emit)
      summary.add(streams[direction].counters)
      summary.undecodedBytes += conversation.undecodedBytes(in: direction)
    }
    conversation.finish()
    drain(0, at: place(of: 0, packet: packet, time: lastSeen), into: &summary, emit: emit)
    if conversation.isRecognised { summary.decodedConnections += 1 }
  }

  private mutating func drain(
    _ direction: Int, at place: Place, into summary: inout Summary, emit: (Message) -> Void
  ) {
    while let message = conversation.next(in: direction, at: place) {
      summary.add(message)
      emit(message)
    }
  }
}

/// The last few segments of a connection, to recognise copies.
struct RecentSegments {
  struct Mark: Equatable {
    var direction: UInt8
    var flags: TCPFlags
    var sequence: TCPSequence
    var acknowledgement: TCPSequence
    var length: Int
    /// Nil for IPv6, which has none: copies are then told by the rest alone.
    var identification: UInt16?
  }

  private var marks: [8 of Mark?] = .init(repeating: nil)
  private var oldest = 0

  /// Notes a segment; true if it is among the last ones.
  mutating func remember(_ mark: Mark) -> Bool {
    for index in marks.indices where marks[index] == mark { return true }
    marks[oldest] = mark
    oldest = (oldest + 1) % marks.count
    return false
  }
}
