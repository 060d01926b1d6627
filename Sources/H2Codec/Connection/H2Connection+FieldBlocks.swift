extension H2Connection {
  /// HEADERS, PUSH_PROMISE or CONTINUATION, or what interrupts them.
  mutating func takeBlockFrame(_ frame: H2Frame, in lent: borrowing RawSpan) throws(H2Error) -> H2Event? {
    if decoder.isLent { return try takeBlockFrame(frame, of: lent) }
    // A second reference, since the block changes the connection while it is read.
    let held = decoder.bytes
    return try takeBlockFrame(frame, of: held.span.bytes)
  }

  private mutating func takeBlockFrame(_ frame: H2Frame, of bytes: borrowing RawSpan) throws(H2Error)
    -> H2Event?
  {
    let isFirst = !block.isOpen
    let progress = block.take(frame, in: bytes)
    if case .broken(let rule) = progress {
      throw H2Error(rule, at: frame.offset, stream: frame.streamID, expected: Int(block.streamID.rawValue))
    }
    if let rule = guardian.blockFrame(
      count: frame.content.count, isFirst: isFirst, isLast: frame.endsHeaders, at: now)
    {
      throw H2Error(rule, at: frame.offset, stream: frame.streamID)
    }
    // What no header list could make right is refused before the list is read.
    if isFirst, frame.type == .pushPromise { try admitPromise(frame) }
    if isFirst, frame.type == .headers { try admitHeaders(frame) }
    switch progress {
    case .partial, .unrelated, .broken: return nil
    case .whole(let range): return try takeBlock(bytes.extracting(range))
    case .gathered:
      let gathered = block.bytes
      return try takeBlock(gathered.span.bytes)
    }
  }

  /// Whether HEADERS may come on this stream at all.
  private func admitHeaders(_ frame: H2Frame) throws(H2Error) {
    let id = frame.streamID
    let state = streams.slot(of: id).map { streams[$0].state } ?? stateOfUnknown(id)
    if state == .idle {
      guard role == .server else { throw H2Error(.idleStream, at: frame.offset, stream: id) }
      guard id.isOpened(by: .client) else { throw H2Error(.streamParity, at: frame.offset, stream: id) }
    }
    if state == .closed, !recentlyEnded.contains(id), !id.isOpened(by: role) {
      throw H2Error(.streamOrder, at: frame.offset, stream: id, expected: Int(lastRemoteStream.rawValue) + 2)
    }
    _ = try outcome(state.received(frame.endsStream ? .headersEnd : .headers), frame)
  }

  private mutating func admitPromise(_ frame: H2Frame) throws(H2Error) {
    // Our SETTINGS may not have arrived yet; until they have, a promise is refused without blame.
    guard role == .client, localSettings.enablePush else {
      throw H2Error(.pushForbidden, at: frame.offset, stream: frame.streamID)
    }
    let promised = frame.promisedStreamID
    guard promised > lastRemoteStream else {
      throw H2Error(
        .streamOrder, at: frame.offset, stream: promised, expected: Int(lastRemoteStream.rawValue),
        found: Int(promised.rawValue))
    }
    let state = streams.slot(of: frame.streamID).map { streams[$0].state } ?? stateOfUnknown(frame.streamID)
    _ = try outcome(state.received(.pushPromise), frame)
    lastRemoteStream = promised
  }

  /// A whole block: it is always decoded, so that the tables stay in step, and then looked at.
  private mutating func takeBlock(_ bytes: borrowing RawSpan) throws(H2Error) -> H2Event? {
    let id = block.streamID
    var excess: HPACKError?
    do {
      try fieldDecoder.decode(bytes, into: &headers)
    } catch {
      guard error.scope == .stream else { throw H2Error(.compression, at: block.offset, stream: id) }
      excess = error
    }
    if let promised = block.promisedStreamID {
      sendReset(promised, .refusedStream)
      return nil
    }
    let slot: Int
    if let known = streams.slot(of: id) {
      slot = known
    } else {
      guard stateOfUnknown(id) == .idle else { return nil }
      slot = try openRemote(id)
    }
    if let excess { return takeExcess(slot, excess) }
    return try takeHeaders(slot)
  }

  /// A list of which the beginning was kept: whether it keeps the rules is not asked.
  private mutating func takeExcess(_ slot: Int, _ excess: HPACKError) -> H2Event? {
    let id = streams[slot].id
    guard case .becomes(let state) = streams[slot].state.received(block.endsStream ? .headersEnd : .headers)
    else { return nil }
    advance(slot, to: state)
    return .tooLarge(id, excess)
  }

  private mutating func openRemote(_ id: H2StreamID) throws(H2Error) -> Int {
    lastRemoteStream = id
    // Numbers end: the peer is told while what is under way still fits.
    if id.rawValue > H2StreamID.last.rawValue - 2048 { shutdown() }
    let limit = configuration.settings.maxConcurrentStreams ?? .max
    guard remoteStreams < limit else {
      throw H2Error(
        .concurrentStreams, at: block.offset, stream: id, expected: limit, found: remoteStreams + 1)
    }
    return insert(id, incoming: .head)
  }

  private mutating func takeHeaders(_ slot: Int) throws(H2Error) -> H2Event? {
    let id = streams[slot].id
    let outcome = streams[slot].state.received(block.endsStream ? .headersEnd : .headers)
    guard case .becomes(let state) = outcome else { return nil }
    // Counted from here on, so that a reset takes it back.
    let hasEnded = state.isOver
    if !hasEnded { advance(slot, to: state) }
    head = H2MessageRules.head(
      of: headers, expected: streams[slot].incoming.expectedKind(from: role.peer),
      allowsExtendedConnect: configuration.settings.enableConnectProtocol)
    if let rule = head.violations.subtracting(configuration.tolerated).first {
      throw H2Error(rule, at: block.offset, stream: id)
    }
    if let rule = streams[slot].incoming.receive(head, endStream: block.endsStream) {
      throw H2Error(rule, at: block.offset, stream: id)
    }
    if hasEnded { close(slot, as: state) }
    return .headers(id, head.kind, endStream: block.endsStream)
  }
}
