/// Why a capture gives no more packets.
public enum CaptureEnd: Hashable, Sendable {
  /// The whole file was read.
  case complete
  /// The file stops inside a record or inside its compressed data: the recorder was killed, the disk was full,
  /// or the copy is unfinished. All packets before were delivered.
  case cutShort(CutShort)
  /// `StopSwitch.stop()` was called.
  case stopped
}

/// Where a file was cut.
public struct CutShort: Hashable, Sendable, CustomStringConvertible {
  /// Packets that are whole.
  public var packets: Int
  /// Bytes that are there, in the unpacked stream where the file is compressed.
  public var offset: Int64
  /// What is missing.
  public var detail: String

  public var description: String {
    "the capture is cut short at byte \(offset), after \(packets) whole packets: \(detail)"
  }
}
