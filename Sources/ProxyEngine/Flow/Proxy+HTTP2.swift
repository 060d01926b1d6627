import BoltCodec
import H2Codec
import MosnBytes
import Translate

// HTTP/2, from clients and from servers: its events, and the calls they belong to.

extension Proxy {
  /// Takes the events out of what was held and what came, where it lies.
  mutating func pump(_ connection: Connection, _ lent: RawSpan) {
    var taken = 0
    while connection.state != .closed, let event = connection.http2?.side.next(in: lent, from: &taken) {
      take(event, lent, on: connection)
    }
  }

  /// - Parameter lent: what the event's ranges index if it `isLent`.
  mutating func take(_ event: H2Event, _ lent: RawSpan, on connection: Connection) {
    switch event {
    case .headers(let stream, let kind, let endStream):
      takeHeaders(stream, kind, endStream, on: connection)
    case .tooLarge(let stream, let excess):
      takeExcess(stream, excess, on: connection)
    case .data(let stream, let range, let endStream):
      guard let side = connection.http2 else { return }
      if side.side.isLent { return takeData(stream, lent.extracting(range), endStream, on: connection) }
      // A second reference, since calls may write to the connection meanwhile.
      let held = side.side.bytes
      takeData(stream, held.span.bytes.extracting(range), endStream, on: connection)
    case .reset(let stream, let code):
      takeReset(stream, code, on: connection)
    case .streamError(let error):
      events.append(.misbehaved(connection.id, error.description))
      takeReset(error.streamID, .internalError, on: connection)
    case .refused(let stream):
      takeReset(stream, .refusedStream, on: connection)
    case .windowOpened(let stream):
      resume(stream, on: connection)
    case .goAway(_, let code, let range):
      if let http2 = connection.http2 {
        let text = range.prefix(Self.longestReason)
        events.append(
          .goAway(
            connection.id, code: "\(code)",
            text: http2.side.isLent ? lent.string(text) : http2.side.bytes.span.bytes.string(text),
            isOrderly: code == .noError))
      }
      if connection.isUpstream { retire(connection) }
    case .settingsChanged:
      if !connection.knowsSettings, case .upstream(let host, let cluster) = connection.role {
        welcome(host, cluster)
      }
      connection.learnSettings()
      serve(connection)
    case .settingsAcknowledged, .pong:
      break
    case .connectionError(let error):
      misbehave(connection, error.description)
    }
  }

  /// Bytes of what a peer says in its GOAWAY that are told.
  private static var longestReason: Int { 256 }

  private mutating func takeHeaders(
    _ stream: H2StreamID, _ kind: H2MessageHead.Kind, _ endStream: Bool, on connection: Connection
  ) {
    switch kind {
    case .request:
      if let listener = connection.listener { callHTTP2(stream, endStream, on: connection, listener) }
    case .response, .informational:
      guard let call = connection.calls[stream.rawValue] else { return }
      takeAnswer(call, kind, endStream, from: connection)
    case .trailers:
      guard let call = connection.calls[stream.rawValue], let http2 = connection.http2 else { return }
      if call.caller == connection.id {
        if call.hasHTTP2Callee { call.unsentRequest.trailers = Self.trailers(http2.side.headers) }
        endRequest(of: call, on: connection)
      } else {
        if call.callerIsHTTP2, isMalformed(http2.side.head) {
          return receive(.lost(.malformedAnswer), for: call)
        }
        if call.callerIsHTTP2 { call.unsentAnswer.trailers = Self.trailers(http2.side.headers) }
        endAnswer(of: call, from: connection)
      }
    }
  }

  private static func trailers(_ list: H2HeaderList) -> H2HeaderList {
    CleanFields.cleaned(list, isTrailers: true) ?? list
  }

  /// A head of which only the beginning was kept.
  private mutating func takeExcess(_ stream: H2StreamID, _ excess: HPACKError, on connection: Connection) {
    events.append(.limitMet(connection.id, LimitMet(excess)))
    if let call = connection.calls[stream.rawValue] {
      // A server's answer, or somebody's trailers.
      let isAnswer = call.caller != connection.id
      receive(isAnswer ? .lost(.answerTooLarge) : .stopped(.headTooLarge), for: call)
    } else if connection.listener != nil, let http2 = connection.http2 {
      receive(
        .stopped(.headTooLarge), for: beginHTTP2(stream, http2.side.headers, ends: false, on: connection))
    } else {
      connection.http2?.side.reset(stream, .cancel)
    }
  }

  private mutating func takeData(
    _ stream: H2StreamID, _ data: RawSpan, _ endStream: Bool, on connection: Connection
  ) {
    guard let call = connection.calls[stream.rawValue] else {
      connection.http2?.side.consume(data.byteCount, on: stream)
      return
    }
    if call.caller == connection.id {
      takeRequest(data, endStream, of: call, from: connection)
    } else {
      // Calls of many clients share this connection: none of them may use up its window by not reading.
      connection.http2?.side.widenConnection(by: data.byteCount)
      takeAnswer(data, endStream, of: call, from: connection)
    }
  }

  private mutating func takeReset(_ stream: H2StreamID, _ code: H2ErrorCode, on connection: Connection) {
    guard let call = connection.calls[stream.rawValue] else { return }
    if call.caller == connection.id {
      receive(.left(.clientReset), for: call)
    } else if code == .refusedStream {
      receive(.refused(.refusedStream), for: call)
    } else if code == .noError, call.answerEnded {
      return
    } else {
      receive(.lost(.upstreamReset), for: call)
    }
  }

  // MARK: Requests

  private mutating func callHTTP2(
    _ stream: H2StreamID, _ endStream: Bool, on caller: Connection, _ listener: Listener
  ) {
    guard let http2 = caller.http2 else { return }
    var (headers, head) = (http2.side.headers, http2.side.head)
    // Before anything is decided by them: what is looked at is what will be sent.
    if let clean = CleanFields.cleaned(headers, trimming: .ofNames) {
      headers = clean
      head = H2MessageRules.head(of: clean, expected: .request)
    }
    let call = beginHTTP2(stream, headers, ends: endStream, on: caller)
    if let error = refusal(of: caller) {
      noteCalls(of: caller)
      return receive(.stopped(error), for: call)
    }
    guard headers.count <= limits.fields else {
      let limit = LimitMet(.headerEntries, most: limits.fields, found: headers.count)
      events.append(.limitMet(caller.id, limit))
      return receive(.stopped(.headTooLarge), for: call)
    }
    guard follow(route(headers, head, on: listener), call, listener) else { return }
    arm(call, milliseconds: TimeoutFields.milliseconds(headers))
    Self.rewrite(&call.list, call.route)
    if call.hasHTTP2Callee {
      if let list = CleanFields.cleaned(call.list) { call.list = list }
      guard CleanFields.hasSoundAuthority(call.list) else {
        events.append(.misbehaved(caller.id, "an authority that is no host and port"))
        return receive(.stopped(.malformedHead), for: call)
      }
      call.isReplayable = true
      receive(.ready, for: call)
      if let connection = lease(call) { sendKept(call, on: connection) }
    } else if let length = head.contentLength, length > limits.crossingBody {
      note(.crossingBody, limits.crossingBody, length, of: caller.id)
      receive(.stopped(.bodyTooLarge), for: call)
    } else if endStream {
      cross(call)
    }
  }

  /// By what the server will see: where bolt is spoken to it, the map field may say other than the fields.
  private mutating func route(_ list: H2HeaderList, _ head: H2MessageHead, on listener: Listener)
    -> CompiledRoute?
  {
    guard listener.crossesToBolt else { return listener.router.route(list, head) }
    var parts = takeParts()
    defer { self.parts = parts }
    prepare(for: listener)
    guard let map = toBolt.routedMap(list, names: listener.router.names, into: &parts) else {
      return listener.router.route(list, head)
    }
    return listener.router.route(list, head, map: map, in: &parts)
  }

  /// Before a call of this listener's is translated to bolt.
  private mutating func prepare(for listener: Listener?) {
    toBolt.takesMapField = listener?.usesMapField ?? true
    toBolt.routedNames = listener?.router.names ?? []
  }

  private mutating func beginHTTP2(
    _ stream: H2StreamID, _ headers: H2HeaderList, ends: Bool, on caller: Connection
  ) -> Exchange {
    let call = beginCall(on: caller, .http2, key: stream.rawValue, in: .gathering)
    call.list = headers
    call.dialectRequestID = call.number
    call.requestEnded = ends
    if ends { call.times.requestReceived = now }
    if reportsCalls {
      events.append(
        .requestReceived(caller.id, streamID: call.number, requestID: stream.rawValue, .http2))
      if !recordedNames.isEmpty {
        call.requestHeaders = record(HTTP2Headers(fields: headers.fields), in: headers.bytes.span.bytes)
      }
    }
    return call
  }

  private mutating func takeRequest(
    _ data: RawSpan, _ endStream: Bool, of call: Exchange, from caller: Connection
  ) {
    call.times.bytesReceived += UInt64(data.byteCount)
    guard call.hasHTTP2Callee else {
      // Held whole; the window bounds nothing any more, the limit does.
      caller.http2?.side.consume(data.byteCount, on: H2StreamID(rawValue: call.callerKey))
      // Answered without a server, and the answer waits for a window.
      guard call.state == .gathering else { return }
      guard call.request.count + data.byteCount <= limits.crossingBody else {
        note(.crossingBody, limits.crossingBody, call.request.count + data.byteCount, of: caller.id)
        return receive(.stopped(.bodyTooLarge), for: call)
      }
      call.request.append(data)
      park(call)
      if let error = shortage(call) { return receive(.stopped(error), for: call) }
      if endStream { endRequest(of: call, on: caller) }
      return
    }
    if call.isReplayable, call.request.count + data.byteCount <= limits.replay {
      call.request.append(data)
      park(call)
    } else {
      call.isReplayable = false
      call.request.removeAll(keepingCapacity: true)
    }
    call.unsentRequest.owed += data.byteCount
    if endStream {
      call.requestEnded = true
      call.times.requestReceived = now
    }
    if call.state == .waiting || call.unsentRequest.waits {
      call.unsentRequest.append(data)
      call.unsentRequest.ends = endStream
      park(call)
      return
    }
    guard let callee = connections[call.callee] else { return }
    sendBody(data, of: call, ends: endStream, to: callee)
  }

  private mutating func endRequest(of call: Exchange, on caller: Connection) {
    call.requestEnded = true
    call.times.requestReceived = now
    guard call.hasHTTP2Callee else { return cross(call) }
    if call.unsentRequest.trailers == nil { call.unsentRequest.ends = true }
    if let callee = connections[call.callee] { flushRequest(call, to: callee) }
  }

  /// A whole request of HTTP/2 becomes one of bolt and is sent, or waits as a frame.
  private mutating func cross(_ call: Exchange) {
    guard call.state == .gathering else { return }
    var parts = takeParts()
    defer { self.parts = parts }
    prepare(for: connections[call.caller]?.listener)
    do throws(TranslationError) {
      let request = try toBolt.request(
        call.list, contentLength: call.request.count, id: call.number, into: &parts)
      report(losses: toBolt.losses.count, of: call, "request")
      recognise(call, as: request)
      var head = request.head
      if let version = call.calleeVersion, version != head.version {
        (head.version, head.ver1, head.switches) = (version, 1, 0)
      }
      if let offence = offence(call.boltHead, request.className, request.headerMap) {
        note(offence, of: call.caller)
        return receive(.stopped(offence.isLength ? .headTooLarge : .malformedHead), for: call)
      }
      receive(.ready, for: call)
      var frame = buffers.popLast() ?? []
      defer { keep(&frame) }
      let content = call.request
      let bytes = parts.span.bytes
      guard
        (try? BoltEncoder.encode(
          head, className: bytes.extracting(request.className),
          headerMap: bytes.extracting(request.headerMap), content: content.span.bytes,
          longest: limits.boltHeaderLength, into: &frame))
          != nil
      else { return receive(.stopped(.headTooLarge), for: call) }
      swap(&call.request, &frame)
    } catch {
      note(error, of: call.caller)
      return receive(.stopped(error.reply == .headTooLarge ? .headTooLarge : .malformedHead), for: call)
    }
    call.holdsFrame = true
    if let connection = lease(call) {
      sendKept(call, on: connection)
    } else if call.state == .waiting {
      park(call)
    }
  }

  /// Why a frame that was made here must not be sent.
  func offence(_ head: BoltHead, _ className: Range<Int>, _ headerMap: Range<Int>) -> BoltOffence? {
    BoltOffence(
      head, className: className.count, headerMap: headerMap.count, longest: limits.boltHeaderLength)
  }

  mutating func recognise(_ call: Exchange, as request: HTTP2ToBolt.Request) {
    call.boltHead = request.head
    call.dialect = request.dialect
    call.dialectRequestID = request.requestID
    call.isOneway = request.head.type == .oneway
    call.isLean = request.isLean
  }
}
