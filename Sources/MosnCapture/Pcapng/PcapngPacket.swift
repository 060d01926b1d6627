import MosnBytes

/// The fixed fields of the three packet blocks, brought to one shape. Offsets count from the block's body.
///
///     enhanced  0 interface 4 | 4 time high 4 | 8 time low 4 | 12 captured 4 | 16 original 4 | 20 data
///     obsolete  0 interface 2 | 2 drops 2 | then as above
///     simple    0 original 4 | 4 data
struct PcapngPacket {
  /// Index in the section.
  let interface: Int
  /// Nil where the block has no time.
  let ticks: UInt64?
  /// As declared: may run beyond the block.
  let capturedLength: Int
  let originalLength: Int
  let dataOffset: Int

  @inline(__always)
  init(enhanced body: RawSpan, _ order: ByteOrder) {
    self.init(Int(body.integer(UInt32.self, at: 0, order)), body, order)
  }

  init(obsolete body: RawSpan, _ order: ByteOrder) {
    self.init(Int(body.integer(UInt16.self, at: 0, order)), body, order)
  }

  /// The captured length is not told: it is the least of what the other lengths allow. 0 for a
  /// `snapshotLength` means no limit.
  init(simple body: RawSpan, _ order: ByteOrder, _ snapshotLength: Int) {
    interface = 0
    ticks = nil
    originalLength = Int(body.integer(UInt32.self, at: 0, order))
    dataOffset = 4
    let held = min(originalLength, body.byteCount - dataOffset)
    capturedLength = snapshotLength == 0 ? held : min(held, snapshotLength)
  }

  @inline(__always)
  private init(_ interface: Int, _ body: RawSpan, _ order: ByteOrder) {
    self.interface = interface
    let high = UInt64(body.integer(UInt32.self, at: 4, order))
    let low = UInt64(body.integer(UInt32.self, at: 8, order))
    ticks = high << 32 | low
    capturedLength = Int(body.integer(UInt32.self, at: 12, order))
    originalLength = Int(body.integer(UInt32.self, at: 16, order))
    dataOffset = 20
  }
}
