import H2Codec

/// What is said of the connection as a whole: SETTINGS, PING and GOAWAY, and the rules about streams that rest on them.
extension HTTP2Conversation {
  /// What a side announces binds the frames that come towards it.
  mutating func receiveSettings(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place)
  {
    guard !frame.isDamaged, frame.violation == nil else {
      seesAll = false
      return
    }
    if frame.isAcknowledgement {
      if !sides[direction.other].settings.acknowledge() { seesAll = false }
      return settingsChanged(of: direction.other)
    }
    announce(frame.settings(in: bytes), frame, in: direction, at: place)
  }

  private mutating func announce(
    _ entries: H2SettingSequence, _ frame: H2Frame, in direction: Direction, at place: Place
  ) {
    let before = sides[direction].settings.permitted.initialWindowSize
    let rule = sides[direction].settings.announce(entries, from: isClient(direction, nil) ? .client : .server)
    if let rule, client != nil { note(rule, frame, in: direction) }
    if sides[direction].settings.permitted.initialWindowSize > before {
      sides[direction.other].streamsOpened = Moment(place)
    }
    settingsChanged(of: direction)
  }

  /// The settings in the request of an upgrade need no acknowledgement (RFC 7540 §3.2.1).
  mutating func begin(upgraded settings: [H2Setting]?, in direction: Direction) {
    guard let settings, sides[direction].settings.announce(settings, from: .client) == nil,
      sides[direction].settings.acknowledge()
    else {
      seesAll = false
      return
    }
    settingsChanged(of: direction)
  }

  private mutating func settingsChanged(of direction: Direction) {
    if !sides[direction].settings.isKnown { seesAll = false }
    sides[direction.other].hpack.setTableSizeLimit(sides[direction].settings.permitted.headerTableSize)
  }

  // MARK: streams that are opened

  /// HEADERS have opened a stream.
  mutating func opened(_ frame: H2Frame, in direction: Direction) {
    guard let client, !isPartial else { return }
    let isOdd = frame.streamID.rawValue & 1 == 1
    if direction == client, !isOdd { note(.streamParity, frame, in: direction) }
    guard isOdd == (direction == client) else { return }
    let open = active[isOdd ? 1 : 0]
    if let limit = sides[direction.other].settings.permitted.maxConcurrentStreams, open > limit,
      isHeld(direction)
    {
      var finding = Finding(.concurrentStreams)
      finding.text += ": \(open) at once, stream \(frame.streamID) among them, where \(limit) are allowed"
      note(finding, in: direction)
    }
    if let goAway = sides[direction.other].goAway, frame.streamID > goAway.last {
      noteBehind(goAway, frame, in: direction)
    }
  }

  /// What was under way when the other side said goodbye is passed over there, and is no fault (RFC 9113 §6.8).
  private mutating func noteBehind(_ goAway: HTTP2Side.GoAway, _ frame: H2Frame, in direction: Direction) {
    let farewell =
      "stream \(frame.streamID) is behind the last stream, \(goAway.last), of the GOAWAY in packet \(goAway.packet)"
    guard hasHeard[direction], !lags[direction.other] else {
      return note(
        Finding(
          rule: "crossed-goaway", text: farewell + ", which may not have arrived yet: it is not answered"),
        in: direction)
    }
    note(
      Finding(
        rule: "behind-goaway", text: farewell + ", which its sender had received", section: "RFC 9113 §6.8"),
      in: direction)
  }

  mutating func receiveGoAway(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
    if frame.violation == nil, !frame.isDamaged {
      if let before = sides[direction].goAway, frame.lastStreamID > before.last {
        note(.goAwayOrder, frame, in: direction)
      } else {
        sides[direction].goAway = HTTP2Side.GoAway(last: frame.lastStreamID, packet: place.packet)
      }
    }
    let kind = HTTP2Message.Kind.goAway(
      frame.errorCode, last: frame.lastStreamID, debug: Array(bytes[frame.content].prefix(1_024)))
    emit(HTTP2Message(kind, stream: .connection, at: place), in: direction, at: place, [])
  }

  // MARK: PING

  mutating func receivePing(_ frame: H2Frame, in direction: Direction, at place: Place) {
    guard seesAll, !frame.isDamaged, frame.violation == nil else { return }
    if frame.isAcknowledgement { return sides[direction.other].pings.answer(frame.pingData) }
    sides[direction].pings.note(
      UnansweredPings.Ping(data: frame.pingData, place: place, highest: max(highest[0], highest[1])))
  }

  /// Who answers a request has read the PINGs before it.
  mutating func passOverPings(before stream: H2StreamID, in direction: Direction) {
    guard !sides[direction.other].pings.isEmpty else { return }
    sides[direction.other].pings.passOver(upTo: stream.rawValue)
  }

  /// Tells of the PINGs that had time enough for an answer, or that something behind them was answered before.
  mutating func tellPings(of direction: Direction, at end: Place) {
    for ping in sides[direction].pings.take() where isHeld(direction) {
      let time = end.time.subtractingClamped(ping.place.time)
      guard ping.isPassedOver || time >= Self.pingPatience else { continue }
      sides[direction].findings.note(
        Finding(
          rule: "ping-unanswered",
          text: "no answer to the PING of packet \(ping.place.packet) in \(time.inSeconds)",
          section: "RFC 9113 §6.7"),
        at: ping.place)
    }
  }

  /// No way there and back takes longer, and an answer is to go before all other frames.
  static let pingPatience: Int64 = 1_000_000_000
}
