import MosnBytes

/// Frames onto the wire, each appended to a buffer.
///
/// Values that do not fit their field (a length above 2^24-1, an increment of 0) are the caller's mistake: they
/// are cut to the field and never trap.
public enum H2FrameEncoder {
  /// The nine bytes before a payload of `length` bytes.
  @inline(__always)
  public static func header(
    length: Int, type: H2FrameType, flags: H2FrameFlags = [], stream: H2StreamID, into output: inout [UInt8]
  ) {
    let word =
      UInt64(truncatingIfNeeded: length & 0xFF_FFFF) << 40 | UInt64(type.rawValue) << 32
      | UInt64(flags.rawValue) << 24 | UInt64(stream.rawValue >> 8)
    output.append(bigEndian: word)
    output.append(UInt8(truncatingIfNeeded: stream.rawValue))
  }

  /// DATA (RFC 9113 §6.1). `padding` counts the bytes behind the data; nil leaves the field out.
  public static func data(
    _ data: borrowing RawSpan, stream: H2StreamID, endStream: Bool = false, padding: UInt8? = nil,
    into output: inout [UInt8]
  ) {
    var flags: H2FrameFlags = endStream ? .endStream : []
    if padding != nil { flags.insert(.padded) }
    let length = data.byteCount + (padding.map { 1 + Int($0) } ?? 0)
    header(length: length, type: .data, flags: flags, stream: stream, into: &output)
    if let padding { output.append(padding) }
    data.withUnsafeBytes { output.append(contentsOf: $0) }
    if let padding { output.append(contentsOf: repeatElement(0, count: Int(padding))) }
  }

  /// HEADERS (§6.2), and CONTINUATION (§6.10) for what is longer than `maxFrameSize`.
  public static func headers(
    _ block: [UInt8], stream: H2StreamID, endStream: Bool = false, priority: H2Priority? = nil,
    padding: UInt8? = nil, maxFrameSize: Int = 16384, into output: inout [UInt8]
  ) {
    var flags: H2FrameFlags = endStream ? .endStream : []
    if padding != nil { flags.insert(.padded) }
    if priority != nil { flags.insert(.priority) }
    let extra = (padding.map { 1 + Int($0) } ?? 0) + (priority == nil ? 0 : 5)
    let first = min(block.count, max(0, maxFrameSize - extra))
    if first == block.count { flags.insert(.endHeaders) }
    header(length: first + extra, type: .headers, flags: flags, stream: stream, into: &output)
    if let padding { output.append(padding) }
    if let priority { append(priority, into: &output) }
    output.append(contentsOf: block[..<first])
    if let padding { output.append(contentsOf: repeatElement(0, count: Int(padding))) }
    continuations(block[first...], stream: stream, maxFrameSize: maxFrameSize, into: &output)
  }

  /// PUSH_PROMISE (§6.6), and CONTINUATION for what is longer than `maxFrameSize`.
  public static func pushPromise(
    _ block: [UInt8], stream: H2StreamID, promised: H2StreamID, padding: UInt8? = nil,
    maxFrameSize: Int = 16384, into output: inout [UInt8]
  ) {
    var flags: H2FrameFlags = padding == nil ? [] : .padded
    let extra = (padding.map { 1 + Int($0) } ?? 0) + 4
    let first = min(block.count, max(0, maxFrameSize - extra))
    if first == block.count { flags.insert(.endHeaders) }
    header(length: first + extra, type: .pushPromise, flags: flags, stream: stream, into: &output)
    if let padding { output.append(padding) }
    output.append(bigEndian: promised.rawValue)
    output.append(contentsOf: block[..<first])
    if let padding { output.append(contentsOf: repeatElement(0, count: Int(padding))) }
    continuations(block[first...], stream: stream, maxFrameSize: maxFrameSize, into: &output)
  }

  /// PRIORITY (§6.3).
  public static func priority(_ priority: H2Priority, stream: H2StreamID, into output: inout [UInt8]) {
    header(length: 5, type: .priority, stream: stream, into: &output)
    append(priority, into: &output)
  }

  /// RST_STREAM (§6.4).
  public static func reset(_ code: H2ErrorCode, stream: H2StreamID, into output: inout [UInt8]) {
    header(length: 4, type: .reset, stream: stream, into: &output)
    output.append(bigEndian: code.rawValue)
  }

  /// SETTINGS (§6.5).
  public static func settings(_ settings: [H2Setting], into output: inout [UInt8]) {
    header(length: 6 * settings.count, type: .settings, stream: .connection, into: &output)
    for setting in settings {
      output.append(bigEndian: setting.identifier.rawValue)
      output.append(bigEndian: setting.value)
    }
  }

  public static func settingsAcknowledgement(into output: inout [UInt8]) {
    header(length: 0, type: .settings, flags: .acknowledgement, stream: .connection, into: &output)
  }

  /// PING (§6.7).
  public static func ping(_ data: UInt64, acknowledgement: Bool = false, into output: inout [UInt8]) {
    header(
      length: 8, type: .ping, flags: acknowledgement ? .acknowledgement : [], stream: .connection,
      into: &output)
    output.append(bigEndian: data)
  }

  /// GOAWAY (§6.8).
  public static func goAway(
    last: H2StreamID, _ code: H2ErrorCode, debugData: [UInt8] = [], into output: inout [UInt8]
  ) {
    header(length: 8 + debugData.count, type: .goAway, stream: .connection, into: &output)
    output.append(bigEndian: last.rawValue)
    output.append(bigEndian: code.rawValue)
    output.append(contentsOf: debugData)
  }

  /// WINDOW_UPDATE (§6.9), `increment` 1...2^31-1.
  public static func windowUpdate(
    stream: H2StreamID, increment: Int, into output: inout [UInt8]
  ) {
    header(length: 4, type: .windowUpdate, stream: stream, into: &output)
    output.append(bigEndian: UInt32(truncatingIfNeeded: increment) & 0x7FFF_FFFF)
  }

  /// A frame of any type.
  public static func frame(
    type: H2FrameType, flags: H2FrameFlags = [], stream: H2StreamID, payload: [UInt8],
    into output: inout [UInt8]
  ) {
    header(length: payload.count, type: type, flags: flags, stream: stream, into: &output)
    output.append(contentsOf: payload)
  }

  private static func continuations(
    _ block: ArraySlice<UInt8>, stream: H2StreamID, maxFrameSize: Int, into output: inout [UInt8]
  ) {
    var rest = block
    while !rest.isEmpty {
      let part = rest.prefix(max(1, maxFrameSize))
      rest = rest.dropFirst(part.count)
      header(
        length: part.count, type: .continuation, flags: rest.isEmpty ? .endHeaders : [], stream: stream,
        into: &output)
      output.append(contentsOf: part)
    }
  }

  private static func append(_ priority: H2Priority, into output: inout [UInt8]) {
    output.append(bigEndian: priority.dependency.rawValue | (priority.isExclusive ? 1 << 31 : 0))
    output.append(priority.weight)
  }
}
