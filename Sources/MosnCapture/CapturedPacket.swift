import MosnPackets

/// One packet as a capture holds it; its bytes are lent beside it.
public struct CapturedPacket: Hashable, Sendable {
  /// Nanoseconds since 1970-01-01 UTC. A packet without a time of its own (pcapng Simple Packet Block) has
  /// the time of the packet before it.
  public var time: Int64
  /// Bytes captured; the lent span has as many.
  public var capturedLength: Int
  /// Bytes the packet had on the wire; never less than `capturedLength`.
  public var originalLength: Int
  public var linkType: LinkType
  /// Index into `CaptureReader.interfaces`.
  public var interface: Int
  /// 1-based place in the capture. Packets that the filter leaves out are counted as well in a file, so that
  /// the number is the one other tools show.
  public var number: Int
  /// The file it is from, of several that are read together, from 1; 0 where there is one. `number` and `interface` count
  /// in that file.
  public var file = 0

  public init(
    time: Int64, capturedLength: Int, originalLength: Int, linkType: LinkType, interface: Int, number: Int
  ) {
    self.time = time
    self.capturedLength = capturedLength
    self.originalLength = originalLength
    self.linkType = linkType
    self.interface = interface
    self.number = number
  }
}
