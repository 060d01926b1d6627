/// Writes frames. Lengths and the CRC-32 are made from the parts; the rest of the head is written as it stands.
public enum BoltEncoder {
  /// Bytes of the frame that these parts make.
  @inlinable
  public static func length(_ head: BoltHead, className: Int, headerMap: Int, content: Int) -> Int {
    head.length + className + headerMap + content + (head.hasChecksum ? BoltFrame.checksumLength : 0)
  }

  /// Appends a frame of these parts; on an error nothing is appended.
  ///
  /// - Parameter longest: of class name and header map; 65,535 at most, where no receiver is SOFABolt.
  public static func encode(
    _ head: BoltHead, className: RawSpan, headerMap: RawSpan, content: RawSpan,
    longest: Int = longestShortPart, into output: inout [UInt8]
  ) throws(BoltEncodingError) {
    try check(
      className.byteCount, headerMap.byteCount, content.byteCount, longest: min(longest, Int(UInt16.max)))
    let start = output.count
    appendFixed(head, className.byteCount, headerMap.byteCount, content.byteCount, to: &output)
    className.withUnsafeBytes { output.append(contentsOf: $0) }
    headerMap.withUnsafeBytes { output.append(contentsOf: $0) }
    content.withUnsafeBytes { output.append(contentsOf: $0) }
    appendChecksum(head, of: start, to: &output)
  }

  /// Appends `message`; on an error nothing is appended.
  public static func encode(_ message: BoltMessage, into output: inout [UInt8]) throws(BoltEncodingError) {
    let headerMap = message.headers.reduce(0) { $0 + 8 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) }
    try check(message.className.count, headerMap, message.content.count)
    let start = output.count
    appendFixed(message.head, message.className.count, headerMap, message.content.count, to: &output)
    output += message.className
    for header in message.headers {
      appendText(header.key?.span.bytes, to: &output)
      appendText(header.value?.span.bytes, to: &output)
    }
    output += message.content
    appendChecksum(message.head, of: start, to: &output)
  }

  /// Writes a frame of these parts at the beginning of `output` in one go and gives back its length; nil when it
  /// does not fit, and then nothing is written.
  public static func encode(
    _ head: BoltHead, className: RawSpan, headerMap: RawSpan, content: RawSpan,
    into output: UnsafeMutableRawBufferPointer
  ) throws(BoltEncodingError) -> Int? {
    try check(className.byteCount, headerMap.byteCount, content.byteCount)
    let length = length(
      head, className: className.byteCount, headerMap: headerMap.byteCount, content: content.byteCount)
    guard length <= output.count else { return nil }
    writeFixed(head, className.byteCount, headerMap.byteCount, content.byteCount, to: output)
    var at = head.length
    func write(_ bytes: UnsafeRawBufferPointer) {
      UnsafeMutableRawBufferPointer(rebasing: output[at...]).copyMemory(from: bytes)
      at += bytes.count
    }
    className.withUnsafeBytes(write)
    headerMap.withUnsafeBytes(write)
    content.withUnsafeBytes(write)
    if head.hasChecksum {
      let checksum = CRC32.checksum(UnsafeRawBufferPointer(rebasing: output[..<at]).bytes)
      withUnsafeBytes(of: checksum.bigEndian, write)
    }
    return length
  }

  /// Appends one entry to the bytes of a header map; nil is null.
  public static func appendEntry(key: RawSpan?, value: RawSpan?, to headerMap: inout [UInt8]) {
    appendText(key, to: &headerMap)
    appendText(value, to: &headerMap)
  }
}

/// We were asked for a frame that bolt cannot express: a part is longer than its length field counts.
public struct BoltEncodingError: Error, Sendable, Hashable {
  public enum Part: Sendable, Hashable { case className, headerMap, content }
  public let part: Part
  public let limit: Int
  public let found: Int

  public init(part: Part, limit: Int, found: Int) {
    self.part = part
    self.limit = limit
    self.found = found
  }
}

extension BoltEncoder {
  /// Java reads the two short lengths as signed and loses step above this; no peer sends more.
  public static let longestShortPart = 32_767
  /// Java reads the content's length as signed.
  public static let longestContent = 2_147_483_647

  @inline(__always)
  private static func check(
    _ className: Int, _ headerMap: Int, _ content: Int, longest: Int = longestShortPart
  ) throws(BoltEncodingError) {
    if className > longest {
      throw BoltEncodingError(part: .className, limit: longest, found: className)
    }
    if headerMap > longest {
      throw BoltEncodingError(part: .headerMap, limit: longest, found: headerMap)
    }
    if content > longestContent {
      throw BoltEncodingError(part: .content, limit: longestContent, found: content)
    }
  }

  /// The fixed part; `output` holds `head.length` bytes at least.
  @inline(__always)
  private static func writeFixed(
    _ head: BoltHead, _ className: Int, _ headerMap: Int, _ content: Int,
    to output: UnsafeMutableRawBufferPointer
  ) {
    func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
      output.storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
    }
    let shift = head.version == .v2 ? 1 : 0
    let word = 10 + 2 * shift
    let lengths = head.length - 8
    output[0] = head.version.rawValue
    if head.version == .v2 { output[1] = head.ver1 }
    output[shift + 1] = head.type.rawValue
    store(head.command.rawValue, shift + 2)
    output[shift + 4] = head.ver2
    store(head.id, shift + 5)
    output[shift + 9] = head.codec.rawValue
    if head.version == .v2 { output[11] = head.switches }
    if head.type == .response {
      store(UInt16(truncatingIfNeeded: head.timeoutOrStatus), word)
    } else {
      store(head.timeoutOrStatus, word)
    }
    store(UInt16(truncatingIfNeeded: className), lengths)
    store(UInt16(truncatingIfNeeded: headerMap), lengths + 2)
    store(UInt32(truncatingIfNeeded: content), lengths + 4)
  }

  @inline(__always)
  private static func appendFixed(
    _ head: BoltHead, _ className: Int, _ headerMap: Int, _ content: Int, to output: inout [UInt8]
  ) {
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { fixed in
      writeFixed(head, className, headerMap, content, to: fixed)
      output.append(contentsOf: fixed[..<head.length])
    }
  }

  private static func appendText(_ text: RawSpan?, to output: inout [UInt8]) {
    withUnsafeBytes(of: Int32(clamping: text?.byteCount ?? -1).bigEndian) { output.append(contentsOf: $0) }
    text?.withUnsafeBytes { output.append(contentsOf: $0) }
  }

  private static func appendChecksum(_ head: BoltHead, of start: Int, to output: inout [UInt8]) {
    guard head.hasChecksum else { return }
    let checksum = CRC32.checksum(output.span.bytes.extracting(start..<output.count))
    withUnsafeBytes(of: checksum.bigEndian) { output.append(contentsOf: $0) }
  }
}
