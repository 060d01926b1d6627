extension H2Connection {
  /// Opens the next stream with a request. The list's own rules are the caller's duty.
  ///
  /// - Parameter checksLength: false: the answer's content may differ from its `content-length`, which is then not to be
  ///   believed or passed on.
  public mutating func open(_ list: borrowing H2HeaderList, endStream: Bool, checksLength: Bool = true)
    throws(H2SendError) -> H2StreamID
  {
    guard failure == nil else { throw .connectionOver }
    guard role == .client else { throw .role }
    guard sentGoAway == nil, receivedGoAway == nil else { throw .goingAway }
    guard streamsLeft > 0 else { throw .streamsExhausted }
    guard localStreams < remoteSettings.maxConcurrentStreams ?? .max else { throw .concurrentStreams }
    try checkSize(list)
    let id = H2StreamID(rawValue: lastLocalStream.rawValue == 0 ? 1 : lastLocalStream.rawValue + 2)
    lastLocalStream = id
    let slot = insert(id, incoming: .head)
    streams[slot].incoming.checksLength = checksLength
    if let method = list.value(of: ":method") {
      streams[slot].incoming.answers =
        list.equals(method, "HEAD") ? .head : list.equals(method, "CONNECT") ? .connect : .other
    }
    advance(slot, to: endStream ? .halfClosedLocal : .open)
    encode(list, on: id, endStream: endStream)
    return id
  }

  /// Sends a response's head (informational ones first), or trailers, which need `endStream`.
  public mutating func sendHeaders(
    _ list: borrowing H2HeaderList, on id: H2StreamID, endStream: Bool
  ) throws(H2SendError) {
    let slot = try slotForSending(id, endStream ? .headersEnd : .headers)
    try checkSize(list)
    encode(list, on: id, endStream: endStream)
    finishSending(slot, endStream ? .headersEnd : .headers)
  }

  /// Sends as much of `data` as the windows and the output's bound allow and says how much that was; END_STREAM
  /// goes with the last byte. A `windowOpened` event tells when the rest has a chance.
  public mutating func sendData(
    _ data: borrowing RawSpan, on id: H2StreamID, endStream: Bool
  ) throws(H2SendError) -> Int {
    let slot = try slotForSending(id, endStream ? .dataEnd : .data)
    let room = max(0, configuration.floods.queuedBytes - output.count)
    let window = max(0, min(sendWindow.size, streams[slot].sendWindow.size))
    let accepted = min(data.byteCount, window, room)
    if accepted < data.byteCount {
      if room <= accepted { isOutputBlocked = true }
      if sendWindow.size <= accepted { isConnectionBlocked = true }
      streams[slot].isBlocked = true
    }
    let ends = endStream && accepted == data.byteCount
    guard accepted > 0 || ends else { return 0 }
    _ = sendWindow.use(accepted)
    _ = streams[slot].sendWindow.use(accepted)
    var sent = 0
    var frames = 0
    repeat {
      let end = min(accepted, sent + remoteSettings.maxFrameSize)
      H2FrameEncoder.data(
        data.extracting(sent..<end), stream: id, endStream: ends && end == accepted, into: &output)
      sent = end
      frames += 1
    } while sent < accepted
    guardian.dataSent(frames: frames)
    if ends { finishSending(slot, .dataEnd) }
    return accepted
  }

  /// Ends a stream at once. Nothing happens if it is over already.
  public mutating func reset(_ id: H2StreamID, _ code: H2ErrorCode) {
    guard failure == nil, streams.slot(of: id) != nil else { return }
    sendReset(id, code)
  }

  /// `count` bytes of `data` events have found their place; the peer may send as many more. Also due for streams
  /// that are over. Updates go out when half of a window has been used.
  public mutating func consume(_ count: Int, on id: H2StreamID) {
    widenConnection(by: count)
    widen(id, by: count)
  }

  /// The connection's part of `consume`, for who bounds what waits by the windows of the streams alone: one that is
  /// slow must not hold up all others.
  public mutating func widenConnection(by count: Int) {
    guard failure == nil, count > 0 else { return }
    let granted = configuration.grantedWindow
    let count = min(count, granted)
    unreturned = min(unreturned + count, granted - receiveWindow.size)
    if unreturned >= granted / 2, receiveWindow.widen(by: unreturned) {
      H2FrameEncoder.windowUpdate(stream: .connection, increment: unreturned, into: &output)
      unreturned = 0
    }
  }

  /// The stream's part of `consume`.
  public mutating func widen(_ id: H2StreamID, by count: Int) {
    guard failure == nil, count > 0, let slot = streams.slot(of: id) else { return }
    let due = streams[slot].consume(count, granted: configuration.settings.initialWindowSize)
    if due > 0 { H2FrameEncoder.windowUpdate(stream: id, increment: due, into: &output) }
  }

  /// Asks for a `pong` event with the same data.
  public mutating func ping(_ data: UInt64) {
    guard failure == nil else { return }
    H2FrameEncoder.ping(data, into: &output)
  }

  /// Stops taking new streams, without losing one that is under way (§6.8): a first GOAWAY names no limit, a second
  /// one, when the peer has seen the first, names the last stream worked on.
  public mutating func shutdown() {
    guard failure == nil, sentGoAway == nil else { return }
    sendGoAway(last: .last, .noError)
    drainingPing = .sent
    H2FrameEncoder.ping(Self.drainingPingData, into: &output)
  }

  /// Stops taking new streams at once; those open may end. `last` is that of the streams seen so far.
  public mutating func goAway(_ code: H2ErrorCode, debugData: [UInt8] = []) {
    guard failure == nil else { return }
    drainingPing = .none
    sendGoAway(last: min(lastRemoteStream, sentGoAway ?? .last), code, debugData)
  }

  mutating func sendGoAway(last: H2StreamID, _ code: H2ErrorCode, _ debugData: [UInt8] = []) {
    sentGoAway = last
    H2FrameEncoder.goAway(last: last, code, debugData: debugData, into: &output)
  }

  /// Queues SETTINGS; they hold from the peer's acknowledgement on.
  mutating func announce(_ settings: H2Settings) {
    H2FrameEncoder.settings(settings.entries(from: role), into: &output)
    pendingSettings.append(settings)
    // What we take may grow at once.
    decoder.maxFrameSize = max(decoder.maxFrameSize, settings.maxFrameSize)
  }
}

extension H2Connection {
  private func slotForSending(_ id: H2StreamID, _ input: H2StreamInput) throws(H2SendError) -> Int {
    guard failure == nil else { throw .connectionOver }
    guard let slot = streams.slot(of: id) else { throw .streamState(stateOfUnknown(id)) }
    guard case .becomes = streams[slot].state.sent(input) else { throw .streamState(streams[slot].state) }
    return slot
  }

  private mutating func finishSending(_ slot: Int, _ input: H2StreamInput) {
    if case .becomes(let state) = streams[slot].state.sent(input) { advance(slot, to: state) }
  }

  private func checkSize(_ list: borrowing H2HeaderList) throws(H2SendError) {
    guard list.size <= remoteSettings.maxHeaderListSize ?? .max else { throw .headerListSize }
  }

  /// Encodes the block where it goes out; only one that is too long for a frame moves to be cut.
  private mutating func encode(_ list: borrowing H2HeaderList, on id: H2StreamID, endStream: Bool) {
    let start = output.count
    let flags: H2FrameFlags = endStream ? [.endHeaders, .endStream] : .endHeaders
    H2FrameEncoder.header(length: 0, type: .headers, flags: flags, stream: id, into: &output)
    fieldEncoder.encode(list, into: &output)
    let length = output.count - start - H2Frame.headerLength
    guard length > remoteSettings.maxFrameSize else {
      output[start] = UInt8(truncatingIfNeeded: length >> 16)
      output[start + 1] = UInt8(truncatingIfNeeded: length >> 8)
      output[start + 2] = UInt8(truncatingIfNeeded: length)
      return
    }
    let block = Array(output[(start + H2Frame.headerLength)...])
    output.removeSubrange(start...)
    H2FrameEncoder.headers(
      block, stream: id, endStream: endStream, maxFrameSize: remoteSettings.maxFrameSize, into: &output)
  }
}
