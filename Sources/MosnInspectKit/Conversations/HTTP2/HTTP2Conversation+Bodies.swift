import H2Codec

/// Bodies, for outputs that show them.
extension HTTP2Conversation {
  /// Keeps what DATA says, up to the first byte that was not captured.
  mutating func keep(
    _ bytes: [UInt8], of frame: H2Frame, lost: Int, _ exchange: Int, _ direction: Direction
  ) {
    guard let message = streams[exchange, direction].message else { return }
    let before = message.heldBytes
    message.body?.append(bytes.span.bytes.extracting(frame.content).extracting(first: frame.intact))
    if lost > 0 { message.body?.lose() }
    held += message.heldBytes - before
  }
}
