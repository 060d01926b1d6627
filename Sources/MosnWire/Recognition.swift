import H2Codec

/// What the bytes of a direction turned out to be.
struct Recognition: Equatable {
  /// Where in the bytes held the protocol begins.
  var position: Int
  var start: Start

  enum Start: Equatable {
    /// A bolt frame begins there, or (not in step) somewhere behind it.
    case bolt(isInStep: Bool)
    case http2(H2FrameDecoder.Start)

    var wireProtocol: WireProtocol {
      switch self {
      case .bolt: .bolt
      case .http2: .http2
      }
    }
  }
}
