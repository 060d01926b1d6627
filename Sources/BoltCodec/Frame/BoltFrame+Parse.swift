import MosnBytes

extension BoltFrame {
  /// The frame that begins at `start` of `bytes`; nil when more bytes are needed.
  ///
  /// Pure: this is what the decoder runs on its buffer, and what a caller runs on bytes lent to it. Throws for a
  /// header that cannot be read or whose lengths break `limits`, as soon as the bytes that say so are there. What
  /// only an endpoint refuses (a wrong CRC-32, a malformed header map) is left to `verify`.
  ///
  /// - Parameter streamOffset: the offset in the stream of the byte at `start`.
  public static func parse(
    _ bytes: RawSpan, at start: Int, streamOffset: UInt64 = 0, limits: BoltLimits = BoltLimits()
  ) throws(BoltError) -> BoltFrame? {
    try read(bytes, at: start, streamOffset: streamOffset, limits: limits)
  }

  /// What the frame that begins at `start` declares: its head, the bytes of fixed header, class name and header map, and of all of
  /// it; nil when too few are there to say, or nothing that can be read.
  public static func begun(
    _ bytes: RawSpan, at start: Int, limits: BoltLimits = BoltLimits()
  ) -> (head: BoltHead, headLength: Int, length: Int)? {
    guard let frame = try? declared(bytes, at: start, streamOffset: 0, limits: limits) else { return nil }
    return (frame.head, frame.contentStart, frame.declaredLength)
  }

  /// The rules of an endpoint for a whole frame: its CRC-32 is right, its header map walks exactly and has no more
  /// entries than `limits` allow.
  @inline(__always)
  public func verify(in bytes: RawSpan, limits: BoltLimits = BoltLimits()) throws(BoltError) {
    if case .bad(let expected, let found) = crc {
      throw BoltError(
        .checksumMismatch, at: streamOffset &+ UInt64(contentEnd), expected: expected...expected,
        found: found,
        head: head)
    }
    if declaredHeader > 0 { try verifyHeaderMap(in: bytes, limits: limits) }
  }

  @inline(never)
  private func verifyHeaderMap(in bytes: RawSpan, limits: BoltLimits) throws(BoltError) {
    var cursor = BoltHeaderCursor(
      in: headerMap, streamOffset: streamOffset &+ UInt64(headerMap.lowerBound - start))
    do throws(BoltError) {
      try cursor.finish(in: bytes, limits: limits)
    } catch {
      var error = error
      error.head = head
      throw error
    }
  }

  /// `parse`, without the call.
  @inline(__always)
  static func read(
    _ bytes: RawSpan, at start: Int, streamOffset: UInt64, limits: BoltLimits
  ) throws(BoltError) -> BoltFrame? {
    try declared(bytes, at: start, streamOffset: streamOffset, limits: limits)?.completed(in: bytes)
  }

  /// The declared frame with all it declares; nil when more bytes are needed.
  @inline(__always)
  func completed(in bytes: RawSpan) -> BoltFrame? {
    let length = length
    guard length <= bytes.byteCount &- start else { return nil }
    var frame = self
    frame.held = length
    if head.hasChecksum {
      frame.crc = checksum(in: bytes)
    }
    return frame
  }

  /// The frame as its fixed header declares it, whether or not the rest is there; nil when the header is not. It
  /// holds nothing yet.
  ///
  /// - Parameter isObserved: read what no endpoint takes: any `ver1`, as one without a CRC-32, and any type, with the layout of
  ///   a request.
  @inline(__always)
  static func declared(
    _ bytes: RawSpan, at start: Int, streamOffset: UInt64, limits: BoltLimits, isObserved: Bool = false
  ) throws(BoltError) -> BoltFrame? {
    guard start >= 0, start < bytes.byteCount else { return nil }
    let available = bytes.byteCount &- start

    guard let version = BoltVersion(rawValue: bytes.byte(unchecked: start)) else {
      throw BoltError(
        .unknownProtocol, at: streamOffset, expected: 1...2, found: bytes.byte(unchecked: start))
    }
    // v2 has one byte more before the type, and another behind the codec.
    let shift = version == .v2 ? 1 : 0
    guard available > shift else { return nil }
    let ver1 = version == .v2 ? bytes.byte(unchecked: start + 1) : 1
    let isOdd = ver1 &- 1 > 1 && !isObserved
    if isOdd, ver1 != 0 || !limits.acceptsVer1Zero {
      throw BoltError(.unknownVersion, at: streamOffset &+ 1, expected: 1...2, found: ver1)
    }
    guard available > shift + 1 else { return nil }
    let known = BoltType(rawValue: bytes.byte(unchecked: start + shift + 1))
    if isOdd, known != .response {
      throw BoltError(.unknownVersion, at: streamOffset &+ 1, expected: 1...2, found: ver1)
    }
    guard let type = known ?? (isObserved ? .request : nil) else {
      throw BoltError(
        .unknownType, at: streamOffset &+ UInt64(shift + 1), expected: 0...2,
        found: bytes.byte(unchecked: start + shift + 1))
    }
    let length = BoltHead.length(version, type)
    guard available >= length else { return nil }

    let at = start &+ shift
    let word = start &+ 10 &+ 2 &* shift
    let head = BoltHead(
      version: version, ver1: ver1, type: type, ver2: bytes.byte(unchecked: at &+ 4),
      codec: BoltSerializer(rawValue: bytes.byte(unchecked: at &+ 9)),
      switches: version == .v2 ? bytes.byte(unchecked: start &+ 11) : 0,
      command: BoltCommand(rawValue: bytes.uint16(unchecked: at &+ 2)), id: bytes.uint32(unchecked: at &+ 5),
      timeoutOrStatus: type == .response
        ? Int32(bytes.uint16(unchecked: word)) : Int32(bitPattern: bytes.uint32(unchecked: word)))
    let lengths = start &+ length &- 8
    let frame = BoltFrame(
      head: head, streamOffset: streamOffset, start: start, declaredClass: bytes.uint16(unchecked: lengths),
      declaredHeader: bytes.uint16(unchecked: lengths &+ 2),
      declaredContent: bytes.uint32(unchecked: lengths &+ 4))
    try frame.check(limits)
    return frame
  }

  @inline(__always)
  private func check(_ limits: BoltLimits) throws(BoltError) {
    if head.switches >= 0x80 {
      throw BoltError(
        .switchOutOfRange, at: streamOffset &+ 11, expected: 0...0x7f, found: head.switches, head: head)
    }
    let lengths = streamOffset &+ UInt64(head.length - 8)
    if classLength > limits.longestClassName {
      throw BoltError(
        .classNameTooLong, at: lengths, expected: 0...max(0, limits.longestClassName), found: classLength,
        head: head)
    }
    if headerLength > limits.longestHeaderMap {
      throw BoltError(
        .headerMapTooLong, at: lengths &+ 2, expected: 0...max(0, limits.longestHeaderMap),
        found: headerLength, head: head)
    }
    if contentLength > limits.content {
      throw BoltError(
        .contentTooLong, at: lengths &+ 4, expected: 0...max(0, limits.content), found: contentLength,
        head: head)
    }
  }

  @inline(never)
  private func checksum(in bytes: RawSpan) -> BoltChecksum {
    let expected = CRC32.checksum(bytes.extracting(start..<(start + contentEnd)))
    let found = bytes.uint32(unchecked: start + contentEnd)
    return expected == found ? .good : .bad(expected: expected, found: found)
  }
}
