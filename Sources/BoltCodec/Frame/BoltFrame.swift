/// A frame as a view: the fixed fields, and where class name, header map and content lie in the bytes it was
/// parsed from. Nothing is copied.
///
/// The ranges are good for the bytes the frame was parsed from: a decoder's `bytes` until its next `append`, or the
/// span given to `parse`. They never reach beyond those bytes, also when the frame is torn (`isWhole`).
@frozen
public struct BoltFrame: Sendable, Hashable {
  public let head: BoltHead
  public internal(set) var crc: BoltChecksum
  /// Offset in the stream of the frame's first byte.
  public let streamOffset: UInt64
  @usableFromInline var start: Int
  /// Bytes of the frame that are there.
  @usableFromInline var held: Int
  @usableFromInline let declaredClass: UInt16
  @usableFromInline let declaredHeader: UInt16
  @usableFromInline let declaredContent: UInt32

  init(
    head: BoltHead, streamOffset: UInt64, start: Int, declaredClass: UInt16, declaredHeader: UInt16,
    declaredContent: UInt32
  ) {
    self.head = head
    self.streamOffset = streamOffset
    self.start = start
    self.declaredClass = declaredClass
    self.declaredHeader = declaredHeader
    self.declaredContent = declaredContent
    self.crc = .absent
    self.held = 0
  }
}

/// The CRC-32 of a frame.
public enum BoltChecksum: Sendable, Hashable {
  /// The frame carries none.
  case absent
  case good
  /// `expected` was computed over the frame, `found` stands behind it.
  case bad(expected: UInt32, found: UInt32)
  /// The header announces one and it is not there: the frame is torn, or (observer) the next frame stands in its
  /// place, as MOSN forwards v2 frames.
  case missing
}

/// The fixed fields.
extension BoltFrame {
  @inlinable public var version: BoltVersion { head.version }
  @inlinable public var ver1: UInt8 { head.ver1 }
  @inlinable public var type: BoltType { head.type }
  @inlinable public var command: BoltCommand { head.command }
  @inlinable public var ver2: UInt8 { head.ver2 }
  @inlinable public var id: UInt32 { head.id }
  @inlinable public var codec: BoltSerializer { head.codec }
  @inlinable public var switches: UInt8 { head.switches }
  @inlinable public var timeout: Int32? { head.timeout }
  @inlinable public var status: BoltStatus? { head.status }
  @inlinable public var kind: BoltKind { head.kind }

  /// Declared bytes of the class name.
  @inlinable public var classLength: Int { Int(declaredClass) }
  /// Declared bytes of the header map.
  @inlinable public var headerLength: Int { Int(declaredHeader) }
  /// Declared bytes of the content.
  @inlinable public var contentLength: Int { Int(declaredContent) }

  /// Bytes of the frame, a CRC-32 that is there or to come included.
  @inlinable @inline(__always) public var length: Int {
    contentEnd &+ (head.hasChecksum && crc != .missing ? BoltFrame.checksumLength : 0)
  }

  /// Bytes of the frame as its head declares it.
  var declaredLength: Int { contentEnd &+ (head.hasChecksum ? BoltFrame.checksumLength : 0) }

  @inlinable static var checksumLength: Int { 4 }
}

/// Where the parts lie.
extension BoltFrame {
  /// The same frame, where its bytes have been copied to `start` of others.
  public func moved(to start: Int) -> BoltFrame {
    var frame = self
    frame.start = start
    return frame
  }

  /// All of the frame is there; false only for what `BoltDecoder.lose` and `end` hand out.
  @inlinable public var isWhole: Bool { held == length }

  /// The frame, the CRC-32 included.
  @inlinable public var range: Range<Int> { part(0, held) }
  @inlinable public var className: Range<Int> { part(head.length, head.length &+ classLength) }
  @inlinable public var headerMap: Range<Int> { part(head.length &+ classLength, contentStart) }
  @inlinable public var content: Range<Int> { part(contentStart, contentEnd) }

  @inlinable var contentStart: Int { head.length &+ classLength &+ headerLength }
  @inlinable var contentEnd: Int { contentStart &+ contentLength }

  @inlinable
  func part(_ from: Int, _ to: Int) -> Range<Int> {
    Range(uncheckedBounds: (start &+ min(from, held), start &+ min(to, held)))
  }
}

/// Text, made when asked for.
extension BoltFrame {
  /// The class name in `bytes`, the bytes this frame was parsed from.
  public func className(in bytes: [UInt8]) -> String {
    String(decoding: bytes[className.clamped(to: bytes.indices)], as: UTF8.self)
  }

  /// The header map in `bytes`, the bytes this frame was parsed from; walked when asked for.
  public func headers(in bytes: [UInt8]) -> BoltHeaderMap {
    BoltHeaderMap(bytes, in: headerMap, streamOffset: streamOffset &+ UInt64(headerMap.lowerBound - start))
  }
}
