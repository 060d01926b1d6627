/// Where HTTP/2 is known to be spoken: finding the next frame.
///
/// The test is a chain: a header an honest sender could have written, and behind its payload the next one.
extension H2Detection {
  /// Headers in a row that make certain: random bytes pass the test for one once in a million.
  static let certainHeaders = 3

  /// The verdict on bytes of a connection that is known to be HTTP/2, which begin where a direction, or a frame, begins.
  ///
  /// One whole SETTINGS frame is enough, as a server that speaks first sends; other frames have to be followed by
  /// others. With `isAll` no more bytes come: then one whole frame, or a second header, has to do.
  public static func verdict(
    on bytes: borrowing RawSpan, maxFrameSize: Int = 16384, isAll: Bool = false
  ) -> Verdict {
    if let preface = prefaceVerdict(on: bytes) { return preface }
    if let header = H2FrameHeader(bytes, at: 0), header.type == .settings,
      header.isPlausible(maxFrameSize: maxFrameSize), H2Frame.headerLength + header.length <= bytes.byteCount
    {
      return .yes(.boundary)
    }
    switch chain(bytes, at: 0, maxFrameSize: maxFrameSize) {
    case .broken: return .no
    case .sound: return .yes(.boundary)
    case .open(let headers, let isWhole):
      return isAll ? (headers >= 2 || isWhole ? .yes(.boundary) : .no) : .maybe
    }
  }

  /// The first position at or after `start` where frames can begin, and whether enough of them follow to be
  /// certain. `isAll` as in `verdict`.
  public static func boundary(
    in bytes: borrowing RawSpan, from start: Int, maxFrameSize: Int, isAll: Bool
  ) -> (position: Int, isCertain: Bool) {
    var position = start
    while position < bytes.byteCount {
      switch chain(bytes, at: position, maxFrameSize: maxFrameSize) {
      case .broken: break
      case .sound: return (position, true)
      case .open(let headers, let isWhole):
        guard isAll else { return (position, false) }
        if headers >= 2 || isWhole { return (position, true) }
      }
      position += 1
    }
    return (position, false)
  }

  enum Chain: Equatable {
    case broken
    /// So many headers, and none wrong before the bytes ended; `isWhole` if they ended with a frame.
    case open(headers: Int, isWhole: Bool)
    case sound
  }

  static func chain(_ bytes: borrowing RawSpan, at start: Int, maxFrameSize: Int) -> Chain {
    var position = start
    var headers = 0
    while headers < certainHeaders {
      guard let header = H2FrameHeader(bytes, at: position) else {
        return couldBegin(bytes, at: position, maxFrameSize: maxFrameSize)
          ? .open(headers: headers, isWhole: headers > 0 && position == bytes.byteCount) : .broken
      }
      guard header.isPlausible(maxFrameSize: maxFrameSize) else { return .broken }
      // Pushed streams are rare; a chain does not begin with one.
      guard headers > 0 || header.streamID.isConnection || header.streamID.isOpened(by: .client) else {
        return .broken
      }
      headers += 1
      position += H2Frame.headerLength + header.length
    }
    return .sound
  }
}
