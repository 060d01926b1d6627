import H2Codec

/// What the header lists and DATA of a stream add up to.
extension HTTP2Conversation {
  /// A header list of a stream: informational, the head, or trailers.
  mutating func receive(
    _ list: H2HeaderList, of exchange: Int, endsStream: Bool, in direction: Direction, at place: Place
  ) {
    let isClient = isClient(direction, list)
    let hasBegun = streams[exchange, direction].message != nil
    let isLateTrailers = isPartial && !hasBegun && endsStream && !isClient && list.value(of: ":status") == nil
    let expected: H2MessageHead.Kind =
      hasBegun || isLateTrailers ? .trailers : isClient ? .request : .response
    let head = head(of: list, expected: expected, in: direction)
    blame(head, in: direction)
    switch head.kind {
    case .informational:
      let message = HTTP2Message(.informational, stream: streams[exchange].stream, at: place)
      message.headers = list
      message.head = head
      emit(message, in: direction, at: place, [])
    case .request, .response:
      let message = HTTP2Message(
        isClient ? .request : .response, stream: streams[exchange].stream, at: place)
      message.headers = list
      message.head = head
      if isClient {
        streams[exchange].requestForm = head.form
        streams[exchange].grpc = GRPCForm(list)
        if bodyLimit > 0, let path = head.path, path.count <= HTTP2Exchange.longestPath {
          streams[exchange, direction].path = Array(list.bytes[path])
        }
        streams[exchange, direction].body = HTTP2Body(streams[exchange].grpc, keeping: bodyLimit)
      } else {
        streams[exchange, direction].progress.answers = streams[exchange].requestForm
        message.requestPath = streams[exchange, direction.other].path
        passOverPings(before: streams[exchange].stream, in: direction)
        streams[exchange, direction].body = HTTP2Body(
          form(ofAnswer: list, head, to: streams[exchange].grpc, in: direction), keeping: bodyLimit)
      }
      begin(message, exchange, direction, at: place)
    case .trailers:
      if !hasBegun { adopt(exchange, direction, at: place) }
      held += list.size - (streams[exchange, direction].message?.trailers?.size ?? 0)
      streams[exchange, direction].message?.trailers = list
    }
    if let rule = streams[exchange, direction].progress.receive(head, endStream: endsStream),
      mayJudge(exchange), sides[direction].isListWhole
    {
      streams[exchange, direction].findings.note(Finding(rule))
    }
  }

  /// How the body of an answer is read. A proxy's own answer to a gRPC call is none of gRPC, and says so itself.
  private mutating func form(
    ofAnswer list: borrowing H2HeaderList, _ head: H2MessageHead, to call: GRPCForm, in direction: Direction
  ) -> GRPCForm {
    let own = GRPCForm(list)
    guard own == .none, call != .none else { return own }
    let type = list.value(of: "content-type")
    if type == nil, head.status == 200 || head.status == 0 || !sides[direction].isListWhole || isPartial {
      return call
    }
    let name =
      type.map {
        String(decoding: list.bytes[$0].prefix(64).filter { (0x21...0x7e).contains($0) }, as: UTF8.self)
      } ?? "no content-type"
    note(
      Finding(rule: "not-grpc", text: "the answer to a gRPC call is none of gRPC: \(head.status), \(name)"),
      in: direction)
    return .none
  }

  /// A head where none may stand belongs to no exchange: it is shown by itself. Trailers say nothing alone.
  mutating func receiveAlone(
    _ list: H2HeaderList, of stream: H2StreamID, in direction: Direction, at place: Place
  ) {
    let isRequest = list.value(of: ":method") != nil
    guard Self.isHead(list) else { return }
    let head = head(of: list, expected: isRequest ? .request : .response, in: direction)
    blame(head, in: direction)
    let kind: HTTP2Message.Kind =
      isRequest ? .request : head.kind == .informational ? .informational : .response
    let message = HTTP2Message(kind, stream: stream, at: place)
    message.headers = list
    message.head = head
    message.begun = begun
    emit(message, in: direction, at: place, [])
  }

  /// Extended CONNECT needs the server's consent (RFC 8441 §3), which may not have been captured.
  func head(
    of list: borrowing H2HeaderList, expected: H2MessageHead.Kind, in direction: Direction
  ) -> H2MessageHead {
    H2MessageRules.head(
      of: list, expected: expected,
      allowsExtendedConnect: !isHeld(direction)
        || sides[direction.other].settings.permitted.enableConnectProtocol)
  }

  /// The rules that a list breaks, unless parts of it are missing.
  mutating func blame(_ head: H2MessageHead, in direction: Direction) {
    guard sides[direction].isListWhole, !head.violations.isEmpty else { return }
    for rule in head.violations { note(Finding(rule), in: direction) }
  }

  mutating func begin(
    _ message: HTTP2Message, _ exchange: Int, _ direction: Direction, at place: Place
  ) {
    held += message.heldBytes + streams[exchange, direction].body.heldBytes
    message.begun = begun
    streams[exchange, direction].message = message
    streams[exchange, direction].place = place
    // Of frames, each has its own.
    guard !showsFrames, !sides[direction].findings.isEmpty else { return }
    streams[exchange, direction].findings += sides[direction].findings.take()
  }

  /// A message whose head was not captured.
  mutating func adopt(_ exchange: Int, _ direction: Direction, at place: Place) {
    let isClient = isClient(direction, nil)
    let message = HTTP2Message(isClient ? .request : .response, stream: streams[exchange].stream, at: place)
    streams[exchange, direction].body = HTTP2Body(streams[exchange].grpc, keeping: bodyLimit)
    streams[exchange, direction].body.grpc?.lose(0)
    begin(message, exchange, direction, at: place)
    if streams[exchange].stream.rawValue <= givenUp {
      streams[exchange, direction].findings.note(
        Finding(
          rule: "continued", text: "goes on with a message that was shown before, as far as it had come"))
    } else if sides[direction].isPartial {
      streams[exchange, direction].findings.note(
        Finding(rule: "head-lost", text: "the head of this message was not captured"))
    }
  }

  /// Hands out what one direction of a stream said, whole or as far as it came.
  mutating func complete(
    _ exchange: Int, _ direction: Direction, at end: Place?, because reason: String? = nil
  ) {
    if let message = streams[exchange, direction].message,
      let place = streams[exchange, direction].place
    {
      streams[exchange, direction].message = nil
      held -= message.heldBytes + streams[exchange, direction].body.heldBytes
      message.take(streams[exchange, direction].body)
      streams[exchange, direction].body = HTTP2Body(.none, keeping: 0)
      var findings = streams[exchange, direction].findings
      if reason == nil, let lost = lossReason(exchange, direction) {
        findings.append(Finding(rule: "capture-gap", text: "\(lost); its body may be longer"))
      }
      if let reason, !showsFrames { findings.append(Finding(rule: "incomplete", text: reason)) }
      if let grpc = message.grpc, !grpc.isWhole, !grpc.isDamaged, reason == nil {
        findings.append(Finding(grpc))
      }
      message.end = end.map { HTTP2Message.End(packet: $0.packet, time: $0.time) }
      emit(message, in: direction, at: place, findings)
    }
    if streams[exchange].state.isOver, streams[exchange, .forward].message == nil,
      streams[exchange, .backward].message == nil
    {
      forget(exchange)
    }
  }

  mutating func emit(
    _ message: HTTP2Message, in direction: Direction, at place: Place, _ findings: [Finding]
  ) {
    guard !showsFrames else {
      for finding in findings { note(finding, in: direction) }
      return
    }
    ready.append(
      Message(
        place: place, content: .http2(message),
        findings: sides[direction].findings.isEmpty ? findings : findings + sides[direction].findings.take(),
        begun: message.begun))
  }

  mutating func show(
    _ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place
  ) {
    let findings = sides[direction].findings.take()
    let headers = sides[direction].hasNewList ? sides[direction].list : nil
    let content = HTTP2FrameMessage(frame: frame, bytes: bytes, headers: headers)
    ready.append(Message(place: place, content: .http2Frame(content), findings: findings))
  }

  static func isHead(_ list: borrowing H2HeaderList) -> Bool {
    list.value(of: ":method") != nil || list.value(of: ":status") != nil
  }

  /// Whether this direction is the client's; where nothing told yet, the first to be seen is.
  func isClient(_ direction: Direction, _ list: H2HeaderList?) -> Bool {
    if let client { return client == direction }
    return list.map { $0.value(of: ":status") == nil } ?? (direction == .forward)
  }
}
