import BoltCodec
import H2Codec
import MosnBytes
import MosnConfig
import Translate

// Answers on their way to the caller: from HTTP/2 servers, and those the proxy gives itself.

extension Proxy {
  /// The head of a server's answer.
  mutating func takeAnswer(
    _ call: Exchange, _ kind: H2MessageHead.Kind, _ endStream: Bool, from callee: Connection
  ) {
    guard let http2 = callee.http2 else { return }
    var headers = http2.side.headers
    if call.callerIsHTTP2, isMalformed(http2.side.head) { return receive(.lost(.malformedAnswer), for: call) }
    if call.callerIsHTTP2, let clean = CleanFields.cleaned(headers) { headers = clean }
    if kind == .informational {
      guard call.callerIsHTTP2, let caller = connections[call.caller] else { return }
      try? caller.http2?.side.sendHeaders(headers, on: H2StreamID(rawValue: call.callerKey), endStream: false)
      return touch(caller)
    }
    if let policy = call.route?.retry, policy.retryOn,
      http2.side.head.status >= 500
        || policy.statusCodes.contains(UInt32(http2.side.head.status)),
      isRetried(call, after: .lost(.upstreamReset))
    {
      return receive(.lost(.upstreamReset), for: call)
    }
    call.times.responseReceived = now
    call.times.httpStatus = http2.side.head.status
    call.isReplayable = false
    if !recordedNames.isEmpty, reportsCalls {
      call.responseHeaders = record(HTTP2Headers(fields: headers.fields), in: headers.bytes.span.bytes)
    }
    if call.isOneway || !call.callerIsHTTP2 {
      call.answerList = headers
      receive(.answerHeld, for: call)
      if endStream { endAnswer(of: call, from: callee) }
      return
    }
    guard let caller = connections[call.caller] else { return }
    // Before the head is passed on: with the last of an answer the call is over, and its object may be another's.
    call.answerEnded = endStream
    _ = passHead(headers, of: call, endStream: endStream, to: caller)
  }

  /// An answer that is tolerated for bolt's clients only.
  func isMalformed(_ head: H2MessageHead) -> Bool {
    Self.entriesNamedLikeFields.contains { head.violations.contains($0) }
  }

  /// Of the body of a server's answer.
  mutating func takeAnswer(_ data: RawSpan, _ endStream: Bool, of call: Exchange, from callee: Connection) {
    call.times.bytesSent += UInt64(data.byteCount)
    guard call.callerIsHTTP2, !call.isOneway else {
      callee.http2?.side.widen(H2StreamID(rawValue: call.calleeKey), by: data.byteCount)
      if !call.isOneway {
        guard call.answer.count + data.byteCount <= limits.bolt.content else {
          note(.boltContentLength, limits.bolt.content, call.answer.count + data.byteCount, of: callee.id)
          return receive(.lost(.answerTooLarge), for: call)
        }
        call.answer.append(data)
        park(call)
        if let error = shortage(call) { return receive(.stopped(error), for: call) }
      }
      if endStream { endAnswer(of: call, from: callee) }
      return
    }
    guard let caller = connections[call.caller] else { return }
    call.unsentAnswer.owed += data.byteCount
    if endStream { call.answerEnded = true }
    passBody(data, of: call, ends: endStream, to: caller)
  }

  /// The answer is whole.
  mutating func endAnswer(of call: Exchange, from callee: Connection) {
    call.answerEnded = true
    if call.isOneway { return receive(.answered, for: call) }
    guard let caller = connections[call.caller] else { return }
    if call.callerIsHTTP2 {
      if call.unsentAnswer.trailers == nil { call.unsentAnswer.ends = true }
      return flushAnswer(call, to: caller)
    }
    var parts = takeParts()
    defer { self.parts = parts }
    do throws(TranslationError) {
      toBolt.takesMapField = caller.listener?.usesMapField ?? true
      toBolt.routedNames = []
      let answer = try toBolt.response(
        call.answerList, contentLength: call.answer.count, to: call.boltHead, into: &parts)
      report(losses: toBolt.losses.count, of: call, "response")
      var head = answer.head
      if let offence = offence(head, answer.className, answer.headerMap) {
        note(offence, of: call.callee)
        return receive(.lost(.answerTooLarge), for: call)
      }
      // A server answers as its connection began, which may have been for another client.
      let own = call.boltHead
      (head.version, head.ver1, head.switches) = (own.version, own.ver1, own.switches)
      call.times.boltStatus = head.status
      giveBuffer(to: caller)
      let content = call.answer
      let bytes = parts.span.bytes
      guard
        (try? BoltEncoder.encode(
          head, className: bytes.extracting(answer.className), headerMap: bytes.extracting(answer.headerMap),
          content: content.span.bytes, longest: limits.boltHeaderLength, into: &caller.output)) != nil
      else { return receive(.lost(.answerTooLarge), for: call) }
    } catch {
      note(error, of: call.callee)
      return receive(.lost(error.reply == .headTooLarge ? .answerTooLarge : .malformedAnswer), for: call)
    }
    receive(.answered, for: call)
  }

  // MARK: To HTTP/2 clients

  /// False: the caller's connection does not take it, and the call is over.
  mutating func passHead(_ list: H2HeaderList, of call: Exchange, endStream: Bool, to caller: Connection)
    -> Bool
  {
    touch(caller)
    do throws(H2SendError) {
      try caller.http2?.side.sendHeaders(list, on: H2StreamID(rawValue: call.callerKey), endStream: endStream)
    } catch {
      if error == .headerListSize { noteListSize(list, of: caller) }
      receive(.lost(.answerTooLarge), for: call)
      return false
    }
    if endStream {
      finishStream(call, on: caller)
      receive(.answered, for: call)
    } else {
      receive(.answerBegun, for: call)
    }
    return true
  }

  mutating func passBody(_ data: RawSpan, of call: Exchange, ends: Bool, to caller: Connection) {
    touch(caller)
    if call.unsentAnswer.waits {
      call.unsentAnswer.append(data)
      call.unsentAnswer.ends = ends
      park(call)
      if shortage(call) != nil { receive(.stopped(.slowReader), for: call) }
      return
    }
    let stream = H2StreamID(rawValue: call.callerKey)
    let taken = (try? caller.http2?.side.sendData(data, on: stream, endStream: ends)) ?? data.byteCount
    if taken < data.byteCount {
      call.unsentAnswer.append(data.extracting(taken..<data.byteCount))
      call.unsentAnswer.ends = ends
      caller.block(call.callerKey)
      park(call)
      payCredit(call, all: false)
      if shortage(call) != nil { receive(.stopped(.slowReader), for: call) }
      return
    }
    payCredit(call, all: false)
    guard ends else { return }
    finishStream(call, on: caller)
    receive(.answered, for: call)
  }

  mutating func flushAnswer(_ call: Exchange, to caller: Connection) {
    guard call.unsentAnswer.waits, call.state == .relaying else { return }
    Self.flush(&call.unsentAnswer, on: H2StreamID(rawValue: call.callerKey), of: caller)
    touch(caller)
    payCredit(call, all: false)
    park(call)
    if call.unsentAnswer.waits {
      caller.block(call.callerKey)
    } else if call.answerEnded {
      finishStream(call, on: caller)
      receive(.answered, for: call)
    }
  }

  /// The answer is out; a client that still sends is told to stop (RFC 9113 §8.1).
  private func finishStream(_ call: Exchange, on caller: Connection) {
    guard !call.requestEnded else { return }
    caller.http2?.side.reset(H2StreamID(rawValue: call.callerKey), .noError)
  }

  // MARK: The proxy's own

  /// Tells the caller why there is no answer.
  mutating func tell(_ call: Exchange, _ error: ProxyError) {
    guard let caller = connections[call.caller], caller.state != .closed, !call.isOneway || call.callerIsHTTP2
    else { return }
    if !call.callerIsHTTP2 {
      let head = error.reply.boltHead(to: call.boltHead, compatible: toHTTP2.options.isCompatible)
      // Not what a server said that was of no use.
      (call.times.boltStatus, call.times.httpStatus) = (head.status, 0)
      return write(head, to: caller)
    }
    if !call.holdsFrame { recognise(call) }
    list.removeAll()
    call.times.boltStatus = nil
    guard call.dialect.hasProperties else {
      toHTTP2.plainReply(error.reply, isGRPC: Self.isGRPC(call.list), into: &list)
      reply(list, to: call, on: caller)
      // What gRPC's 200 means.
      call.times.httpStatus = error.reply.httpStatus
      return
    }
    // A head that could not be read is HTTP's to refuse; beside the status stands all that a MOSN needs.
    let isUnread = !call.holdsFrame && [.malformed, .headTooLarge].contains(error.reply)
    toHTTP2.reply(
      error.reply, to: call.boltHead, requestID: call.dialectRequestID,
      dialect: isUnread ? .plain : call.dialect, isLean: call.isLean, into: &list)
    call.times.boltStatus = error.reply.boltStatus(compatible: toHTTP2.options.isCompatible)
    reply(list, to: call, on: caller)
  }

  private static func isGRPC(_ list: H2HeaderList) -> Bool {
    guard let type = list.value(of: "content-type") else { return false }
    return list.bytes[type].starts(with: "application/grpc".utf8)
  }

  /// What a request that was not translated says about how its sender is to be answered.
  private mutating func recognise(_ call: Exchange) {
    let caller = HTTP2ToBolt.caller(call.list, id: call.number)
    (call.boltHead, call.dialect, call.isLean) = (caller.head, caller.dialect, caller.isLean)
    call.dialectRequestID = caller.requestID ?? call.number
  }

  mutating func answerOneway(_ call: Exchange, _ stream: UInt32, to caller: Connection) {
    list.removeAll()
    if call.dialect.hasProperties {
      toHTTP2.onewayReply(
        to: call.boltHead, requestID: call.dialectRequestID, dialect: call.dialect, isLean: call.isLean,
        into: &list)
    } else {
      list.append(name: ":status" as StaticString, value: "200" as StaticString)
    }
    reply(list, to: call, on: caller)
  }

  mutating func answer(_ call: Exchange, with redirect: Redirect) {
    let status = redirect.responseCode == 0 ? 301 : Int(redirect.responseCode)
    guard call.callerIsHTTP2 else { return answerBolt(call, status, []) }
    guard let caller = connections[call.caller] else { return }
    list.removeAll()
    list.append(name: ":status", value: String(status))
    list.append(name: "location", value: Self.location(redirect, call.list))
    reply(list, to: call, on: caller)
    settleLocally(call, status)
  }

  mutating func answer(_ call: Exchange, with response: DirectResponse) {
    let status = Int(response.status)
    guard call.callerIsHTTP2 else { return answerBolt(call, status, Array(response.body.utf8)) }
    guard let caller = connections[call.caller] else { return }
    list.removeAll()
    list.append(name: ":status", value: String(status))
    // RFC 9110 §6.4.1: these have no content.
    let isHead = call.list.value(of: ":method").map { call.list.equals($0, "HEAD") } ?? false
    let body = isHead || status == 204 || status == 304 ? [] : Array(response.body.utf8)
    call.times.httpStatus = status
    receive(.answering, for: call)
    guard passHead(list, of: call, endStream: body.isEmpty, to: caller), !body.isEmpty else { return }
    call.answerEnded = true
    call.times.bytesSent = UInt64(body.count)
    passBody(body.span.bytes, of: call, ends: true, to: caller)
  }

  private static func location(_ redirect: Redirect, _ list: H2HeaderList) -> String {
    func text(_ name: StaticString) -> String { list.value(of: name).map(list.string) ?? "" }
    let scheme = redirect.schemeRedirect.isEmpty ? text(":scheme") : redirect.schemeRedirect
    let host = redirect.hostRedirect.isEmpty ? text(":authority") : redirect.hostRedirect
    return "\(scheme)://\(host)\(redirect.pathRedirect.isEmpty ? text(":path") : redirect.pathRedirect)"
  }

  private mutating func answerBolt(_ call: Exchange, _ status: Int, _ content: [UInt8]) {
    if !call.isOneway, let caller = connections[call.caller] {
      let head = BoltHead.response(to: call.boltHead, status: StatusRule.bolt(of: status))
      call.times.boltStatus = head.status
      giveBuffer(to: caller)
      let nothing: [UInt8] = []
      let none = nothing.span.bytes
      try? BoltEncoder.encode(
        head, className: none, headerMap: none, content: content.span.bytes, into: &caller.output)
    }
    settleLocally(call, status)
  }

  /// The call was answered without a server.
  private mutating func settleLocally(_ call: Exchange, _ status: Int) {
    call.times.httpStatus = status
    receive(.answering, for: call)
    receive(.answered, for: call)
  }

  /// A whole answer, which has no body.
  private mutating func reply(_ list: H2HeaderList, to call: Exchange, on caller: Connection) {
    let stream = H2StreamID(rawValue: call.callerKey)
    touch(caller)
    try? caller.http2?.side.sendHeaders(list, on: stream, endStream: true)
    call.times.httpStatus = list.value(of: ":status").flatMap { Int(list.string($0)) } ?? 0
    if !call.requestEnded { caller.http2?.side.reset(stream, .noError) }
  }
}
