import BoltCodec
import H2Codec
import MosnBytes
import Translate

// Bolt, from clients and from servers.

extension Proxy {
  /// Takes the frames out of what came, where it lies; only a frame that is not whole is copied, to wait for the rest.
  mutating func readBolt(_ bytes: RawSpan, on connection: Connection) {
    if connection.held.isEmpty {
      let taken = takeFrames(of: bytes, on: connection)
      if taken < bytes.byteCount {
        connection.held.append(bytes.extracting(taken..<bytes.byteCount))
        connection.headBegan = now
      }
      return
    }
    var held: [UInt8] = []
    swap(&held, &connection.held)
    held.append(bytes)
    let taken = takeFrames(of: held.span.bytes, on: connection)
    if taken == held.count {
      held.removeAll(keepingCapacity: held.capacity <= Exchange.keptCapacity)
      connection.headBegan = nil
    } else if taken > 0 {
      held.removeFirst(taken)
      connection.headBegan = now
    }
    connection.held = held
  }

  /// How many bytes of whole frames there were; all of them once the connection is over.
  private mutating func takeFrames(of bytes: RawSpan, on connection: Connection) -> Int {
    // Not with each frame: all limits are copied to look at one of them.
    let (lengths, longest) = (limits.bolt, limits.boltHeaderLength)
    var start = 0
    while connection.state != .closed, start < bytes.byteCount {
      do throws(BoltError) {
        guard
          let frame = try BoltFrame.parse(
            bytes, at: start, streamOffset: connection.offset, limits: lengths)
        else { return start }
        start = frame.range.upperBound
        connection.offset &+= UInt64(frame.length)
        var oddity: BoltError?
        do throws(BoltError) { try frame.verify(in: bytes, limits: lengths) } catch {
          // A header need not be a map: serializers of bolt's users may make what they like.
          guard error.rule.isNoMap else { throw error }
          oddity = error
        }
        // But where routes ask what it says, nobody knows.
        if let oddity, let listener = connection.listener, frame.kind == .request || frame.kind == .oneway,
          listener.router.route(frame, in: bytes) == nil
        {
          throw oddity
        }
        if let offence = Self.offence(frame, longest: longest) {
          note(offence, of: connection.id, at: frame.streamOffset)
          refuse(frame.head, on: connection)
        } else {
          take(frame, in: bytes, on: connection)
        }
      } catch {
        switch error.scope {
        case .frame:
          note(error, of: connection.id)
          refuse(error.head, on: connection)
        case .connection: misbehave(connection, error.description)
        }
      }
    }
    return connection.state == .closed ? bytes.byteCount : start
  }

  private mutating func take(_ frame: BoltFrame, in bytes: RawSpan, on connection: Connection) {
    switch frame.kind {
    case .heartbeat:
      if let listener = connection.listener, listener.passesHeartbeats,
        let route = listener.router.route(frame, in: bytes), listener.upstream(on: route).isBolt
      {
        return callBolt(frame, in: bytes, on: connection, listener)
      }
      write(.heartbeatAck(to: frame.head), to: connection)
    case .heartbeatAck:
      // Of a heartbeat that was passed on; ours need no more than to have been heard.
      if let call = connection.calls[frame.id] { answer(call, frame, in: bytes, from: connection) }
    case .request, .oneway:
      if let listener = connection.listener {
        callBolt(frame, in: bytes, on: connection, listener)
      } else {
        push(frame, in: bytes, from: connection)
      }
    case .response:
      // One that nobody waits for came too late, or twice.
      if let call = connection.calls[frame.id] { answer(call, frame, in: bytes, from: connection) }
    case .goaway:
      if connection.isUpstream { retire(connection) }
    }
  }

  /// Why a frame that can be read must not be passed on.
  private static func offence(_ frame: BoltFrame, longest: Int) -> BoltOffence? {
    // Those that end here may be as they like.
    if frame.kind == .goaway { return nil }
    return BoltOffence(
      frame.head, className: frame.classLength, headerMap: frame.headerLength, longest: longest)
  }

  /// A frame that cannot be read to its end but has one, or that must not be passed on.
  private mutating func refuse(_ head: BoltHead?, on connection: Connection) {
    guard let head else { return }
    switch head.kind {
    case .request:
      write(
        ProxyError(.malformedHead).reply.boltHead(to: head, compatible: toHTTP2.options.isCompatible),
        to: connection)
    case .response:
      if let call = connection.calls[head.id], call.callee == connection.id {
        receive(.lost(.malformedAnswer), for: call)
      }
    case .oneway, .heartbeat, .heartbeatAck, .goaway:
      break
    }
  }

  // MARK: Calls from bolt

  private mutating func callBolt(
    _ frame: BoltFrame, in bytes: RawSpan, on caller: Connection, _ listener: Listener
  ) {
    let call = beginCall(on: caller, frame.version == .v1 ? .boltV1 : .boltV2, in: .waiting)
    call.boltHead = frame.head
    call.isOneway = frame.type == .oneway
    call.requestEnded = true
    call.holdsFrame = true
    call.times.requestReceived = now
    call.times.bytesReceived = UInt64(frame.contentLength)
    if reportsCalls {
      events.append(
        .requestReceived(caller.id, streamID: call.number, requestID: frame.id, call.callerProtocol))
      if !recordedNames.isEmpty {
        call.requestHeaders = record(BoltHeaders(map: frame.headerMap), in: bytes)
      }
    }
    if let error = refusal(of: caller) {
      noteCalls(of: caller)
      return receive(.stopped(error), for: call)
    }
    guard follow(listener.router.route(frame, in: bytes), call, listener) else { return }
    arm(call, milliseconds: Int64(frame.timeout ?? 0))
    guard let connection = lease(call) else {
      if call.state == .waiting {
        call.request.append(bytes.extracting(frame.range))
        park(call)
      }
      return
    }
    send(call, frame, in: bytes, on: connection)
  }

  /// A bolt request goes out, in the server's protocol.
  mutating func send(_ call: Exchange, _ frame: BoltFrame, in bytes: RawSpan, on connection: Connection) {
    if connection.isHTTP2 { return translate(call, frame, in: bytes, to: connection) }
    giveBuffer(to: connection)
    var wanted = frame.head
    if let version = call.calleeVersion, version != frame.version {
      (wanted.version, wanted.ver1, wanted.switches) = (version, 1, 0)
    }
    if let left = timeLeft(call, frame) { wanted.limit(to: left) }
    guard copy(frame, in: bytes, id: call.number, as: wanted, to: &connection.output) else {
      return receive(.stopped(.headTooLarge), for: call)
    }
    if call.route?.retry?.retryOn == true { keepForReplay(call, frame, in: bytes) }
    if call.isOneway {
      count(call, on: connection)
      receive(.answered, for: call)
    } else {
      bind(call, to: connection, key: call.number)
    }
  }

  /// Milliseconds of a request's own limit that are left for the server; nil: it stays as it is.
  private func timeLeft(_ call: Exchange, _ frame: BoltFrame) -> Int32? {
    guard limits.deductsBoltTimeout, now > call.times.start, let timeout = frame.timeout, timeout > 0 else {
      return nil
    }
    return Int32(clamping: TimeoutFields.left(of: Int64(timeout), now &- call.times.start))
  }

  /// A request in bolt becomes one of HTTP/2.
  private mutating func translate(
    _ call: Exchange, _ frame: BoltFrame, in bytes: RawSpan, to connection: Connection
  ) {
    list.removeAll()
    toHTTP2.usesMapField = connections[call.caller]?.listener?.usesMapField ?? true
    do throws(TranslationError) {
      try toHTTP2.request(
        frame, in: bytes, requestID: call.number, authority: call.host?.authority ?? [],
        timeout: timeLeft(call, frame), into: &list)
      report(losses: toHTTP2.losses.count, of: call, "request")
    } catch {
      note(error, of: call.caller)
      return receive(.stopped(error.reply == .headTooLarge ? .headTooLarge : .malformedHead), for: call)
    }
    Self.rewrite(&list, call.route)
    keepForReplay(call, frame, in: bytes)
    guard open(call, list, endStream: frame.contentLength == 0, on: connection), frame.contentLength > 0
    else {
      return
    }
    sendBody(bytes.extracting(frame.content), of: call, ends: true, to: connection)
  }

  /// The request can be sent once more as long as it is not too long to be kept.
  private func keepForReplay(_ call: Exchange, _ frame: BoltFrame, in bytes: RawSpan) {
    call.isReplayable = frame.length <= limits.replay
    if call.isReplayable, call.request.isEmpty { call.request.append(bytes.extracting(frame.range)) }
  }

  // MARK: Answers from bolt

  /// An answer to a call, whoever made it.
  private mutating func answer(
    _ call: Exchange, _ frame: BoltFrame, in bytes: RawSpan, from connection: Connection
  ) {
    guard call.callee == connection.id, call.calleeKey == frame.id else { return }
    call.times.responseReceived = now
    call.times.boltStatus = frame.status
    call.times.bytesSent = UInt64(frame.contentLength)
    guard let caller = connections[call.caller] else { return }
    if call.callerIsHTTP2 { return translate(call, answer: frame, in: bytes, to: caller) }
    giveBuffer(to: caller)
    // A server answers as its connection began, which may have been for another client.
    var wanted = call.boltHead
    if frame.kind == .heartbeatAck { wanted.switches = 0 }
    guard copy(frame, in: bytes, id: wanted.id, as: wanted, to: &caller.output) else {
      return receive(.lost(.answerTooLarge), for: call)
    }
    receive(.answered, for: call)
  }

  private mutating func translate(
    _ call: Exchange, answer frame: BoltFrame, in bytes: RawSpan, to caller: Connection
  ) {
    list.removeAll()
    toHTTP2.usesMapField = caller.listener?.usesMapField ?? true
    do throws(TranslationError) {
      try toHTTP2.response(
        frame, in: bytes, requestID: call.dialectRequestID, to: call.dialect, answering: call.boltHead,
        isLean: call.isLean, into: &list)
      report(losses: toHTTP2.losses.count, of: call, "response")
    } catch {
      return receive(.lost(.malformedAnswer), for: call)
    }
    let isEmpty = frame.contentLength == 0
    call.answerEnded = true
    guard passHead(list, of: call, endStream: isEmpty, to: caller), !isEmpty else { return }
    release(call)
    passBody(bytes.extracting(frame.content), of: call, ends: true, to: caller)
  }

  // MARK: Push

  /// A server's call to a client, passed on where there is no doubt which client is meant: the only one whose calls
  /// ever went over this connection.
  private mutating func push(_ frame: BoltFrame, in bytes: RawSpan, from connection: Connection) {
    let call = beginCall(on: connection, frame.version == .v1 ? .boltV1 : .boltV2, in: .waiting)
    call.boltHead = frame.head
    call.isOneway = frame.type == .oneway
    call.times.requestReceived = now
    arm(call, milliseconds: Int64(frame.timeout ?? 0))
    guard !connection.isShared, let client = connections[connection.soleCaller], client.wire.isBolt,
      client.state == .open || client.state == .draining
    else { return receive(.stopped(.noPushTarget), for: call) }
    send(call, frame, in: bytes, on: client)
  }

  // MARK: Frames

  /// A frame under another id: its bytes as they are, or newly made in the version and with the switch byte of `wanted`.
  /// False: its parts do not fit.
  private func copy(
    _ frame: BoltFrame, in bytes: RawSpan, id: UInt32, as wanted: BoltHead, to output: inout [UInt8]
  ) -> Bool {
    let isAsItWas =
      (wanted.version, wanted.ver1, wanted.switches) == (frame.version, frame.ver1, frame.switches)
      && (frame.type == .response || wanted.timeout == frame.timeout)
    if isAsItWas {
      let start = output.count
      output.append(bytes.extracting(frame.range))
      return frame.renumber(to: id, in: &output, at: start)
    }
    var head = frame.head
    (head.version, head.ver1, head.switches, head.id) = (wanted.version, wanted.ver1, wanted.switches, id)
    if let timeout = wanted.timeout { head.limit(to: timeout) }
    return
      (try? BoltEncoder.encode(
        head, className: bytes.extracting(frame.className), headerMap: bytes.extracting(frame.headerMap),
        content: bytes.extracting(frame.content), longest: limits.boltHeaderLength, into: &output)) != nil
  }

  /// A frame without parts.
  mutating func write(_ head: BoltHead, to connection: Connection) {
    giveBuffer(to: connection)
    let nothing: [UInt8] = []
    let none = nothing.span.bytes
    try? BoltEncoder.encode(head, className: none, headerMap: none, content: none, into: &connection.output)
  }
}
