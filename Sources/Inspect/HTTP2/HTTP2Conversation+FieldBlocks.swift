import H2Codec

/// Header blocks, joined over CONTINUATION and decoded in the order of the wire.
extension HTTP2Conversation {
  mutating func begin(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    let isDamaged = frame.isDamaged || frame.isSkipped || frame.violation != nil
    if frame.endsHeaders, !isDamaged {
      return decode(bytes.span.bytes.extracting(frame.content), of: frame, in: direction, at: place)
    }
    let block = FieldBlock(
      first: frame, bytes: Array(bytes[frame.content]), intact: frame.intact, isDamaged: isDamaged)
    if frame.endsHeaders { return end(block, in: direction, at: place) }
    sides[direction].block = block
  }

  mutating func continueBlock(_ frame: H2Frame, _ bytes: [UInt8], in direction: Int, at place: Place) {
    guard var block = sides[direction].block else {
      if !isPartial { note(.continuationUnexpected, frame, in: direction) }
      sides[direction].hpack.forget()
      return
    }
    sides[direction].block = nil
    if !block.isDamaged { block.intact = block.bytes.count + frame.intact }
    block.isDamaged = block.isDamaged || frame.isDamaged || frame.isSkipped
    if block.bytes.count + frame.content.count <= FieldBlock.limit {
      block.bytes.append(contentsOf: bytes[frame.content])
    } else {
      block.isDamaged = true
    }
    if frame.endsHeaders { end(block, in: direction, at: place) } else { sides[direction].block = block }
  }

  mutating func end(_ block: FieldBlock, in direction: Int, at place: Place) {
    guard block.isDamaged else {
      return decode(block.bytes.span.bytes, of: block.first, in: direction, at: place)
    }
    let intact = min(block.intact, block.bytes.count)
    // What stands before the first missing byte is as good as ever.
    _ = sides[direction].decode(
      block.bytes.span.bytes.extracting(first: block.first.violation == nil ? intact : 0))
    sides[direction].hpack.forget()
    sides[direction].isListWhole = false
    // A rule that its sender broke has been told already.
    if block.first.violation == nil {
      note(
        Finding(rule: "headers-lost", text: "parts of the header block were \(sides[direction].losses)"),
        in: direction)
    }
    receiveHeaders(of: block.first, in: direction, at: place)
  }

  /// The rest of a block begun never comes.
  mutating func endBlock(in direction: Int, at place: Place) {
    guard var block = sides[direction].block else { return }
    self.place = place
    sides[direction].block = nil
    block.isDamaged = true
    end(block, in: direction, at: place)
  }

  mutating func decode(_ block: RawSpan, of frame: H2Frame, in direction: Int, at place: Place) {
    let error = sides[direction].decode(block)
    if let error { note(Finding(error), in: direction) }
    sides[direction].isListWhole = error == nil
    receiveHeaders(of: frame, in: direction, at: place)
  }

  /// The list of a whole block stands in `sides[direction].list`.
  mutating func receiveHeaders(of frame: H2Frame, in direction: Int, at place: Place) {
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
      blame(head, in: direction)
      return emit(message, in: direction, at: place, [])
    }
    open(frame, in: direction)
    guard let exchange = exchange(of: frame, in: direction), !streams[exchange].halves[direction].isOver
    else {
      return receiveAlone(sides[direction].list, of: frame.streamID, in: direction, at: place)
    }
    receive(sides[direction].list, of: exchange, endsStream: frame.endsStream, in: direction, at: place)
    if frame.endsStream { complete(exchange, direction, at: place) }
  }

  /// Whoever sends :method is the client, whoever sends :status the server.
  mutating func recogniseClient(in direction: Int) {
    guard client == nil else { return }
    if sides[direction].list.value(of: ":method") != nil { client = direction }
    if sides[direction].list.value(of: ":status") != nil { client = 1 - direction }
  }
}
