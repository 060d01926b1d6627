import H2Codec

/// A field block in assembly: HEADERS or PUSH_PROMISE and the CONTINUATION frames behind it (RFC 9113 §4.3).
struct FieldBlock {
  /// The frame that began it.
  var first: H2Frame
  /// When the first byte of that came.
  var begun: Arrival
  var bytes: [UInt8]
  /// How many of the bytes stand before the first that is missing.
  var intact: Int
  /// Why it cannot be decoded to its end.
  var damage: Damage?

  enum Damage {
    /// A piece of it was not captured.
    case lost
    /// A frame of it breaks a rule, or is too long to be read; that has been told.
    case unread
    case tooLarge
    /// Its last frame never came.
    case unfinished
  }

  /// Largest block kept: what no peer takes (http2 limits are 64 KiB to 1 MiB) is not worth holding.
  static let limit = 4 << 20
}

extension FieldBlock.Damage {
  init?(of frame: H2Frame) {
    if frame.isSkipped || frame.violation != nil {
      self = .unread
    } else if frame.isDamaged {
      self = .lost
    } else {
      return nil
    }
  }

  /// What is said of it, with what became of the bytes of its direction.
  func finding(_ losses: Losses) -> Finding? {
    switch self {
    case .lost: Finding(rule: "headers-lost", text: "parts of the header block were \(losses)")
    case .unread: nil
    case .tooLarge:
      Finding(
        rule: "headers-not-read",
        text:
          "the header block is longer than \(FieldBlock.limit) bytes, the most that mosn-inspect reads of one"
      )
    case .unfinished: Finding(rule: "headers-lost", text: "the end of the header block is missing")
    }
  }
}
