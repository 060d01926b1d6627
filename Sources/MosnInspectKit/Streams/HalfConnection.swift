import MosnPackets

/// One direction of a connection as TCP sees it: the stream of a sender, and what its packets say of the other side.
struct HalfConnection: ~Copyable {
  var stream = Reassembler()
  /// How much of the stream its receiver has acknowledged last.
  var acknowledged: TCPSequence?
  /// Where the next segment would start of a stream far outside the window; see `Connection.kinship`.
  var strayNext: TCPSequence?
  /// The receive window of the sender.
  var window = ZeroWindow()
}
