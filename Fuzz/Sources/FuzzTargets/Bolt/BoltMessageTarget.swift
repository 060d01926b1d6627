import BoltCodec

extension FuzzTarget {
  static let boltMessage = FuzzTarget(
    "bolt-message",
    "script: any message encodes to a frame that decodes to it; a broken bit under a CRC-32 is seen"
  ) { input in
    var script = FuzzScript(input)
    let message = BoltMessage(&script)
    var bytes: [UInt8] = []
    try BoltEncoder.encode(message, into: &bytes)
    var decoder = BoltDecoder()
    for piece in Split.few.pieces(of: bytes) { decoder.append(piece) }
    guard let frame = try decoder.next() else { throw FuzzFailure(description: "no frame in \(bytes)") }
    try expectEqual(BoltMessage(frame, in: decoder.bytes), message, "decoded against encoded")
    try expect(try decoder.next() == nil && decoder.buffered == 0, "bytes are left")
    try checkParts(message, bytes)
    if message.head.hasChecksum { try checkDamage(bytes, frame.head.length, &script) }
  }

  /// The encoder into memory of a fixed size writes the same.
  private static func checkParts(_ message: BoltMessage, _ bytes: [UInt8]) throws {
    var map: [UInt8] = []
    for header in message.headers {
      BoltEncoder.appendEntry(key: header.key?.span.bytes, value: header.value?.span.bytes, to: &map)
    }
    for room in [bytes.count - 1, bytes.count, bytes.count + 7] {
      var memory = [UInt8](repeating: 0xAA, count: room)
      let length = try memory.withUnsafeMutableBytes {
        try BoltEncoder.encode(
          message.head, className: message.className.span.bytes, headerMap: map.span.bytes,
          content: message.content.span.bytes, into: $0)
      }
      guard room >= bytes.count else {
        try expect(length == nil && memory.allSatisfy { $0 == 0xAA }, "\(room) bytes were enough")
        continue
      }
      try expect(length == bytes.count && memory.starts(with: bytes), "encoded into memory")
    }
  }

  private static func checkDamage(_ bytes: [UInt8], _ head: Int, _ script: inout FuzzScript) throws {
    // Behind the header, where a flipped bit changes no length.
    guard bytes.count - 4 > head else { return }
    var damaged = bytes
    damaged[script.choice(head..<bytes.count)] ^= 1 << UInt8(script.choice(0..<8))
    var decoder = BoltDecoder()
    decoder.append(damaged)
    do throws(BoltError) {
      _ = try decoder.next()
    } catch {
      return try expect(error.rule == .checksumMismatch, "\(error)")
    }
    throw FuzzFailure(description: "a broken bit was not seen")
  }
}

extension BoltMessage {
  /// Any message that bolt can express.
  init(_ script: inout FuzzScript) {
    let (id, number) = (script.integer(UInt32.self), script.integer(UInt32.self))
    let codec = BoltSerializer(rawValue: script.byte())
    let shape = script.byte()
    var head: BoltHead =
      switch shape & 3 {
      case 0:
        .response(id: id, status: BoltStatus(rawValue: UInt16(truncatingIfNeeded: number)), codec: codec)
      case 1: .oneway(id: id, timeout: Int32(bitPattern: number), codec: codec)
      default: .request(id: id, timeout: Int32(bitPattern: number), codec: codec)
      }
    if shape & 4 != 0 {
      head.version = .v2
      head.ver1 = shape & 8 != 0 ? 2 : 1
      head.switches = script.byte() & 0x7F
    }
    head.ver2 = shape & 16 != 0 ? script.byte() : 1
    var headers: [Header] = []
    for _ in 0..<script.choice(0..<24) {
      let nulls = script.byte()
      headers.append(
        Header(key: nulls & 7 == 7 ? nil : script.text(), value: nulls >> 3 & 7 == 7 ? nil : script.text()))
    }
    self.init(head, className: script.text(), headers: headers, content: script.block())
  }
}

extension FuzzScript {
  /// A name or a value: a word that means something, or bytes.
  mutating func text() -> [UInt8] {
    let kind = byte()
    guard kind & 1 == 1 else { return block(upTo: 40) }
    let word = Self.words[Int(kind >> 1) % Self.words.count]
    return kind & 0x80 == 0 ? Array(word.utf8) : Array(word.uppercased().utf8)
  }

  private static let words = [
    "", "a", "service", "sofa_head_target_service", "sofa_head_method_name", "path", "querystring",
    "/a/b?c=d",
    "host", "content-length", "te", "trailers", "connection", "x-mosnd-map", "requestid", "classname",
    "timeout",
    "codec", "rpc_trace_context.sofaRpcId", "transfer-encoding", ":path", "a,b", "4294967296", "-1", "cookie",
    "content-type", "application/json", "respstatus", "x-mosn-try-timeout", "Com.Example.Echo:1.0",
  ]
}
