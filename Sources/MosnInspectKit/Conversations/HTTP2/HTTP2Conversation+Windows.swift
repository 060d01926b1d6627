import H2Codec

/// Flow control (RFC 9113 §5.2, §6.9), as far as both sides can be held to it.
extension HTTP2Conversation {
  /// Whether this side can be held to what the other said of settings and windows: all of that has been seen.
  func isHeld(_ direction: Direction) -> Bool { seesAll && !lags[direction.other] }

  /// The window with which a stream begins, for DATA of this direction.
  private func initialWindow(for direction: Direction) -> Int {
    sides[direction.other].settings.permitted.initialWindowSize
  }

  /// DATA uses both windows up, with its padding (§6.9.1), whatever has become of its stream.
  mutating func spend(_ frame: H2Frame, of exchange: Int?, in direction: Direction) {
    guard seesAll, frame.length > 0 else { return }
    if let exchange {
      endStall(of: exchange, in: direction)
      let initial = initialWindow(for: direction)
      let left = initial - streams[exchange, direction].window.used
      if !streams[exchange, direction].window.use(frame.length, of: initial) {
        blame(.streamWindow, frame, of: exchange, in: direction, left: left)
      }
    }
    let left = H2Window.initial - sides[direction].window.used
    if !sides[direction].window.use(frame.length, of: H2Window.initial) {
      blame(.connectionWindow, frame, of: exchange, in: direction, left: left)
    }
  }

  private mutating func blame(
    _ rule: H2Rule, _ frame: H2Frame, of exchange: Int?, in direction: Direction, left: Int
  ) {
    guard isHeld(direction) else { return }
    var finding = Finding(rule)
    finding.text += ": \(frame.length) bytes of DATA on stream \(frame.streamID) where it has \(left)"
    note(finding, of: exchange, in: direction)
  }

  mutating func receiveWindowUpdate(_ frame: H2Frame, in direction: Direction, at place: Place) {
    let exchange = frame.streamID.isConnection ? nil : streams.place(of: frame.streamID)
    if !frame.streamID.isConnection { advance(frame.streamID, .windowUpdate, frame, in: direction) }
    guard !frame.isDamaged else {
      seesAll = false
      return
    }
    guard seesAll, frame.violation == nil else { return }
    let (peer, moment) = (direction.other, Moment(place))
    if frame.streamID.isConnection {
      let isSound = sides[peer].window.widen(by: frame.windowIncrement, of: H2Window.initial, at: moment)
      if !isSound, isHeld(direction) { note(.connectionWindowOverflow, frame, in: direction) }
    } else if let exchange {
      // The peer reads this frame behind all that its sender has announced.
      let isSound = streams[exchange, peer].window.widen(
        by: frame.windowIncrement, of: sides[direction].settings.latest.initialWindowSize, at: moment)
      if !isSound, isHeld(direction) { note(.streamWindowOverflow, frame, in: direction) }
    }
  }

  // MARK: stalls

  /// A message is not over: notes since when no window lets it go on.
  mutating func beginStall(of exchange: Int, in direction: Direction, at place: Place) {
    guard seesAll, streams[exchange, direction].window.stall == nil else { return }
    let stream = initialWindow(for: direction) - streams[exchange, direction].window.used
    let connection = H2Window.initial - sides[direction].window.used
    guard min(stream, connection) <= 0 else { return }
    streams[exchange, direction].window.stall = FlowWindow.Stall(
      since: Moment(place), isOfStream: stream <= 0, size: stream <= 0 ? stream : connection)
  }

  /// It goes on: the last window to open was the one it waited for.
  mutating func endStall(of exchange: Int, in direction: Direction) {
    guard let stall = streams[exchange, direction].window.stall else { return }
    streams[exchange, direction].window.stall = nil
    let ofStream = [streams[exchange, direction].window.opened, sides[direction].streamsOpened]
      .compactMap(\.self).max()
    let openings = [ofStream, sides[direction].window.opened].compactMap(\.self)
    guard let opened = openings.max(), opened > stall.since else { return }
    tell(stall, until: opened, isOver: true, of: exchange, in: direction)
  }

  /// It never goes on: tells of a wait that no window has ended.
  mutating func giveUpStall(of exchange: Int, in direction: Direction, at place: Place) {
    guard let stall = streams[exchange, direction].window.stall else { return }
    streams[exchange, direction].window.stall = nil
    let stream = initialWindow(for: direction) - streams[exchange, direction].window.used
    let connection = H2Window.initial - sides[direction].window.used
    guard min(stream, connection) <= 0 else { return }
    tell(stall, until: Moment(place), isOver: false, of: exchange, in: direction)
  }

  private mutating func tell(
    _ stall: FlowWindow.Stall, until end: Moment, isOver: Bool, of exchange: Int, in direction: Direction
  ) {
    let time = end.time.subtractingClamped(stall.since.time)
    guard time >= FlowWindow.Stall.least, isHeld(direction) else { return }
    let window = stall.isOfStream ? "stream" : "connection"
    let packets =
      isOver ? "packets \(stall.since.packet)-\(end.packet)" : "from packet \(stall.since.packet) on"
    note(
      Finding(
        rule: "stalled", text: "stalled \(time.inSeconds): \(window) window \(stall.size) (\(packets))"),
      of: exchange, in: direction)
  }
}

extension Int64 {
  /// Nanoseconds as `3.0 s`.
  var inSeconds: String {
    let tenths = (self / 50_000_000 + 1) / 2
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
