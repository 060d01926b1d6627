import H2Codec

/// Streams that were reset, and by whom: what the other side had under way then is no fault of its own (RFC 9113 §5.4.2).
struct ResetStreams {
  /// As the client sees it.
  private var states: [UInt32: H2StreamState] = [:]
  /// In the order they were reset, as a ring.
  private var order: [UInt32] = []
  private var oldest = 0
  /// Of those forgotten, the highest.
  private(set) var forgotten: UInt32 = 0

  /// Streams remembered: more than a peer keeps under way at once (servers allow 100 to 1,000).
  static let limit = 1_024

  var heldBytes: Int { order.count * 32 }

  mutating func note(_ state: H2StreamState, of stream: H2StreamID) {
    guard state.isReset, states.updateValue(state, forKey: stream.rawValue) == nil else { return }
    guard order.count == Self.limit else { return order.append(stream.rawValue) }
    states[order[oldest]] = nil
    forgotten = max(forgotten, order[oldest])
    order[oldest] = stream.rawValue
    oldest = (oldest + 1) % Self.limit
  }

  func state(of stream: H2StreamID) -> H2StreamState? { states[stream.rawValue] }
}

extension H2StreamState {
  var isReset: Bool { self == .resetLocal || self == .resetRemote }
}
