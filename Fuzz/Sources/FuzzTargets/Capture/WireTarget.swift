import MosnWire

extension FuzzTarget {
  static let wire = FuzzTarget(
    "wire",
    "script: a direction in pieces, with gaps and hints: every byte is accounted for, memory and time bounded",
    longestInput: 8192
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    var decoder = DirectionDecoder(isFromBeginning: script.flag())
    var handedOut: UInt64 = 0
    var total: UInt64 = 0
    var errors = 0
    func drain() throws {
      while true {
        do throws(WireError) {
          guard let frame = try decoder.next() else { return }
          let range =
            switch frame {
            case .bolt(let frame): frame.range
            case .http2(let frame): frame.payload
            }
          handedOut += UInt64(range.count)
          guard range.upperBound <= decoder.bytes.count else { break }
        } catch {
          errors += 1
          guard errors <= 1 + input.count else { break }
        }
      }
      throw FuzzFailure(description: "a range beyond the bytes, or errors without end")
    }
    while !script.isOver {
      switch script.byte() {
      case 0...3: decoder.lose(1 + script.choice(0..<3000))
      case 4: decoder.assign(.bolt)
      case 5: decoder.assign(.http2)
      case let kind:
        let piece = script.block(upTo: kind & 1 == 0 ? 60 : 1500)
        total += UInt64(piece.count)
        decoder.append(piece.span.bytes)
      }
      try drain()
      // Of an array its capacity, which grows by doubling and is never below 32.
      try expect(
        decoder.heldBytes <= 2 * input.count + 64, "\(decoder.heldBytes) for \(input.count) bytes are held")
      try expect(handedOut <= total, "\(handedOut) of \(total) bytes were handed out")
    }
    decoder.end()
    try drain()
    try budget.check()
  }
}
