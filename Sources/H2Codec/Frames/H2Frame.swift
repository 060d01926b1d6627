/// One frame as a view: its fixed fields are decoded, the variable ones are ranges of the decoder's `bytes`,
/// good until the next `append`.
///
///      0        3      4      5          9
///     ┌────────┬──────┬──────┬──────────┬─────────────────┐
///     │ length │ type │flags │R stream  │ payload (length)│     RFC 9113 §4.1
///     └────────┴──────┴──────┴──────────┴─────────────────┘
///
///     payload: │ pad length? │ priority 5? / promised id 4? │ content │ padding │
@frozen public struct H2Frame: Sendable, Equatable {
  public static let headerLength = 9

  /// Where the frame's nine bytes stand in the stream of its direction.
  public let offset: UInt64
  /// The length declared: nearly always `payload.count`, see `missing` and `isSkipped`.
  public let length: Int
  public let type: H2FrameType
  public let flags: H2FrameFlags
  public let streamID: H2StreamID

  /// An observer's note: the rule this frame breaks by itself. The fixed fields of such a frame mean nothing.
  /// An endpoint never sees one, its decoder throws.
  public let violation: H2Rule?
  /// Payload bytes were longer than `maxFrameSize` and are passed over by count: `payload` is empty.
  public let isSkipped: Bool
  /// Payload bytes lost by the capture; those that are there stand side by side in `payload`.
  public let missing: Int
  /// Bytes lost or passed over between the frame before and this one. Whatever rests on the frames before it
  /// (an HPACK table, a field block in assembly) no longer stands if it is not 0.
  public let skipped: UInt64

  @usableFromInline var payloadStart: Int
  @usableFromInline var payloadEnd: Int
  @usableFromInline var contentStart: Int
  @usableFromInline var contentEnd: Int
  /// The fixed fields, by type: see the accessors.
  @usableFromInline let fixed: UInt64
}

extension H2Frame {
  /// What lies between the header and the next frame.
  @inlinable public var payload: Range<Int> { Range(uncheckedBounds: (payloadStart, payloadEnd)) }

  /// The payload less padding and fixed fields: DATA's data, a field block fragment, SETTINGS' entries, GOAWAY's
  /// debug data, an unknown frame's payload; empty for the others.
  @inlinable public var content: Range<Int> { Range(uncheckedBounds: (contentStart, contentEnd)) }

  /// The same frame, where its payload has been copied to `start` of other bytes.
  public func moved(to start: Int) -> H2Frame {
    var frame = self
    let distance = start &- payloadStart
    frame.payloadStart &+= distance
    frame.payloadEnd &+= distance
    frame.contentStart &+= distance
    frame.contentEnd &+= distance
    return frame
  }

  /// A capture lost part of the payload.
  @inlinable public var isDamaged: Bool { missing > 0 }

  /// HEADERS, CONTINUATION: how many bytes of `content` stand before the first that is missing; 0 where padding hides it.
  @inlinable public var intact: Int {
    isDamaged ? min(Int(truncatingIfNeeded: fixed), content.count) : content.count
  }

  /// DATA, HEADERS: the last frame of its sender on this stream.
  @inlinable public var endsStream: Bool {
    type.rawValue <= H2FrameType.headers.rawValue && flags.rawValue & H2FrameFlags.endStream.rawValue != 0
  }

  /// HEADERS, PUSH_PROMISE, CONTINUATION: the last of its field block.
  @inlinable public var endsHeaders: Bool { flags.contains(.endHeaders) }

  /// SETTINGS, PING: an answer.
  @inlinable public var isAcknowledgement: Bool { flags.contains(.acknowledgement) }

  /// RST_STREAM, GOAWAY: why.
  @inlinable public var errorCode: H2ErrorCode { H2ErrorCode(rawValue: UInt32(truncatingIfNeeded: fixed)) }

  /// GOAWAY: the last stream its sender may have worked on.
  @inlinable public var lastStreamID: H2StreamID {
    H2StreamID(rawValue: UInt32(truncatingIfNeeded: fixed >> 32))
  }

  /// PING: its eight bytes, the first in the highest place.
  @inlinable public var pingData: UInt64 { fixed }

  /// WINDOW_UPDATE: 1...2^31-1.
  @inlinable public var windowIncrement: Int { Int(fixed & 0x7FFF_FFFF) }

  /// PUSH_PROMISE: the stream announced.
  @inlinable public var promisedStreamID: H2StreamID {
    H2StreamID(rawValue: UInt32(truncatingIfNeeded: fixed))
  }

  /// PRIORITY, and HEADERS with the flag: what RFC 7540 §5.3 called priority; RFC 9113 §5.3.2 keeps the bytes only.
  @inlinable public var priority: H2Priority? {
    switch type {
    case .priority: H2Priority(fields: fixed)
    case .headers: flags.contains(.priority) && !isDamaged ? H2Priority(fields: fixed) : nil
    default: nil
    }
  }

  /// SETTINGS: its entries in order. `bytes` are those of the decoder the frame came from.
  public func settings(in bytes: [UInt8]) -> H2SettingSequence {
    H2SettingSequence(bytes: bytes, range: type == .settings ? content : contentEnd..<contentEnd)
  }

  /// The same where the frame lies in bytes that were lent; the entries are copied.
  public func settings(in lent: borrowing RawSpan) -> H2SettingSequence {
    guard type == .settings else { return H2SettingSequence(bytes: [], range: 0..<0) }
    let entries = lent.extracting(content.clamped(to: 0..<lent.byteCount)).withUnsafeBytes { Array($0) }
    return H2SettingSequence(bytes: entries, range: entries.indices)
  }
}

/// The five bytes of priority (RFC 7540 §6.3), deprecated and ignored, but kept readable.
@frozen public struct H2Priority: Sendable, Equatable {
  public var isExclusive: Bool
  public var dependency: H2StreamID
  /// As on the wire, 0...255 for 1...256.
  public var weight: UInt8

  @inlinable public init(isExclusive: Bool, dependency: H2StreamID, weight: UInt8) {
    self.isExclusive = isExclusive
    self.dependency = dependency
    self.weight = weight
  }

  @usableFromInline init(fields: UInt64) {
    let word = UInt32(truncatingIfNeeded: fields >> 8)
    self.init(
      isExclusive: word >> 31 == 1, dependency: H2StreamID(rawValue: word),
      weight: UInt8(truncatingIfNeeded: fields))
  }
}
