import H2Codec

/// HTTP/2: a call is a stream.
extension CallTable {
  mutating func receive(
    _ content: HTTP2Message, _ message: Message, in direction: Direction, into ended: inout EndedCalls
  ) {
    // What goes on is told at its end.
    guard !content.isOpen else { return }
    switch content.kind {
    case .request, .response:
      if isRequest(content, in: direction) {
        receiveRequest(content, message, in: direction, into: &ended)
      } else {
        receiveAnswer(content, message, in: direction, into: &ended)
      }
    case .informational: break
    case .pushPromise(let promised):
      receivePromise(of: promised, content, message, in: direction, into: &ended)
    case .reset(let code): receiveReset(code, of: content.stream, message, in: direction, into: &ended)
    case .goAway(let code, let last, _):
      if let before = goAway[direction], before.last < last { break }
      goAway[direction] = GoAway(code: code, last: last, packet: message.place.packet)
    }
  }

  /// The farewell of a side, with the lowest of its last streams.
  struct GoAway {
    var code: H2ErrorCode
    var last: H2StreamID
    var packet: PacketNumber
  }

  /// A message of nothing but fields from before the capture is what its direction sends.
  private mutating func isRequest(_ content: HTTP2Message, in direction: Direction) -> Bool {
    if content.head?.method != nil {
      noteCaller(direction)
      return true
    }
    if content.head?.status ?? 0 > 0 {
      noteCaller(direction.other)
      return false
    }
    return client.map { $0 == direction } ?? (content.kind == .request)
  }

  private func part(_ content: HTTP2Message, _ message: Message) -> Call.Part {
    let isIncomplete = message.findings.contains { $0.rule == "incomplete" }
    return Call.Part(
      first: message.begun ?? message.place.arrival,
      last: isIncomplete ? nil : content.end.map { Arrival(packet: $0.packet, time: $0.time) },
      bytes: content.bodyLength, messages: content.grpc?.count)
  }

  private mutating func receiveRequest(
    _ content: HTTP2Message, _ message: Message, in direction: Direction, into ended: inout EndedCalls
  ) {
    let (stream, part) = (content.stream.rawValue, part(content, message))
    if let slot = slot(of: UInt64(stream)) {
      guard self[slot].request != nil else {
        noteRequest(slot)
        return describe(slot, content, part, message.findings, into: &ended)
      }
      giveUp(slot, .closed, .idUsedAgain(part.first.packet), into: &ended)
    }
    let call = newCall(.request, .http2, stream, from: direction, part)
    describe(open(call, as: UInt64(stream), into: &ended), content, part, message.findings, into: &ended)
  }

  private mutating func receivePromise(
    of promised: H2StreamID, _ content: HTTP2Message, _ message: Message, in direction: Direction,
    into ended: inout EndedCalls
  ) {
    guard slot(of: UInt64(promised.rawValue)) == nil else { return }
    let part = Call.Part(
      first: message.begun ?? message.place.arrival, last: message.place.arrival, bytes: 0)
    let call = newCall(.push, .http2, promised.rawValue, from: direction.other, part)
    describe(
      open(call, as: UInt64(promised.rawValue), into: &ended), content, part, message.findings, into: &ended)
  }

  private mutating func describe(
    _ slot: Int, _ content: HTTP2Message, _ part: Call.Part, _ findings: [Finding],
    into ended: inout EndedCalls
  ) {
    self[slot].request = part
    add(findings, to: slot)
    keepNames(of: content, in: slot)
    endIfWhole(slot, into: &ended)
  }

  /// gRPC and SOFARPC: service and method of the path. Others: the authority, and method and path.
  private mutating func keepNames(of content: HTTP2Message, in slot: Int) {
    let list = content.headers
    if let (service, method) = content.grpcTarget ?? content.sofaTarget {
      self[slot].service = texts.keep(list.bytes[service], limit: Self.longestService)
      self[slot].method = texts.keep(list.bytes[method], limit: Self.longestMethod)
      return
    }
    if let service = list.value(of: "sofa_head_target_service") ?? list.value(of: "service") {
      self[slot].service = texts.keep(list.bytes[service], limit: Self.longestService)
      let method = list.value(of: "sofa_head_method_name") ?? 0..<0
      self[slot].method = texts.keep(list.bytes[method], limit: Self.longestMethod)
      return
    }
    if let authority = content.head?.authority ?? content.head?.host {
      self[slot].service = texts.keep(list.bytes[authority], limit: Self.longestService)
    }
    self[slot].method = texts.keep(
      list.bytes[content.head?.method ?? 0..<0], list.bytes[content.head?.path ?? 0..<0],
      limit: Self.longestMethod)
  }

  private mutating func receiveAnswer(
    _ content: HTTP2Message, _ message: Message, in direction: Direction, into ended: inout EndedCalls
  ) {
    let (stream, part) = (content.stream.rawValue, part(content, message))
    let slot =
      slot(of: UInt64(stream))
      ?? open(newCall(.request, .http2, stream, from: direction.other, nil), as: UInt64(stream), into: &ended)
    guard self[slot].response == nil else { return }
    self[slot].response = part
    if let status = content.head?.status, status > 0 { self[slot].status = status }
    self[slot].grpcStatus = content.grpcStatus
    add(message.findings, to: slot)
    if self[slot].grpcStatus ?? 0 != 0 {
      self[slot].message = texts.keep((content.grpcMessage ?? [])[...], limit: Self.longestMessage)
    } else {
      noteDoubt(content.headers, slot)
    }
    if self[slot].decided != nil { end(slot, into: &ended) } else { endIfWhole(slot, into: &ended) }
  }

  private mutating func noteDoubt(_ list: borrowing H2HeaderList, _ slot: Int) {
    if let error = list.value(of: "sofa_head_response_error"), list.equals(error, "true") {
      self[slot].doubt = .application
    } else if let status = list.value(of: "respstatus"), !list.equals(status, "0") {
      self[slot].doubt = .respstatus
      self[slot].message = texts.keep(list.bytes[status], limit: Self.longestMessage)
    }
  }

  /// What a reset has to say comes behind its two messages, as far as they had come.
  private mutating func receiveReset(
    _ code: H2ErrorCode, of stream: H2StreamID, _ message: Message, in direction: Direction,
    into ended: inout EndedCalls
  ) {
    guard let slot = slot(of: UInt64(stream.rawValue)) else { return }
    add(message.findings, to: slot)
    // Whoever has answered may refuse the rest of the request (RFC 9113 §8.1).
    if self[slot].response?.last != nil { return endAnswered(slot, into: &ended) }
    // An answer without a request is none of theirs.
    guard self[slot].request != nil else { return endUnmatched(slot, into: &ended) }
    guard self[slot].decided == nil else { return }
    decide(
      slot, .reset, .reset(by: side(direction), code, message.place.packet), at: message.place.time)
  }

  /// An answer may be there before its request has ended.
  private mutating func endIfWhole(_ slot: Int, into ended: inout EndedCalls) {
    guard self[slot].request?.last != nil, self[slot].response?.last != nil else { return }
    endAnswered(slot, into: &ended)
  }
}

extension HTTP2Message {
  /// SOFARPC over HTTP/2 has no content-type, and `/interface/method` as its path.
  fileprivate var sofaTarget: (service: Range<Int>, method: Range<Int>)? {
    guard headers.value(of: "sofa_head_serialize_type") != nil, let path = head?.path,
      headers.bytes[path].first == UInt8(ascii: "/"),
      let slash = headers.bytes[path].dropFirst().lastIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return (path.lowerBound + 1..<slash, slash + 1..<path.upperBound)
  }
}
