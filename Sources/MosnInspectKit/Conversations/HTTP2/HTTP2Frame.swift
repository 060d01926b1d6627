import H2Codec

/// One frame of HTTP/2 for those who want to see them all (`--frames`).
public struct HTTP2FrameMessage: Sendable {
  public var frame: H2Frame
  /// What the frame's ranges index.
  public var bytes: [UInt8]
  /// The header list of the block that this frame ends.
  public var headers: H2HeaderList?

  /// The same with bytes of its own, and no others.
  func owned() -> HTTP2FrameMessage {
    HTTP2FrameMessage(frame: frame.moved(to: 0), bytes: Array(bytes[frame.payload]), headers: headers)
  }
}
