import BoltCodec
import H2Codec
import MosnBytes
import Translate

// Messages that come as fields and content, from clients and from servers, and the calls they belong to. What becomes of
// answers is beside this.

extension Proxy {
  mutating func takeHead(
    _ key: UInt32, _ kind: H2MessageHead.Kind, _ isWhole: Bool, on connection: ConnectionID
  ) {
    switch kind {
    case .request:
      if let listener = connections[connection].listener {
        callFields(key, isWhole, on: connection, listener)
      }
    case .response, .informational:
      guard let call = connections[connection].calls[key] else { return }
      takeAnswer(call, kind, isWhole, from: connection)
    case .trailers:
      guard let call = connections[connection].calls[key] else { return }
      if exchanges[call].caller == connection {
        if exchanges[call].passesFields {
          exchanges[call].unsentRequest.trailers = takeTrailers(from: connection)
        }
        endRequest(of: call, on: connection)
      } else {
        if exchanges[call].callerKind.form == .fields {
          if peers.isHeadMalformed(of: connections[connection].peer) {
            return receive(.lost(.malformedAnswer), for: call)
          }
          exchanges[call].unsentAnswer.trailers = takeTrailers(from: connection)
        }
        endAnswer(of: call, from: connection)
      }
    }
  }

  private mutating func takeTrailers(from connection: ConnectionID) -> H2HeaderList {
    var trailers = H2HeaderList()
    peers.takeFields(of: connections[connection].peer, into: &trailers)
    return CleanFields.cleaned(trailers, isTrailers: true) ?? trailers
  }

  /// A head of which only the beginning was kept.
  mutating func takeCutHead(_ key: UInt32, on connection: ConnectionID) {
    noteFault(of: connection)
    if let call = connections[connection].calls[key] {
      // A server's answer, or somebody's trailers.
      let isAnswer = exchanges[call].caller != connection
      receive(isAnswer ? .lost(.answerTooLarge) : .stopped(.headTooLarge), for: call)
    } else if connections[connection].listener != nil {
      peers.takeFields(of: connections[connection].peer, into: &list)
      receive(.stopped(.headTooLarge), for: beginFields(key, ends: false, on: connection))
    } else {
      peers.cancel(key, .cancel, of: connections[connection].peer)
    }
  }

  mutating func takeContent(
    _ key: UInt32, _ data: RawSpan, _ endStream: Bool, on connection: ConnectionID
  ) {
    guard let call = connections[connection].calls[key] else {
      return peers.consume(data.byteCount, on: key, of: connections[connection].peer)
    }
    if exchanges[call].caller == connection {
      takeRequest(data, endStream, of: call, from: connection)
    } else {
      // Calls of many clients share this connection: none of them may use up its window by not reading.
      peers.widenConnection(by: data.byteCount, of: connections[connection].peer)
      takeAnswer(data, endStream, of: call, from: connection)
    }
  }

  mutating func takeCut(_ key: UInt32, _ code: H2ErrorCode, on connection: ConnectionID) {
    guard let call = connections[connection].calls[key] else { return }
    if exchanges[call].caller == connection {
      receive(.left(.clientReset), for: call)
    } else if code == .refusedStream {
      receive(.refused(.refusedStream), for: call)
    } else if code == .noError, exchanges[call].answerEnded {
      return
    } else {
      receive(.lost(.upstreamReset), for: call)
    }
  }

  // MARK: Requests

  private mutating func callFields(
    _ key: UInt32, _ endStream: Bool, on caller: ConnectionID, _ listener: Listener
  ) {
    guard var head = peers.head(of: connections[caller].peer) else { return }
    peers.takeFields(of: connections[caller].peer, into: &list)
    // Before anything is decided by them: what is looked at is what will be sent.
    if let clean = CleanFields.cleaned(list, trimming: .ofNames) {
      list = clean
      head = H2MessageRules.head(of: clean, expected: .request)
    }
    let call = beginFields(key, ends: endStream, on: caller)
    chargeLists(call)
    if let error = refusal(of: caller) {
      noteCalls(of: caller)
      return receive(.stopped(error), for: call)
    }
    guard exchanges[call].list.count <= limits.fields else {
      note(.headerEntries, limits.fields, exchanges[call].list.count, of: caller)
      return receive(.stopped(.headTooLarge), for: call)
    }
    guard follow(route(call, head, on: listener), call, listener) else { return }
    arm(call, milliseconds: TimeoutFields.milliseconds(exchanges[call].list))
    Self.rewrite(&exchanges[call].list, exchanges[call].route)
    if exchanges[call].passesFields {
      pass(call, from: caller)
    } else if let length = head.contentLength, length > limits.crossingBody {
      note(.crossingBody, limits.crossingBody, length, of: caller)
      receive(.stopped(.bodyTooLarge), for: call)
    } else if endStream {
      cross(call)
    }
  }

  /// A call begins whose fields are in `list`.
  private mutating func beginFields(_ key: UInt32, ends: Bool, on caller: ConnectionID) -> ExchangeID {
    let wire = connections[caller].wire
    let call = beginCall(on: caller, wire, key: key, in: .gathering)
    swap(&exchanges[call].list, &list)
    exchanges[call].dialectRequestID = exchanges[call].number
    exchanges[call].requestEnded = ends
    if ends { exchanges[call].times.requestReceived = now }
    if reportsCalls {
      events.append(.requestReceived(caller, streamID: exchanges[call].number, requestID: key, wire))
      if !recordedNames.isEmpty { exchanges[call].requestHeaders = record(exchanges[call].list) }
    }
    return call
  }

  /// Fields go on as fields.
  private mutating func pass(_ call: ExchangeID, from caller: ConnectionID) {
    if let clean = CleanFields.cleaned(exchanges[call].list) { exchanges[call].list = clean }
    guard CleanFields.hasSoundAuthority(exchanges[call].list) else {
      events.append(.misbehaved(caller, "an authority that is no host and port"))
      return receive(.stopped(.malformedHead), for: call)
    }
    guard admit(call) else { return }
    exchanges[call].isReplayable = true
    receive(.ready, for: call)
    dispatch(call)
  }

  /// By what the server will see: where bolt is spoken to it, the map field may say other than the fields.
  private mutating func route(_ call: ExchangeID, _ head: H2MessageHead, on listener: Listener)
    -> CompiledRoute?
  {
    guard listener.crossesToBolt else { return listener.router.route(exchanges[call].list, head) }
    var parts = takeParts()
    defer { self.parts = parts }
    prepare(for: listener)
    guard let map = toBolt.routedMap(exchanges[call].list, names: listener.router.names, into: &parts) else {
      return listener.router.route(exchanges[call].list, head)
    }
    return listener.router.route(exchanges[call].list, head, map: map, in: &parts)
  }

  /// Before a call of this listener's is translated to bolt.
  private mutating func prepare(for listener: Listener?) {
    toBolt.takesMapField = listener?.usesMapField ?? true
    toBolt.routedNames = listener?.router.names ?? []
  }

  private mutating func takeRequest(
    _ data: RawSpan, _ endStream: Bool, of call: ExchangeID, from caller: ConnectionID
  ) {
    exchanges[call].times.bytesReceived += UInt64(data.byteCount)
    guard exchanges[call].passesFields else {
      // Held whole; the window bounds nothing any more, the limit does.
      peers.consume(data.byteCount, on: exchanges[call].callerKey, of: connections[caller].peer)
      // Answered without a server, and the answer waits for a window.
      guard exchanges[call].state == .gathering else { return }
      let length = exchanges[call].request.count + data.byteCount
      guard length <= limits.crossingBody else {
        note(.crossingBody, limits.crossingBody, length, of: caller)
        return receive(.stopped(.bodyTooLarge), for: call)
      }
      exchanges[call].request.append(data)
      park(call)
      if let error = shortage(call) { return receive(.stopped(error), for: call) }
      if endStream { endRequest(of: call, on: caller) }
      return
    }
    if exchanges[call].isReplayable, exchanges[call].request.count + data.byteCount <= limits.replay {
      exchanges[call].request.append(data)
      park(call)
    } else {
      exchanges[call].isReplayable = false
      exchanges[call].request.removeAll(
        keepingCapacity: exchanges[call].request.capacity <= Exchange.keptCapacity)
    }
    exchanges[call].unsentRequest.owed += data.byteCount
    if endStream {
      exchanges[call].requestEnded = true
      exchanges[call].times.requestReceived = now
    }
    if exchanges[call].state == .waiting || exchanges[call].unsentRequest.waits {
      exchanges[call].unsentRequest.append(data)
      exchanges[call].unsentRequest.ends = endStream
      park(call)
      return
    }
    guard let callee = connections.live(exchanges[call].callee) else { return }
    sendBody(data, of: call, ends: endStream, to: callee)
  }

  private mutating func endRequest(of call: ExchangeID, on caller: ConnectionID) {
    exchanges[call].requestEnded = true
    exchanges[call].times.requestReceived = now
    guard exchanges[call].passesFields else {
      bodyEnded(of: call)
      return cross(call)
    }
    if exchanges[call].unsentRequest.trailers == nil { exchanges[call].unsentRequest.ends = true }
    if let callee = connections.live(exchanges[call].callee) { flushRequest(call, to: callee) }
  }

  /// A whole request of HTTP/2 becomes one of bolt and is sent, or waits as a frame.
  private mutating func cross(_ call: ExchangeID) {
    guard exchanges[call].state == .gathering else { return }
    var parts = takeParts()
    defer { self.parts = parts }
    prepare(for: listener(of: exchanges[call].caller))
    do throws(TranslationError) {
      let request = try toBolt.request(
        exchanges[call].list, contentLength: exchanges[call].request.count, id: exchanges[call].number,
        into: &parts)
      report(losses: toBolt.losses.count, of: call, "request")
      recognise(call, as: request)
      if let offence = offence(exchanges[call].boltHead, request.className, request.headerMap) {
        note(offence, of: exchanges[call].caller)
        return receive(.stopped(offence.isLength ? .headTooLarge : .malformedHead), for: call)
      }
      receive(.ready, for: call)
      var frame = peers.buffers.take()
      defer { peers.buffers.keep(&frame) }
      var head = request.head
      if let version = exchanges[call].calleeVersion, version != head.version {
        (head.version, head.ver1, head.switches) = (version, 1, 0)
      }
      let bytes = parts.span.bytes
      let isEncoded =
        (try? BoltEncoder.encode(
          head, className: bytes.extracting(request.className),
          headerMap: bytes.extracting(request.headerMap),
          content: exchanges[call].request.span.bytes, longest: limits.boltHeaderLength, into: &frame)) != nil
      guard isEncoded else { return receive(.stopped(.headTooLarge), for: call) }
      swap(&exchanges[call].request, &frame)
    } catch {
      note(error, of: exchanges[call].caller)
      return receive(.stopped(error.reply == .headTooLarge ? .headTooLarge : .malformedHead), for: call)
    }
    exchanges[call].holdsFrame = true
    if admit(call) { dispatch(call) }
  }

  /// Why a frame that was made here must not be sent.
  func offence(_ head: BoltHead, _ className: Range<Int>, _ headerMap: Range<Int>) -> BoltOffence? {
    BoltOffence(
      head, className: className.count, headerMap: headerMap.count, longest: limits.boltHeaderLength)
  }

  mutating func recognise(_ call: ExchangeID, as request: HTTP2ToBolt.Request) {
    exchanges[call].boltHead = request.head
    exchanges[call].dialect = request.dialect
    exchanges[call].dialectRequestID = request.requestID
    exchanges[call].isOneway = request.head.type == .oneway
    exchanges[call].isLean = request.isLean
  }
}
