import H2Codec

/// Header blocks, joined over CONTINUATION and decoded in the order of the wire.
extension HTTP2Conversation {
  mutating func begin(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
    let damage = FieldBlock.Damage(of: frame)
    if frame.endsHeaders, damage == nil {
      return decode(bytes.span.bytes.extracting(frame.content), of: frame, in: direction, at: place)
    }
    let block = FieldBlock(
      first: frame, begun: begun ?? place.arrival, bytes: Array(bytes[frame.content]), intact: frame.intact,
      damage: damage)
    if frame.endsHeaders { return end(block, in: direction, at: place) }
    sides[direction].block = block
  }

  mutating func continueBlock(_ frame: H2Frame, _ bytes: [UInt8], in direction: Direction, at place: Place) {
    guard var block = sides[direction].block else {
      if !isPartial { note(.continuationUnexpected, frame, in: direction) }
      sides[direction].hpack.forget()
      return
    }
    sides[direction].block = nil
    if block.damage == nil { block.intact = block.bytes.count + frame.intact }
    block.damage = block.damage ?? FieldBlock.Damage(of: frame)
    if block.bytes.count + frame.content.count <= FieldBlock.limit {
      block.bytes.append(contentsOf: bytes[frame.content])
    } else {
      block.damage = block.damage ?? .tooLarge
    }
    if frame.endsHeaders { end(block, in: direction, at: place) } else { sides[direction].block = block }
  }

  mutating func end(_ block: FieldBlock, in direction: Direction, at place: Place) {
    begun = block.begun == place.arrival ? nil : block.begun
    guard let damage = block.damage else {
      return decode(block.bytes.span.bytes, of: block.first, in: direction, at: place)
    }
    let intact = min(block.intact, block.bytes.count)
    // What stands before the first missing byte is as good as ever.
    _ = sides[direction].decode(
      block.bytes.span.bytes.extracting(first: block.first.violation == nil ? intact : 0))
    sides[direction].hpack.forget()
    sides[direction].isListWhole = false
    if let finding = damage.finding(sides[direction].losses) { note(finding, in: direction) }
    receiveHeaders(of: block.first, in: direction, at: place)
  }

  /// The rest of a block begun never comes.
  mutating func endBlock(in direction: Direction, at place: Place) {
    guard var block = sides[direction].block else { return }
    self.place = place
    sides[direction].block = nil
    block.damage = .unfinished
    end(block, in: direction, at: place)
  }

  mutating func decode(_ block: RawSpan, of frame: H2Frame, in direction: Direction, at place: Place) {
    let error = sides[direction].decode(block)
    if let error { noteCompression(error, in: direction) }
    if let size = sides[direction].hpack.sizeUpdate, size > HPACKLimits.observer.tableSize {
      note(
        Finding(
          rule: "header-table-not-kept",
          text: "the header table may hold \(size) bytes from here on, of which mosn-inspect keeps "
            + "\(HPACKLimits.observer.tableSize): fields may stay unknown"), in: direction)
    }
    sides[direction].isListWhole = error == nil
    receiveHeaders(of: frame, in: direction, at: place)
  }

  /// What size the table may have only those know who have seen all SETTINGS.
  private mutating func noteCompression(_ error: HPACKError, in direction: Direction) {
    switch error.rule {
    case .sizeUpdateAboveLimit where !isHeld(direction), .sizeUpdateMissing where !isHeld(direction): break
    default: note(Finding(error), in: direction)
    }
  }

  /// The list of a whole block stands in `sides[direction].list`.
  mutating func receiveHeaders(of frame: H2Frame, in direction: Direction, at place: Place) {
    sides[direction].hasNewList = true
    recogniseClient(in: direction)
    if frame.type == .pushPromise {
      advance(frame.streamID, .pushPromise, frame, in: direction)
      advance(frame.promisedStreamID, .promised, frame, in: direction)
      let message = HTTP2Message(
        .pushPromise(promised: frame.promisedStreamID), stream: frame.streamID, at: place)
      message.headers = sides[direction].list
      let head = H2MessageRules.head(of: message.headers, expected: .request)
      message.head = head
      message.begun = begun
      blame(head, in: direction)
      return emit(message, in: direction, at: place, [])
    }
    open(frame, in: direction)
    guard let exchange = exchange(of: frame, in: direction), !streams[exchange, direction].isOver
    else {
      return receiveAlone(sides[direction].list, of: frame.streamID, in: direction, at: place)
    }
    receive(sides[direction].list, of: exchange, endsStream: frame.endsStream, in: direction, at: place)
    if frame.endsStream {
      complete(exchange, direction, at: place)
    } else if streams[exchange, direction].message != nil {
      beginStall(of: exchange, in: direction, at: place)
    }
  }

  /// Whoever sends :method is the client, whoever sends :status the server.
  mutating func recogniseClient(in direction: Direction) {
    guard client == nil else { return }
    if sides[direction].list.value(of: ":method") != nil { client = direction }
    if sides[direction].list.value(of: ":status") != nil { client = direction.other }
  }
}
