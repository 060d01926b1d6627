import MosnBytes

/// Could this be bolt? Asked of the first bytes of a connection on any port, and of bytes in the middle of one.
///
/// `BoltFrame.plausibility` finds the next frame where bolt is spoken. Here nothing is known yet, and a head of zeros and
/// small numbers is what half of all binary protocols send: frames count for as much as they hold that nobody writes by
/// chance, and the next one has to stand where the last one ends.
public enum BoltDetection {
  /// Where the bytes in question were found, and so how much is asked of them.
  public enum Place: Sendable {
    /// At the first byte of a connection, where every frame is whole.
    case opening
    /// At the beginning of a segment, where senders often begin a frame.
    case segment
    case anywhere

    var enough: Int {
      switch self {
      case .opening: 3
      case .segment: 5
      case .anywhere: 6
      }
    }
  }

  /// Whether a frame begins at `start`. `.yes` is certain; with `isAll` no more bytes come.
  public static func verdict(
    on bytes: RawSpan, at start: Int, _ place: Place, limits: BoltLimits = BoltLimits(), isAll: Bool = false
  ) -> BoltPlausibility {
    var (position, points) = (start, 0)
    for _ in 0..<mostFrames {
      let frame: BoltFrame
      guard BoltFrame.hasKnownCodes(bytes, at: position) else { return .no }
      do throws(BoltError) {
        guard
          var declared = try BoltFrame.declared(
            bytes, at: position, streamOffset: 0, limits: limits, isObserved: true)
        else {
          return isAll ? .no : .maybe(needs: position - start + BoltHead.longest)
        }
        declared.held = min(declared.length, bytes.byteCount - position)
        frame = declared
      } catch {
        return .no
      }
      guard let more = frame.points(in: bytes, limits: limits, at: place) else { return .no }
      points += more
      let isWhole = frame.held == frame.length
      let next = isWhole ? frame.successor(in: bytes, limits: limits) : nil
      if isWhole, next == nil { points -= lossWithoutSuccessor }
      if points >= place.enough { return .yes }
      guard !isAll, let next else {
        return isAll || isWhole || frame.length > longestAwaited
          ? .no : .maybe(needs: position - start + frame.length)
      }
      position = next
    }
    return .no
  }

  /// Where frames begin in bytes of a connection that began earlier: the first position where one surely does, and the
  /// first one before it where more bytes may show one.
  public static func search(
    in bytes: RawSpan, from start: Int, limits: BoltLimits = BoltLimits()
  ) -> (found: Int?, open: Int?) {
    var open: Int?
    for position in start..<max(start, bytes.byteCount) where BoltFrame.mayBegin(bytes.byte(position)) {
      switch verdict(on: bytes, at: position, .anywhere, limits: limits) {
      case .no: break
      case .maybe: open = open ?? position
      case .yes: return (position, open)
      }
    }
    return (nil, open)
  }

  /// Frames looked at in a row.
  private static let mostFrames = 8
  /// What a frame loses that no other one follows.
  private static let lossWithoutSuccessor = 4
  private static let longestAwaited = 128 << 10
}

extension BoltFrame {
  /// What this frame says for itself as far as it is there; nil where it is none.
  fileprivate func points(in bytes: RawSpan, limits: BoltLimits, at place: BoltDetection.Place) -> Int? {
    let doubts = head.doubts
    guard doubts <= (place == .opening ? BoltHead.mostDoubts : 1) else { return nil }
    guard let name = pointsOfName(in: bytes) else { return nil }
    var points = name - 2 * doubts
    // What nearly everyone sends.
    if head.ver2 == 1, codec == .hessian2 || codec == .protobuf { points += 1 }
    switch kind {
    case .request, .oneway: if classLength == 0 { points -= 1 }
    case .response: if classLength == 0, headerLength + contentLength > 0 { points -= 1 }
    case .heartbeat, .heartbeatAck, .goaway:
      guard classLength + headerLength + contentLength == 0 else { return nil }
      if head.ver2 == 1 { points += timeout == -1 ? 4 : 2 }
    }
    guard held >= contentStart else { return points }
    if headerLength > 0 { points += pointsOfMap(in: bytes) }
    guard held == length, head.hasChecksum, length <= BoltFrame.longestSummed else { return points }
    let sum = CRC32.checksum(bytes.extracting(start..<(start + contentEnd)))
    return points + (sum == bytes.uint32(start + contentEnd) ? 6 : -1)
  }

  /// nil: what is there of the class name is no name.
  private func pointsOfName(in bytes: RawSpan) -> Int? {
    let name = className
    guard classLength > 0 else { return 0 }
    guard classLength <= BoltFrame.longestPlausibleClassName else { return nil }
    var (hasDot, isName) = (false, true)
    for at in name {
      let byte = bytes.byte(at)
      if byte <= 0x20 || byte == 0x7f { return nil }
      switch byte {
      case UInt8(ascii: "."): hasDot = true
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "["),
        UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ":"):
        break
      default: isName = false
      }
    }
    guard isName, name.count >= 3 else { return isName ? 1 : 0 }
    return hasDot && name.count >= 8 ? 5 : 3
  }

  /// Lengths that add up to the map's are one thing, text between them another.
  private func pointsOfMap(in bytes: RawSpan) -> Int {
    var cursor = BoltHeaderCursor(in: headerMap)
    var text = 0
    do throws(BoltError) {
      while let entry = try cursor.next(in: bytes) {
        for at in entry.key ?? 0..<0 where bytes.byte(at) < 0x20 { return 0 }
        text += (entry.key?.count ?? 0) + (entry.value?.count ?? 0)
      }
    } catch {
      // Not impossible: to bolt itself these bytes are opaque.
      return -2
    }
    return text >= 6 ? 6 : text > 0 ? 3 : 0
  }
}
