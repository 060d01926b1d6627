import MosnBytes
import MosnPackets

/// What the packets of one interface need to be read.
struct PcapngInterface {
  let linkType: LinkType
  /// 0 for no limit.
  let snapshotLength: Int
  let time: PcapngTime
  var filter: CaptureFilter?
  /// The filter cannot be applied to this link type.
  var acceptsNone = false

  init(linkType: LinkType, snapshotLength: Int, time: PcapngTime) {
    self.linkType = linkType
    self.snapshotLength = snapshotLength
    self.time = time
  }

  @inline(__always)
  func accepts(_ bytes: UnsafeRawBufferPointer, originalLength: Int) -> Bool {
    if let filter { return filter.accepts(bytes, originalLength: originalLength) }
    return !acceptsNone
  }

  /// Reads the body of an Interface Description Block:
  ///
  ///     0 link type 2 | 2 reserved 2 | 4 snapshot length 4 | 8 options
  static func describe(
    _ body: RawSpan, _ order: ByteOrder, textLimit: Int
  ) -> (interface: CaptureInterface, time: PcapngTime, isWhole: Bool) {
    var interface = CaptureInterface(
      linkType: LinkType(rawValue: UInt32(body.integer(UInt16.self, at: 0, order))),
      snapshotLength: Int(body.integer(UInt32.self, at: 4, order)))
    var resolution: UInt8 = 6
    var offset: Int64 = 0
    let isWhole = PcapngOptions(order: order).forEach(in: body, from: 8) { code, value in
      switch code {
      case Option.name: interface.name = text(value, textLimit)
      case Option.description: interface.details = text(value, textLimit)
      case Option.resolution where value.byteCount >= 1: resolution = value.integer(UInt8.self, at: 0, order)
      // The first byte tells the filter's language, 0 for libpcap's.
      case Option.filter where value.byteCount >= 1:
        interface.filter = text(value.extracting(1..<value.byteCount), textLimit)
      case Option.offset where value.byteCount >= 8: offset = value.integer(Int64.self, at: 0, order)
      default: break
      }
    }
    return (interface, PcapngTime(resolution: resolution, offset: offset), isWhole)
  }

  private static func text(_ value: RawSpan, _ limit: Int) -> String {
    let bytes = value.array(from: 0, count: limit)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private enum Option {
    static let name: UInt16 = 2
    static let description: UInt16 = 3
    static let resolution: UInt16 = 9
    static let filter: UInt16 = 11
    static let offset: UInt16 = 14
  }
}

extension CaptureStatistics {
  /// Reads the body of an Interface Statistics Block:
  ///
  ///     0 interface 4 | 4 time high 4 | 8 time low 4 | 12 options
  static func reading(_ body: RawSpan, _ order: ByteOrder) -> (statistics: Self, isWhole: Bool) {
    var statistics = Self()
    let isWhole = PcapngOptions(order: order).forEach(in: body, from: 12) { code, value in
      guard value.byteCount >= 8 else { return }
      let count = value.integer(UInt64.self, at: 0, order)
      switch code {
      case 4: statistics.received = count  // isb_ifrecv
      case 5: statistics.droppedByInterface = count  // isb_ifdrop
      case 7: statistics.droppedByKernel = count  // isb_osdrop
      default: break
      }
    }
    return (statistics, isWhole)
  }
}
