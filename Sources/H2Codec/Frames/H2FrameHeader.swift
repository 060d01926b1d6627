import MosnBytes

/// The nine bytes every frame begins with (RFC 9113 §4.1).
@frozen public struct H2FrameHeader: Sendable, Equatable {
  /// 0...16777215
  public var length: Int
  public var type: H2FrameType
  public var flags: H2FrameFlags
  public var streamID: H2StreamID
  /// Senders leave it unset, receivers ignore it; a search for boundaries takes it as a hint.
  public var isReservedBitSet: Bool

  /// nil where fewer than nine bytes are left.
  @inline(__always)
  public init?(_ bytes: borrowing RawSpan, at position: Int) {
    guard position >= 0, bytes.byteCount - position >= H2Frame.headerLength else { return nil }
    let word = bytes.uint64(position)
    let last = bytes.byte(position + 8)
    let stream = UInt32(truncatingIfNeeded: word << 8) | UInt32(last)
    length = Int(truncatingIfNeeded: word >> 40)
    type = H2FrameType(rawValue: UInt8(truncatingIfNeeded: word >> 32))
    flags = H2FrameFlags(rawValue: UInt8(truncatingIfNeeded: word >> 24))
    streamID = H2StreamID(rawValue: stream)
    isReservedBitSet = stream >> 31 == 1
  }
}

extension H2FrameHeader {
  /// What is wrong with the header by itself: known before a byte of the payload came.
  @inline(__always)
  var violation: H2Rule? {
    switch type.rawValue {
    case 0x0, 0x9: streamID.isConnection ? .streamRequired : nil
    case 0x1:
      streamID.isConnection
        ? .streamRequired
        : length < (flags.contains(.padded) ? 1 : 0) + (flags.contains(.priority) ? 5 : 0)
          ? .headersLength : nil
    case 0x2: streamID.isConnection ? .streamRequired : length != 5 ? .priorityLength : nil
    case 0x3: streamID.isConnection ? .streamRequired : length != 4 ? .resetLength : nil
    case 0x4:
      !streamID.isConnection
        ? .streamForbidden
        : flags.contains(.acknowledgement) && length != 0
          ? .settingsAcknowledgementLength : !length.isMultiple(of: 6) ? .settingsLength : nil
    case 0x5:
      streamID.isConnection
        ? .streamRequired : length < (flags.contains(.padded) ? 5 : 4) ? .pushPromiseLength : nil
    case 0x6: !streamID.isConnection ? .streamForbidden : length != 8 ? .pingLength : nil
    case 0x7: !streamID.isConnection ? .streamForbidden : length < 8 ? .goAwayLength : nil
    case 0x8: length != 4 ? .windowUpdateLength : nil
    default: nil
    }
  }

  /// Entries of a SETTINGS frame that are believed; the most seen are nine.
  static var mostSettings: Int { 32 }

  /// Whether an honest sender could have written this: what `violation` asks, and no bit that means nothing.
  ///
  /// Of random bytes about one position in a million passes.
  func isPlausible(maxFrameSize: Int) -> Bool {
    guard !isReservedBitSet, length <= maxFrameSize, violation == nil else { return false }
    return switch type.rawValue {
    case 0x0: flags.rawValue & ~0x09 == 0 && (!flags.contains(.padded) || length > 0)
    case 0x1: flags.rawValue & ~0x2D == 0 && length > 0
    case 0x2, 0x3, 0x8: flags.rawValue == 0
    case 0x4: flags.rawValue & ~0x01 == 0 && length <= 6 * Self.mostSettings
    case 0x5: flags.rawValue & ~0x0C == 0 && length > 4
    case 0x6: flags.rawValue & ~0x01 == 0
    case 0x7: flags.rawValue == 0
    case 0x9: flags.rawValue & ~0x04 == 0
    case 0x10: flags.rawValue == 0 && streamID.isConnection && (4...256).contains(length)
    default: false
    }
  }
}

extension H2Frame {
  /// The frame of `header` whose whole payload is `payload` of `bytes`.
  @inline(__always)
  init(
    _ header: H2FrameHeader, payload: Range<Int>, in bytes: borrowing RawSpan, offset: UInt64,
    skipped: UInt64, violation headerViolation: H2Rule?
  ) {
    var start = payload.lowerBound
    var end = payload.upperBound
    var fixed: UInt64 = 0
    var violation = headerViolation
    if violation == nil {
      switch header.type.rawValue {
      case 0x0:
        if header.flags.contains(.padded) {
          violation = Self.unpad(bytes, &start, &end) ? nil : .paddingLength
        }
      case 0x1:
        if header.flags.contains(.padded), !Self.unpad(bytes, &start, &end) { violation = .paddingLength }
        if violation == nil, header.flags.contains(.priority) {
          if end - start < 5 {
            violation = .paddingLength
          } else {
            fixed = Self.priorityFields(bytes, at: start)
            violation = Self.depends(fixed, on: header.streamID) ? .selfDependency : nil
            start += 5
          }
        }
      case 0x2:
        fixed = Self.priorityFields(bytes, at: start)
        violation = Self.depends(fixed, on: header.streamID) ? .selfDependency : nil
        start = end
      case 0x3:
        fixed = UInt64(bytes.uint32(start))
        start = end
      case 0x5:
        if header.flags.contains(.padded), !Self.unpad(bytes, &start, &end) { violation = .paddingLength }
        if violation == nil, end - start < 4 { violation = .paddingLength }
        if violation == nil {
          fixed = UInt64(bytes.uint32(start) & 0x7FFF_FFFF)
          violation = fixed == 0 || fixed & 1 == 1 ? .promisedStream : nil
          start += 4
        }
      case 0x6:
        fixed = bytes.uint64(start)
        start = end
      case 0x7:
        fixed = bytes.uint64(start)
        start += 8
      case 0x8:
        fixed = UInt64(bytes.uint32(start) & 0x7FFF_FFFF)
        violation = fixed == 0 ? .windowIncrement : nil
        start = end
      default: break
      }
    }
    self.init(
      offset: offset, length: header.length, type: header.type, flags: header.flags,
      streamID: header.streamID, violation: violation, isSkipped: false, missing: 0, skipped: skipped,
      payloadStart: payload.lowerBound, payloadEnd: payload.upperBound, contentStart: start, contentEnd: end,
      fixed: fixed)
  }

  /// A frame that is not wholly there: nothing in its payload is sure to stand where it should.
  init(
    partial header: H2FrameHeader, payload: Range<Int>, offset: UInt64, skipped: UInt64, violation: H2Rule?,
    missing: Int, intact: Int = 0, isSkipped: Bool
  ) {
    // Of the header lists' frames the beginning may be of use.
    let hasBlock = header.type == .headers && !header.flags.contains(.padded) || header.type == .continuation
    let priority = header.type == .headers && header.flags.contains(.priority) ? 5 : 0
    let start = hasBlock ? min(payload.lowerBound + priority, payload.upperBound) : payload.lowerBound
    self.init(
      offset: offset, length: header.length, type: header.type, flags: header.flags,
      streamID: header.streamID, violation: violation, isSkipped: isSkipped, missing: missing,
      skipped: skipped, payloadStart: payload.lowerBound, payloadEnd: payload.upperBound,
      contentStart: start, contentEnd: payload.upperBound,
      fixed: hasBlock ? UInt64(max(0, intact - priority)) : 0)
  }

  /// Takes the length of the padding and the padding off; false where it does not fit (RFC 9113 §6.1).
  private static func unpad(_ bytes: borrowing RawSpan, _ start: inout Int, _ end: inout Int) -> Bool {
    guard start < end else { return false }
    let padding = Int(bytes.byte(start))
    guard padding < end - start else { return false }
    start += 1
    end -= padding
    return true
  }

  private static func priorityFields(_ bytes: borrowing RawSpan, at start: Int) -> UInt64 {
    UInt64(bytes.uint32(start)) << 8
      | UInt64(bytes.byte(start + 4))
  }

  private static func depends(_ fields: UInt64, on stream: H2StreamID) -> Bool {
    UInt32(truncatingIfNeeded: fields >> 8) & 0x7FFF_FFFF == stream.rawValue
  }
}
