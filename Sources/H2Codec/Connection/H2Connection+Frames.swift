extension H2Connection {
  /// One frame, of `lent` or of the decoder's bytes: the event it makes, if any.
  @inline(__always)
  mutating func take(_ frame: H2Frame, in lent: borrowing RawSpan) throws(H2Error) -> H2Event? {
    if block.isOpen { return try takeBlockFrame(frame, in: lent) }
    switch frame.type.rawValue {
    case 0x0: return try takeData(frame)
    case 0x1, 0x5, 0x9: return try takeBlockFrame(frame, in: lent)
    case 0x2: return try takePriority(frame)
    case 0x3: return try takeReset(frame)
    case 0x4: return try takeSettings(frame, in: lent)
    case 0x6: return try takePing(frame)
    case 0x7: return try takeGoAway(frame)
    case 0x8: return try takeWindowUpdate(frame)
    default: return nil
    }
  }

  private mutating func takeData(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    guard receiveWindow.use(frame.length) else {
      throw H2Error(
        .connectionWindow, at: frame.offset, stream: frame.streamID, expected: receiveWindow.size,
        found: frame.length)
    }
    let content = frame.content.count
    if let rule = guardian.data(count: content, endStream: frame.endsStream, at: now) {
      throw H2Error(rule, at: frame.offset, stream: frame.streamID)
    }
    guard let slot = streams.slot(of: frame.streamID) else {
      giveBack(frame.length)
      try refuseUnknown(frame, .data)
      return nil
    }
    let input: H2StreamInput = frame.endsStream ? .dataEnd : .data
    let state = try outcome(streams[slot].state.received(input), frame)
    if let rule = streams[slot].receive(frame) {
      giveBack(frame.length)
      guard rule == .streamWindow else {
        throw H2Error(rule, at: frame.offset, stream: frame.streamID, found: content)
      }
      throw H2Error(
        .streamWindow, at: frame.offset, stream: frame.streamID,
        expected: streams[slot].receiveWindow.size, found: frame.length)
    }
    if frame.length > content { consume(frame.length - content, on: frame.streamID) }
    if let state { advance(slot, to: state) }
    return .data(frame.streamID, frame.content, endStream: frame.endsStream)
  }

  private mutating func takePriority(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    if let rule = guardian.controlFrame(at: now) { throw H2Error(rule, at: frame.offset) }
    return nil
  }

  private mutating func takeReset(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    if role == .server, let rule = guardian.reset(at: now) {
      throw H2Error(rule, at: frame.offset, stream: frame.streamID)
    }
    guard let slot = streams.slot(of: frame.streamID) else {
      try refuseUnknown(frame, .reset)
      return nil
    }
    if let state = try outcome(streams[slot].state.received(.reset), frame) { advance(slot, to: state) }
    return .reset(frame.streamID, frame.errorCode)
  }

  private mutating func takeSettings(_ frame: H2Frame, in lent: borrowing RawSpan) throws(H2Error) -> H2Event?
  {
    if let rule = guardian.controlFrame(at: now) { throw H2Error(rule, at: frame.offset) }
    if frame.isAcknowledgement { return try takeAcknowledgement(frame) }
    if let rule = guardian.settings(entries: frame.length / 6) {
      throw H2Error(
        rule, at: frame.offset, expected: guardian.limits.settingsEntries, found: frame.length / 6)
    }
    try apply(decoder.isLent ? frame.settings(in: lent) : frame.settings(in: decoder.bytes), at: frame.offset)
    H2FrameEncoder.settingsAcknowledgement(into: &output)
    queuedAnswers += 1
    return .settingsChanged
  }

  /// Takes the peer's settings, entry by entry as §6.5.3 asks.
  mutating func apply(_ settings: some Sequence<H2Setting>, at offset: UInt64) throws(H2Error) {
    let before = remoteSettings
    for setting in settings {
      if let rule = remoteSettings.apply(setting, from: role.peer) {
        throw H2Error(rule, at: offset, found: Int(setting.value))
      }
      if setting.identifier == .headerTableSize { fieldEncoder.setTableSizeLimit(Int(setting.value)) }
    }
    let change = remoteSettings.initialWindowSize - before.initialWindowSize
    guard change != 0 else { return }
    for slot in streams.slots where streams.isOccupied(slot) {
      guard streams[slot].sendWindow.widen(by: change) else {
        throw H2Error(.connectionWindowOverflow, at: offset, stream: streams[slot].id)
      }
    }
    if change > 0, streams.first(where: { $0.isBlocked }) != nil { mayResume = true }
  }

  private mutating func takeAcknowledgement(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    guard !pendingSettings.isEmpty else { throw H2Error(.settingsAcknowledgement, at: frame.offset) }
    let settings = pendingSettings.removeFirst()
    let before = max(localSettings.initialWindowSize, configuration.settings.initialWindowSize)
    localSettings = settings
    let change = settings.initialWindowSize - before
    // The larger of old and new was allowed so far; a sum above the maximum cannot come of that.
    for slot in streams.slots where streams.isOccupied(slot) {
      _ = streams[slot].receiveWindow.widen(by: change)
    }
    fieldDecoder.setTableSizeLimit(settings.headerTableSize)
    settingsDeadline = pendingSettings.isEmpty ? .max : now &+ configuration.floods.settingsTime
    return .settingsAcknowledged
  }

  private mutating func takePing(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    guard frame.isAcknowledgement else {
      if let rule = guardian.controlFrame(at: now) { throw H2Error(rule, at: frame.offset) }
      H2FrameEncoder.ping(frame.pingData, acknowledgement: true, into: &output)
      queuedAnswers += 1
      return nil
    }
    if frame.pingData == Self.drainingPingData, drainingPing == .sent {
      drainingPing = .none
      sendGoAway(last: lastRemoteStream, .noError)
      return nil
    }
    return .pong(frame.pingData)
  }

  private mutating func takeGoAway(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    if let before = receivedGoAway, frame.lastStreamID > before {
      throw H2Error(
        .goAwayOrder, at: frame.offset, expected: Int(before.rawValue),
        found: Int(frame.lastStreamID.rawValue))
    }
    receivedGoAway = frame.lastStreamID
    hasRefusals = true
    return .goAway(last: frame.lastStreamID, frame.errorCode, debugData: frame.content)
  }

  private mutating func takeWindowUpdate(_ frame: H2Frame) throws(H2Error) -> H2Event? {
    if let rule = guardian.windowUpdate() { throw H2Error(rule, at: frame.offset, stream: frame.streamID) }
    if frame.streamID.isConnection {
      guard sendWindow.widen(by: frame.windowIncrement) else {
        throw H2Error(.connectionWindowOverflow, at: frame.offset, found: frame.windowIncrement)
      }
      guard isConnectionBlocked, sendWindow.size > 0 else { return nil }
      isConnectionBlocked = false
      return .windowOpened(.connection)
    }
    guard let slot = streams.slot(of: frame.streamID) else {
      try refuseUnknown(frame, .windowUpdate)
      return nil
    }
    _ = try outcome(streams[slot].state.received(.windowUpdate), frame)
    guard streams[slot].sendWindow.widen(by: frame.windowIncrement) else {
      throw H2Error(
        .streamWindowOverflow, at: frame.offset, stream: frame.streamID, found: frame.windowIncrement)
    }
    guard streams[slot].isBlocked, streams[slot].sendWindow.size > 0 else { return nil }
    guard sendWindow.size > 0 else {
      isConnectionBlocked = true
      return nil
    }
    streams[slot].isBlocked = false
    return .windowOpened(frame.streamID)
  }

  /// The new state, nil where the frame means nothing any more; throws what is forbidden.
  @inline(__always)
  func outcome(_ outcome: H2StreamOutcome, _ frame: H2Frame) throws(H2Error) -> H2StreamState? {
    switch outcome {
    case .becomes(let state): return state
    case .ignored: return nil
    case .forbidden(let rule): throw H2Error(rule, at: frame.offset, stream: frame.streamID)
    }
  }

  /// A frame on a stream that is not in the table: never opened, or over and forgotten.
  func refuseUnknown(_ frame: H2Frame, _ input: H2StreamInput) throws(H2Error) {
    _ = try outcome(stateOfUnknown(frame.streamID).received(input), frame)
  }

  func stateOfUnknown(_ id: H2StreamID) -> H2StreamState {
    if recentlyReset.contains(id) { return .resetLocal }
    if let last = sentGoAway, !id.isOpened(by: role), id > last { return .resetLocal }
    return id > (id.isOpened(by: role) ? lastLocalStream : lastRemoteStream) ? .idle : .closed
  }

  /// Bytes nobody will consume, back to the connection's window.
  private mutating func giveBack(_ count: Int) { consume(count, on: .connection) }
}
