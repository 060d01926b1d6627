import MosnBytes

/// What speaks for HTTP/2 in bytes of which nothing is known: frames in a row, each judged by what it holds and by those
/// before it.
///
/// Headers by themselves prove little. Tables, numbers and zeros of other protocols look like empty DATA and small
/// lengths by the thousand, and three of them in a row are no rarity. So a frame counts for as much as it holds that
/// nobody writes by chance: a header block that decodes to fields, a setting that exists, a gRPC length that agrees with
/// the frame's. And one that no peer could have sent there speaks against all before it.
struct H2Evidence {
  /// Points that make certain.
  static let enough = 8
  /// Frames looked at in a row. What has not made certain by then will not.
  static let mostFrames = 64

  /// Bytes of header blocks that may be decoded yet.
  private(set) var allowance: Int
  private(set) var points = 0
  private(set) var frames = 0
  /// Streams spoken on last, the number doubled, plus one once this side has ended its part.
  private var streams: [8 of UInt64] = .init(repeating: 0)
  private var oldest = 0
  /// What was given for DATA of a stream seen before; a pattern that repeats may go on for ever.
  private var pointsForRepetition = 0
  /// The stream of a header block whose end is to come.
  private var openBlock: H2StreamID?
  private var promised: H2StreamID?
  /// The latest request, and whether this side has answered: it is one or the other.
  private var latestRequest: H2StreamID?
  private var hasAnswered = false
  /// The last stream of the latest GOAWAY, which never grows (RFC 9113 §6.8).
  private var goAway: H2StreamID?
  private var hpack: HPACKDecoder?

  init(allowance: Int) { self.allowance = allowance }

  var isEnough: Bool { points >= Self.enough }

  /// Whether frames that begin with a segment, and perhaps end with it, make certain.
  func isEnoughForSegment(endsWithFrame: Bool) -> Bool { points + (endsWithFrame ? 4 : 2) >= Self.enough }

  /// A header whose payload is not all there; false where it cannot stand here.
  func allows(_ header: H2FrameHeader) -> Bool {
    if let openBlock {
      return header.type == .continuation && header.streamID == openBlock
    }
    guard header.type != .continuation || frames == 0 else { return false }
    guard !header.streamID.isConnection else { return true }
    // Pushed streams are rare; without the promise a chain does not begin with one.
    if frames == 0, !header.streamID.isOpened(by: .client) { return false }
    return switch header.type {
    case .data, .headers: !hasEnded(header.streamID)
    default: true
    }
  }

  /// The next frame, all there and allowed; false where its payload speaks against it.
  mutating func weigh(_ header: H2FrameHeader, payload: Range<Int>, in bytes: borrowing RawSpan) -> Bool {
    let frame = H2Frame(header, payload: payload, in: bytes, offset: 0, skipped: 0, violation: nil)
    guard frame.violation == nil else { return false }
    frames += 1
    switch header.type {
    case .data: weighData(frame, in: bytes)
    case .headers: guard weighHeaders(frame, in: bytes) else { return false }
    case .pushPromise: guard weighPromise(frame, in: bytes) else { return false }
    case .continuation: openBlock = header.flags.contains(.endHeaders) ? nil : openBlock ?? header.streamID
    case .settings: guard weighSettings(frame, in: bytes) else { return false }
    case .windowUpdate:
      guard isClients(header.streamID) else { break }
      points += header.streamID.isConnection || hasSpoken(on: header.streamID) ? 3 : 2
    case .ping: points += 4
    case .reset:
      guard Self.isKnown(frame.errorCode) else { return false }
      if isClients(header.streamID) { points += 3 }
    case .goAway: guard weighGoAway(frame, in: bytes) else { return false }
    case .priority: points += 2
    default: points += 1
    }
    return true
  }
}

extension H2Evidence {
  private mutating func weighData(_ frame: H2Frame, in bytes: borrowing RawSpan) {
    let isRepeated = hasSpoken(on: frame.streamID)
    // An empty frame is nine bytes, most of them zero: it holds nothing.
    if frame.length > 0 || frame.endsStream {
      if Self.isGRPC(bytes, frame.content) { points += 4 }
      if frame.length == Self.usualDataLength { points += 2 }
      if isRepeated, pointsForRepetition < Self.mostForRepetition {
        pointsForRepetition += 1
        points += frame.endsStream ? 2 : 1
      }
    }
    speak(on: frame.streamID, ends: frame.endsStream)
  }

  /// What most senders fill their frames to.
  private static let usualDataLength = 16_384
  private static let mostForRepetition = 4

  /// Whether the bytes are whole gRPC messages: a flag and a length before each.
  private static func isGRPC(_ bytes: borrowing RawSpan, _ content: Range<Int>) -> Bool {
    var position = content.lowerBound
    guard content.count >= 5 else { return false }
    while position < content.upperBound {
      guard content.upperBound - position >= 5,
        bytes.byte(position) <= 1
      else { return false }
      let length = Int(bytes.uint32(position + 1))
      guard length <= content.upperBound - position - 5 else { return false }
      position += 5 + length
    }
    return true
  }

  private mutating func weighSettings(_ frame: H2Frame, in bytes: borrowing RawSpan) -> Bool {
    guard !frame.isAcknowledgement else {
      points += 3
      return true
    }
    guard H2Detection.areSettings(bytes, frame.content) else { return false }
    points += frame.length == 0 ? 1 : 6
    return true
  }

  /// Its length may be any, so it has to be what it looks like: said once, of a client's stream, with words if with any.
  private mutating func weighGoAway(_ frame: H2Frame, in bytes: borrowing RawSpan) -> Bool {
    guard Self.isKnown(frame.errorCode) else { return false }
    if let goAway, frame.lastStreamID > goAway { return false }
    let isFirst = goAway == nil
    goAway = frame.lastStreamID
    let debug = frame.content
    guard isFirst, isClients(frame.lastStreamID), debug.count <= Self.longestDebugData else { return true }
    for at in debug where !(0x20..<0x7F).contains(bytes.byte(at)) { return true }
    points += 4
    return true
  }

  private static let longestDebugData = 1_024

  /// Pushed streams are so rare that nothing is concluded from their numbers.
  private func isClients(_ stream: H2StreamID) -> Bool {
    stream.isConnection || stream.isOpened(by: .client)
  }

  private static func isKnown(_ code: H2ErrorCode) -> Bool { code.rawValue <= 0xd }
}

// MARK: - Header blocks

extension H2Evidence {
  private mutating func weighHeaders(_ frame: H2Frame, in bytes: borrowing RawSpan) -> Bool {
    speak(on: frame.streamID, ends: frame.endsStream)
    guard frame.flags.contains(.endHeaders) else {
      openBlock = frame.streamID
      return true
    }
    guard let block = weighBlock(bytes, frame.content) else { return false }
    switch block.kind {
    case .request:
      if let latestRequest, frame.streamID <= latestRequest { return false }
      guard !hasAnswered else { return false }
      latestRequest = frame.streamID
    case .response:
      guard latestRequest == nil else { return false }
      hasAnswered = true
    case .trailers:
      guard frame.endsStream else { return false }
    case nil: break
    }
    points += 3 + block.points
    return true
  }

  private mutating func weighPromise(_ frame: H2Frame, in bytes: borrowing RawSpan) -> Bool {
    guard frame.flags.contains(.endHeaders) else {
      openBlock = frame.streamID
      return true
    }
    guard let block = weighBlock(bytes, frame.content), block.kind != .response, block.kind != .trailers
    else {
      return false
    }
    points += 3 + block.points
    return true
  }

  /// What a whole block says for itself; nil where it is none. The kind is nil as long as fields are unknown that
  /// would tell.
  private mutating func weighBlock(
    _ bytes: borrowing RawSpan, _ content: Range<Int>
  ) -> (points: Int, kind: BlockKind?)? {
    guard content.count <= min(Self.longestBlock, allowance) else { return (0, nil) }
    allowance -= content.count
    var list = H2HeaderList()
    if hpack == nil {
      hpack = HPACKDecoder(limits: .observer, mode: .observer)
      hpack?.forget()
    }
    do throws(HPACKError) { try hpack?.decode(bytes.extracting(content), into: &list) } catch { return nil }
    guard !list.isEmpty else { return nil }
    var kind: BlockKind?
    var isComplete = true
    var points = 0
    for field in list.fields {
      guard field.unknownIndex <= Self.highestIndex else { return nil }
      guard field.unknown == .none else {
        isComplete = false
        continue
      }
      guard let name = field.name.first.map({ list.bytes[$0] }) else { return nil }
      guard name == UInt8(ascii: ":") else {
        if field.value.count >= 3 { points += 1 }
        continue
      }
      let isStatus = list.equals(field.name, ":status")
      if let kind, (kind == .response) != isStatus { return nil }
      kind = isStatus ? .response : .request
      points += 2
    }
    if kind == nil, isComplete { kind = .trailers }
    let expected: H2MessageHead.Kind =
      switch kind {
      case .response: .response
      case .request: .request
      case .trailers, nil: .trailers
      }
    let head = H2MessageRules.head(of: list, expected: expected)
    guard head.violations.isEmpty else { return nil }
    return (points, kind)
  }

  private enum BlockKind { case request, response, trailers }

  /// The longest block that is decoded where there may be none.
  private static let longestBlock = 4_096
  /// Static entries, and as many as the largest table in use can hold.
  private static let highestIndex: UInt32 = 61 + 65_536 / 32
}

// MARK: - Streams

extension H2Evidence {
  private func hasSpoken(on stream: H2StreamID) -> Bool {
    for index in streams.indices where streams[index] >> 1 == UInt64(stream.rawValue) { return true }
    return false
  }

  private func hasEnded(_ stream: H2StreamID) -> Bool {
    for index in streams.indices where streams[index] == UInt64(stream.rawValue) << 1 | 1 { return true }
    return false
  }

  private func isNeighbour(_ stream: H2StreamID) -> Bool {
    for index in streams.indices where streams[index] != 0 {
      let distance = Int64(streams[index] >> 1) - Int64(stream.rawValue)
      if distance.magnitude <= Self.neighbourhood, distance.isMultiple(of: 2) { return true }
    }
    return false
  }

  /// How far apart the numbers of streams are that are spoken on together.
  private static let neighbourhood: UInt64 = 200

  private mutating func speak(on stream: H2StreamID, ends: Bool) {
    let mark = UInt64(stream.rawValue) << 1
    for index in streams.indices where streams[index] == mark {
      streams[index] = mark | (ends ? 1 : 0)
      return
    }
    // Another stream near those before it: numbers of one connection grow together.
    if isNeighbour(stream), pointsForRepetition < Self.mostForRepetition {
      pointsForRepetition += 1
      points += 1
    }
    streams[oldest] = mark | (ends ? 1 : 0)
    oldest = (oldest + 1) % streams.count
  }
}
