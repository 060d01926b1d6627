/// What a source gives when it is asked for the next packet.
enum Reading {
  /// The bytes are valid until the source is asked again.
  case packet(CapturedPacket, UnsafeRawBufferPointer)
  case ended(CaptureEnd)
  /// Nothing at present; ask again.
  case idle
}
