/// A piece of an IP datagram, as found in one packet; offsets and ranges are in the packet's bytes.
public struct IPFragment: Hashable, Sendable {
  /// 16 bits in IPv4, 32 in IPv6.
  public let identification: UInt32
  /// Where the piece belongs in the datagram's payload, in bytes.
  public let offset: Int
  /// Whether further pieces lie behind this one.
  public let more: Bool
  /// What the whole datagram carries (IPv6: its first header behind the fragment header).
  public let ipProtocol: IPProtocol
  /// The IPv4 header with its options, or the IPv6 header with the extension headers before the fragment header.
  public let header: Range<Int>
  /// Where, inside `header`, the field stands that names what follows it.
  let nextHeaderOffset: Int
  /// What was captured of the piece.
  public let payload: Range<Int>
  /// The piece's length on the wire.
  public let payloadLength: Int
}
