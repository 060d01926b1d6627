import H2Codec

/// How a content was packed on its way (RFC 9110 §8.4.1).
public enum ContentCoding: String, Sendable {
  case gzip
  /// zlib's format (RFC 1950), and what some send instead: bare deflate (RFC 1951).
  case deflate

  init?(name: ArraySlice<UInt8>) {
    switch name.map({ $0 | 0x20 }) {
    case Array("gzip".utf8), Array("x-gzip".utf8): self = .gzip
    case Array("deflate".utf8): self = .deflate
    default: return nil
    }
  }
}

/// What came out of a packed content.
public struct UnpackedContent: Sendable {
  public enum End: Sendable, Hashable {
    /// The packed bytes and their checks ended where they should.
    case whole
    /// More would have come than was asked for.
    case limit
    /// The packed bytes end early.
    case early
    /// They break the rules of their format: why.
    case broken(String)
  }

  public var bytes: [UInt8]
  public var end: End

  public init(bytes: [UInt8], end: End) { (self.bytes, self.end) = (bytes, end) }
}

/// Unpacks bytes, up to so many that come out. The inspector has no such library itself: its caller brings one.
public typealias ContentUnpacking = @Sendable (RawSpan, ContentCoding, Int) -> UnpackedContent
