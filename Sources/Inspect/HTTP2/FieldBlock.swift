import H2Codec

/// A field block in assembly: HEADERS or PUSH_PROMISE and the CONTINUATION frames behind it (RFC 9113 §4.3).
struct FieldBlock {
  /// The frame that began it.
  var first: H2Frame
  var bytes: [UInt8]
  /// How many of the bytes stand before the first that is missing.
  var intact: Int
  /// Whether a piece of it was not captured, so that it cannot be decoded to its end.
  var isDamaged: Bool

  /// Largest block kept: what no peer takes (http2 limits are 64 KiB to 1 MiB) is not worth holding.
  static let limit = 4 << 20
}
