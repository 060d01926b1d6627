import CNghttp2
import FuzzTargets
import H2Codec

extension FuzzTarget {
  public static let differential: [FuzzTarget] = [h2Nghttp2, hpackNghttp2, crcZlib]

  static let hpackNghttp2 = FuzzTarget(
    "hpack-nghttp2", "header blocks: our decoder and nghttp2's give the same fields or both refuse"
  ) { input in
    var script = FuzzScript(input)
    var limits = HPACKLimits()
    // nghttp2's inflater has none of these.
    limits.listSize = 1 << 30
    limits.fieldCount = 1 << 30
    limits.blockSize = 1 << 30
    var ours = HPACKDecoder(limits: limits)
    var encoder = HPACKEncoder()
    let theirs = try Inflater()
    let second = try Inflater()
    var list = H2HeaderList()
    while !script.isOver {
      if script.byte() >= 0xE0 {
        // A small table has to evict, and both sides the same.
        encoder.setTableSizeLimit(script.choice(0..<256))
        continue
      }
      let block = script.block(upTo: 250)
      let fields = theirs.inflate(block)
      do throws(HPACKError) {
        try ours.decode(block.span.bytes, into: &list)
      } catch {
        if fields != nil, !error.isOurOwn { throw FuzzFailure(description: "\(error), nghttp2 took it") }
        return
      }
      guard let fields else { throw FuzzFailure(description: "nghttp2 refused \(block), we read \(list)") }
      try expectEqual(list.pairs, fields, "our fields against nghttp2's")
      var written: [UInt8] = []
      encoder.encode(list, into: &written)
      try expectEqual(second.inflate(written), list.pairs, "nghttp2's reading of ours")
    }
  }
}

extension HPACKError {
  /// Rules that nghttp2 knows in another form, or not at all.
  fileprivate var isOurOwn: Bool {
    switch rule {
    // nghttp2 takes any number of updates at a block's beginning.
    case .tooManySizeUpdates, .integerTooLarge: true
    default: false
    }
  }
}

extension H2HeaderList {
  fileprivate var pairs: [[UInt8]] {
    fields.flatMap { [Array(bytes[$0.name]), Array(bytes[$0.value])] }
  }
}

/// nghttp2's decoder.
private final class Inflater {
  private var inflater: OpaquePointer?

  init() throws {
    try expect(nghttp2_hd_inflate_new(&inflater) == 0, "nghttp2 has no memory")
  }

  deinit { nghttp2_hd_inflate_del(inflater) }

  /// Names and values in turn; nil when the block is refused.
  func inflate(_ block: [UInt8]) -> [[UInt8]]? {
    var pairs: [[UInt8]] = []
    var offset = 0
    return block.withUnsafeBufferPointer { bytes in
      while true {
        var field = nghttp2_nv()
        var flags: CInt = 0
        let start = bytes.baseAddress.map { $0 + offset }
        let count = nghttp2_hd_inflate_hd2(inflater, &field, &flags, start, bytes.count - offset, 1)
        guard count >= 0 else { return nil }
        offset += count
        if flags & CInt(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
          pairs.append(Array(UnsafeBufferPointer(start: field.name, count: field.namelen)))
          pairs.append(Array(UnsafeBufferPointer(start: field.value, count: field.valuelen)))
        }
        if flags & CInt(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
          nghttp2_hd_inflate_end_headers(inflater)
          return pairs
        }
        guard count > 0 || flags != 0 else { return nil }
      }
    }
  }
}
