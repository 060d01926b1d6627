extension H2Frame {
  /// The frame that begins at `start` of `bytes`; nil when more bytes are needed.
  ///
  /// Pure, for bytes that are lent: nothing is copied, and the frame's ranges index `bytes`. Throws what the frame breaks
  /// by itself, as an endpoint's decoder does; what its header breaks, a length above `maxFrameSize` included, as soon as
  /// the header is there. A connection's preface is no frame (`H2FrameDecoder.preface`).
  ///
  /// - Parameter streamOffset: the offset in the stream of the byte at `start`.
  public static func parse(
    _ bytes: borrowing RawSpan, at start: Int, streamOffset: UInt64 = 0, maxFrameSize: Int = 16384
  ) throws(H2Error) -> H2Frame? {
    guard let header = H2FrameHeader(bytes, at: start) else { return nil }
    if let rule = header.length > maxFrameSize ? .frameSize : header.violation {
      throw H2Error(
        rule, at: streamOffset, stream: header.streamID, expected: rule == .frameSize ? maxFrameSize : nil,
        found: header.length)
    }
    guard let frame = whole(header, bytes, at: start, streamOffset: streamOffset) else { return nil }
    if let rule = frame.violation { throw H2Error(rule, at: streamOffset, stream: frame.streamID) }
    return frame
  }

  /// The frame of a header in order, if all of it is there.
  @inline(__always)
  static func whole(
    _ header: H2FrameHeader, _ bytes: borrowing RawSpan, at start: Int, streamOffset: UInt64
  ) -> H2Frame? {
    let payload = start + headerLength
    guard header.length <= bytes.byteCount - payload else { return nil }
    return H2Frame(
      header, payload: payload..<payload + header.length, in: bytes, offset: streamOffset, skipped: 0,
      violation: nil)
  }
}
