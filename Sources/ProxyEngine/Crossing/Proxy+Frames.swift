import BoltCodec
import H2Codec
import MosnBytes
import Translate

// Messages that come as frames, from clients and from servers: they pass as they are, or become fields.

extension Proxy {
  /// A frame came, on the way to whoever it is for.
  mutating func take(_ frame: BoltFrame, hasMap: Bool, in bytes: RawSpan, on connection: ConnectionID) {
    // Where routes ask what is no map, nobody knows what it says.
    if !hasMap, let listener = connections[connection].listener,
      frame.kind == .request || frame.kind == .oneway, listener.router.route(frame, in: bytes) == nil
    {
      return refuse(peers.unfitHead(of: connections[connection].peer), on: connection)
    }
    switch frame.kind {
    case .heartbeat:
      if let listener = connections[connection].listener, listener.passesHeartbeats,
        let route = listener.router.route(frame, in: bytes),
        listener.upstream(on: route).kind(for: connections[connection].kind)?.form == .frames
      {
        return callFrame(frame, in: bytes, on: connection, listener)
      }
      write(.heartbeatAck(to: frame.head), to: connection)
    case .heartbeatAck:
      // Of a heartbeat that was passed on; ours need no more than to have been heard.
      if let call = connections[connection].calls[frame.id] {
        answer(call, frame, in: bytes, from: connection)
      }
    case .request, .oneway:
      if let listener = connections[connection].listener {
        callFrame(frame, in: bytes, on: connection, listener)
      } else {
        push(frame, in: bytes, from: connection)
      }
    case .response:
      // One that nobody waits for came too late, or twice.
      if let call = connections[connection].calls[frame.id] {
        answer(call, frame, in: bytes, from: connection)
      }
    case .goaway:
      if connections[connection].isUpstream { retire(connection) }
    }
  }

  /// A frame that cannot be read to its end but has one, or that must not be passed on.
  mutating func refuse(_ head: BoltHead?, on connection: ConnectionID) {
    noteFault(of: connection)
    guard let head else { return }
    switch head.kind {
    case .request:
      write(
        ProxyError(.malformedHead).reply.boltHead(to: head, compatible: toHTTP2.options.isCompatible),
        to: connection)
    case .response:
      if let call = connections[connection].calls[head.id], exchanges[call].callee == connection {
        receive(.lost(.malformedAnswer), for: call)
      }
    case .oneway, .heartbeat, .heartbeatAck, .goaway:
      break
    }
  }

  // MARK: Calls from bolt

  private mutating func callFrame(
    _ frame: BoltFrame, in bytes: RawSpan, on caller: ConnectionID, _ listener: Listener
  ) {
    let call = beginCall(on: caller, frame.version == .v1 ? .boltV1 : .boltV2, in: .waiting)
    exchanges[call].boltHead = frame.head
    exchanges[call].isOneway = frame.type == .oneway
    exchanges[call].requestEnded = true
    exchanges[call].holdsFrame = true
    exchanges[call].times.requestReceived = now
    exchanges[call].times.bytesReceived = UInt64(frame.contentLength)
    if reportsCalls {
      events.append(
        .requestReceived(
          caller, streamID: exchanges[call].number, requestID: frame.id, exchanges[call].callerProtocol))
      if !recordedNames.isEmpty {
        exchanges[call].requestHeaders = record(BoltHeaders(map: frame.headerMap), in: bytes)
      }
    }
    if let error = refusal(of: caller) {
      noteCalls(of: caller)
      return receive(.stopped(error), for: call)
    }
    guard follow(listener.router.route(frame, in: bytes), call, listener) else { return }
    arm(call, milliseconds: Int64(frame.timeout ?? 0))
    guard admit(call) else { return }
    switch lease(call) {
    case .connection(let connection):
      send(call, frame, in: bytes, on: connection)
    case .waits:
      exchanges[call].request.append(bytes.extracting(frame.range))
      park(call)
    case .nowhere(let cause):
      receive(.stopped(cause), for: call)
    }
  }

  /// A bolt request goes out, in the server's protocol.
  mutating func send(_ call: ExchangeID, _ frame: BoltFrame, in bytes: RawSpan, on connection: ConnectionID) {
    if connections[connection].kind.form == .fields {
      return translate(call, frame, in: bytes, to: connection)
    }
    touch(connection)
    var wanted = frame.head
    if let version = exchanges[call].calleeVersion, version != frame.version {
      (wanted.version, wanted.ver1, wanted.switches) = (version, 1, 0)
    }
    if let left = timeLeft(call, frame) { wanted.limit(to: left) }
    let number = exchanges[call].number
    guard peers.send(frame, in: bytes, id: number, as: wanted, to: connections[connection].peer) else {
      return receive(.stopped(.headTooLarge), for: call)
    }
    if exchanges[call].route?.retry?.retryOn == true { keepForReplay(call, frame, in: bytes) }
    if exchanges[call].isOneway {
      count(call, on: connection)
      receive(.answered, for: call)
    } else {
      bind(call, to: connection, key: exchanges[call].number)
    }
  }

  /// Milliseconds of a request's own limit that are left for the server; nil: it stays as it is.
  @inline(__always)
  private func timeLeft(_ call: ExchangeID, _ frame: BoltFrame) -> Int32? {
    guard limits.deductsBoltTimeout, now > exchanges[call].times.start, let timeout = frame.timeout,
      timeout > 0
    else { return nil }
    return Int32(clamping: TimeoutFields.left(of: Int64(timeout), now &- exchanges[call].times.start))
  }

  /// A request in bolt becomes one of HTTP/2.
  private mutating func translate(
    _ call: ExchangeID, _ frame: BoltFrame, in bytes: RawSpan, to connection: ConnectionID
  ) {
    list.removeAll()
    toHTTP2.usesMapField = usesMapField(exchanges[call].caller)
    let left = timeLeft(call, frame)
    do throws(TranslationError) {
      try toHTTP2.request(
        frame, in: bytes, requestID: exchanges[call].number, authority: exchanges[call].host?.authority ?? [],
        timeout: left, into: &list)
      report(losses: toHTTP2.losses.count, of: call, "request")
    } catch {
      note(error, of: exchanges[call].caller)
      return receive(.stopped(error.reply == .headTooLarge ? .headTooLarge : .malformedHead), for: call)
    }
    Self.rewrite(&list, exchanges[call].route)
    keepForReplay(call, frame, in: bytes)
    guard open(call, list, endStream: frame.contentLength == 0, on: connection), frame.contentLength > 0
    else {
      return
    }
    sendBody(bytes.extracting(frame.content), of: call, ends: true, to: connection)
  }

  /// The request can be sent once more as long as it is not too long to be kept.
  private mutating func keepForReplay(_ call: ExchangeID, _ frame: BoltFrame, in bytes: RawSpan) {
    exchanges[call].isReplayable = frame.length <= limits.replay
    if exchanges[call].isReplayable, exchanges[call].request.isEmpty {
      exchanges[call].request.append(bytes.extracting(frame.range))
    }
  }

  // MARK: Answers from bolt

  /// An answer to a call, whoever made it.
  private mutating func answer(
    _ call: ExchangeID, _ frame: BoltFrame, in bytes: RawSpan, from connection: ConnectionID
  ) {
    guard exchanges[call].callee == connection, exchanges[call].calleeKey == frame.id else { return }
    exchanges[call].times.responseReceived = now
    exchanges[call].times.boltStatus = frame.status
    exchanges[call].times.bytesSent = UInt64(frame.contentLength)
    guard let caller = connections.live(exchanges[call].caller) else { return }
    if exchanges[call].callerKind.form == .fields {
      return translate(call, answer: frame, in: bytes, to: caller)
    }
    touch(caller)
    // A server answers as its connection began, which may have been for another client.
    var wanted = exchanges[call].boltHead
    if frame.kind == .heartbeatAck { wanted.switches = 0 }
    guard peers.send(frame, in: bytes, id: wanted.id, as: wanted, to: connections[caller].peer) else {
      return receive(.lost(.answerTooLarge), for: call)
    }
    receive(.answered, for: call)
  }

  private mutating func translate(
    _ call: ExchangeID, answer frame: BoltFrame, in bytes: RawSpan, to caller: ConnectionID
  ) {
    list.removeAll()
    toHTTP2.usesMapField = usesMapField(caller)
    do throws(TranslationError) {
      try toHTTP2.response(
        frame, in: bytes, requestID: exchanges[call].dialectRequestID, to: exchanges[call].dialect,
        answering: exchanges[call].boltHead, isLean: exchanges[call].isLean, into: &list)
      report(losses: toHTTP2.losses.count, of: call, "response")
    } catch {
      return receive(.lost(.malformedAnswer), for: call)
    }
    let isEmpty = frame.contentLength == 0
    exchanges[call].answerEnded = true
    guard passHead(of: call, endStream: isEmpty, to: caller), !isEmpty else { return }
    release(call)
    passBody(bytes.extracting(frame.content), of: call, ends: true, to: caller)
  }

  // MARK: Push

  /// A server's call to a client, passed on where there is no doubt which client is meant: the only one whose calls
  /// ever went over this connection.
  private mutating func push(_ frame: BoltFrame, in bytes: RawSpan, from connection: ConnectionID) {
    let call = beginCall(on: connection, frame.version == .v1 ? .boltV1 : .boltV2, in: .waiting)
    exchanges[call].boltHead = frame.head
    exchanges[call].isOneway = frame.type == .oneway
    exchanges[call].times.requestReceived = now
    arm(call, milliseconds: Int64(frame.timeout ?? 0))
    guard !connections[connection].isShared,
      let client = connections.live(connections[connection].soleCaller),
      connections[client].kind == connections[connection].kind,
      connections[client].state == .open || connections[client].state == .draining
    else { return receive(.stopped(.noPushTarget), for: call) }
    send(call, frame, in: bytes, on: client)
  }

  // MARK: Frames

  /// Whether its listener takes and sends `x-mosnd-map`.
  func usesMapField(_ caller: ConnectionID) -> Bool {
    listener(of: caller)?.usesMapField ?? true
  }

  /// Nil: it is gone.
  func listener(of caller: ConnectionID) -> Listener? {
    guard let caller = connections.live(caller) else { return nil }
    return connections[caller].listener
  }

  /// A frame that has no more than its head.
  mutating func write(_ head: BoltHead, to connection: ConnectionID) {
    touch(connection)
    peers.send(head, to: connections[connection].peer)
  }
}
