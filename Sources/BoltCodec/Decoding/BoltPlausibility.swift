import MosnBytes

/// Whether bytes could be the beginning of a bolt frame.
public enum BoltPlausibility: Sendable, Hashable {
  case no
  /// Nothing speaks against it yet; `needs` bytes from the frame's first one on would tell more.
  case maybe(needs: Int)
  case yes
}

extension BoltFrame {
  /// How far the bytes at `start` look like a frame that a peer would send: known codes, lengths within bounds, a
  /// printable class name, a header map that walks exactly, a right CRC-32, and the end of the bytes or another head
  /// behind it. Stricter than `parse`, which takes every value that has a meaning.
  ///
  /// Touches no content but for the CRC-32 of small frames, so that it can be asked at every position.
  public static func plausibility(
    of bytes: RawSpan, at start: Int, limits: BoltLimits = BoltLimits()
  ) -> BoltPlausibility {
    guard hasKnownCodes(bytes, at: start) else { return .no }
    let frame: BoltFrame
    do throws(BoltError) {
      let read = try declared(bytes, at: start, streamOffset: 0, limits: limits, isObserved: true)
      guard let read else { return .maybe(needs: neededForHead(bytes, at: start)) }
      frame = read
    } catch {
      return .no
    }
    return frame.plausibility(asFarAs: bytes, limits: limits)
  }

  /// The first position from `start` on where a frame surely begins; nil when there is none.
  public static func firstPlausible(
    in bytes: RawSpan, from start: Int, limits: BoltLimits = BoltLimits()
  ) -> Int? {
    var at = max(0, start)
    while at < bytes.byteCount {
      if mayBegin(bytes.byte(unchecked: at)), plausibility(of: bytes, at: at, limits: limits) == .yes {
        return at
      }
      at += 1
    }
    return nil
  }

  /// The quick look a search takes at every byte.
  @inline(__always)
  static func mayBegin(_ byte: UInt8) -> Bool { byte == 1 || byte == 2 }

  /// Whether nothing speaks against a frame beginning at `start`, going by its fixed header as far as it is there.
  static func mayBegin(_ bytes: RawSpan, at start: Int, limits: BoltLimits) -> Bool {
    guard hasKnownCodes(bytes, at: start) else { return false }
    do throws(BoltError) {
      let read = try declared(bytes, at: start, streamOffset: 0, limits: limits, isObserved: true)
      guard let frame = read else { return true }
      return frame.head.doubts <= (frame.version == .v2 && frame.head.ver1 == 0 ? 2 : 1)
    } catch {
      return false
    }
  }

  private static func neededForHead(_ bytes: RawSpan, at start: Int) -> Int {
    guard start >= 0, start < bytes.byteCount else { return 3 }
    let available = bytes.byteCount - start
    guard let version = BoltVersion(rawValue: bytes.byte(unchecked: start)) else { return 3 }
    let at = version == .v2 ? 2 : 1
    guard available > at, let type = BoltType(rawValue: bytes.byte(unchecked: start + at)) else { return 3 }
    return BoltHead.length(version, type)
  }
}

extension BoltHead {
  /// How many fields hold a value no peer is known to send. Three are not the bytes of a header.
  var doubts: Int {
    var doubts = 0
    let isUsual =
      switch type {
      case .response: command == .response || command == .heartbeat
      case .request: command == .request || command == .heartbeat || command == .goaway
      case .oneway: command == .request || command == .heartbeat
      }
    if !isUsual { doubts += 1 }
    // Only the Go peer sends 0, and little tells two bytes before a v1 frame from it.
    if version == .v2, ver1 != 1, ver1 != 2 { doubts += 2 }
    if ver2 > 1 { doubts += 1 }
    if codec.name == nil { doubts += 1 }
    if switches > BoltHead.checksumSwitch { doubts += 1 }
    if let status, status.name == nil { doubts += 1 }
    if let timeout, timeout < -1 { doubts += 1 }
    return doubts
  }

  static var mostDoubts: Int { 2 }
}

extension BoltFrame {
  /// Whether the bytes that say which layout follows are those of a known peer, as far as they are there; an observer
  /// guesses what others mean. The Go peer sends a `ver1` of 0.
  @inline(__always)
  static func hasKnownCodes(_ bytes: RawSpan, at start: Int) -> Bool {
    guard start >= 0, start < bytes.byteCount else { return true }
    let available = bytes.byteCount - start
    let shift = bytes.byte(unchecked: start) == BoltVersion.v2.rawValue ? 1 : 0
    if shift == 1, available > 1, bytes.byte(unchecked: start + 1) > 2 { return false }
    return available <= shift + 1 || BoltType(rawValue: bytes.byte(unchecked: start + shift + 1)) != nil
  }

  /// This frame as far as it is there, weighed.
  func plausibility(asFarAs bytes: RawSpan, limits: BoltLimits) -> BoltPlausibility {
    var frame = self
    frame.held = min(length, bytes.byteCount - start)
    return frame.plausibility(in: bytes, limits: limits)
  }

  /// Weighs what speaks for and against this frame: `evidence` below 0 is not enough.
  private func plausibility(in bytes: RawSpan, limits: BoltLimits) -> BoltPlausibility {
    guard classLength <= BoltFrame.longestPlausibleClassName, head.doubts <= BoltHead.mostDoubts else {
      return .no
    }
    guard let name = nameEvidence(in: bytes) else { return .no }
    var evidence = name - head.doubts
    guard held >= contentStart else { return .maybe(needs: contentStart) }

    evidence += partsEvidence(in: bytes, limits: limits)
    let whole = held == length
    if whole {
      if head.hasChecksum, length <= BoltFrame.longestSummed {
        if CRC32.checksum(bytes.extracting(start..<(start + contentEnd)))
          == bytes.uint32(unchecked: start + contentEnd)
        {
          return .yes
        }
        evidence -= 1
      }
      evidence += successor(in: bytes, limits: limits) == nil ? -2 : 1
    }
    if evidence >= 0 { return .yes }
    return whole || length > BoltFrame.longestAwaited ? .no : .maybe(needs: length)
  }

  /// nil: what is there of the class name is not text. A name with a dot in it is worth more.
  private func nameEvidence(in bytes: RawSpan) -> Int? {
    let name = className
    var hasDot = false
    var evidence = name.isEmpty ? 0 : 1
    for at in name {
      let byte = bytes.byte(unchecked: at)
      if byte <= 0x20 || byte == 0x7f { return nil }
      if byte >= 0x80 { evidence = 0 }
      if byte == UInt8(ascii: ".") { hasDot = true }
    }
    return evidence == 1 && hasDot && name.count >= 8 ? 2 : evidence
  }

  private func partsEvidence(in bytes: RawSpan, limits: BoltLimits) -> Int {
    var evidence = 0
    if headerLength > 0 {
      var cursor = BoltHeaderCursor(in: headerMap)
      do throws(BoltError) {
        try cursor.finish(in: bytes, limits: limits)
        evidence += 1
      } catch {
        // Not impossible: to bolt itself these bytes are opaque.
        evidence -= 2
      }
    }
    switch kind {
    case .request, .oneway: if classLength == 0 { evidence -= 2 }
    case .response: if classLength == 0, headerLength + contentLength > 0 { evidence -= 2 }
    case .heartbeat, .heartbeatAck, .goaway:
      if classLength + headerLength + contentLength > 0 { evidence -= 2 }
      // Everyone sends one of these two in a heartbeat.
      if let timeout, timeout != -1, timeout != 0 { evidence -= 1 }
    }
    return evidence
  }

  /// What stands behind a whole frame, the end of the bytes or another head; nil where neither does.
  func successor(in bytes: RawSpan, limits: BoltLimits) -> Int? {
    let end = start + length
    if end == bytes.byteCount || BoltFrame.mayBegin(bytes, at: end, limits: limits) { return end }
    guard version == .v2, head.switches & BoltHead.checksumSwitch != 0 else { return nil }
    // MOSN sends no CRC-32 where there should be one, the Go peer sends one where there should be none.
    let other = head.hasChecksum ? end - BoltFrame.checksumLength : end + BoltFrame.checksumLength
    return other <= bytes.byteCount && BoltFrame.mayBegin(bytes, at: other, limits: limits) ? other : nil
  }

  /// The longest class name believed; the longest seen is 52 bytes.
  static let longestPlausibleClassName = 1_024
  /// The longest frame whose CRC-32 is computed for a position that may be none.
  static let longestSummed = 4_096
  /// The longest frame awaited for evidence; bounds what a search holds back.
  private static let longestAwaited = 128 << 10
}
