/// What a decoder spends on a peer.
public struct HPACKLimits: Sendable, Equatable {
  /// The size of one decoded list, names, values and 32 a field, counted while decoding: a reference of one
  /// octet may stand for a field of the whole table (CVE-2016-6581). 64 KiB is what python-h2 allows, Envoy 60.
  public var listSize: Int

  /// The number of fields in one list. Cookie crumbs count one by one: references to a nearly empty field cost
  /// bookkeeping rather than bytes (CVE-2026-47774). 100 is Envoy's.
  public var fieldCount: Int

  /// The decoded size of a whole block, the fields dropped for the limits above included. So far a block is
  /// read on to keep the tables in step; one that goes further costs more than its connection is worth.
  /// Four times the list is hyperium/h2's bound.
  public var blockSize: Int

  /// The largest dynamic table SETTINGS may offer. 4096 is the protocol's own default, which every peer measured
  /// keeps; a lower one counts from the acknowledgement of our SETTINGS on (RFC 9113 §6.5.3).
  public var tableSize: Int

  public init(
    listSize: Int = 64 << 10, fieldCount: Int = 100, blockSize: Int = 256 << 10, tableSize: Int = 4096
  ) {
    self.listSize = listSize
    self.fieldCount = fieldCount
    self.blockSize = blockSize
    self.tableSize = tableSize
  }

  /// For a bystander, who does not choose what others announce: lists as large as the most generous peers take
  /// (Go: 1 MiB) and a table for the largest SETTINGS in use (HAProxy: 64 KiB).
  public static let observer = HPACKLimits(
    listSize: 1 << 20, fieldCount: 1000, blockSize: 4 << 20, tableSize: 64 << 10)
}
