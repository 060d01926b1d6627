import H2Codec

extension FuzzTarget {
  static let hpack = FuzzTarget(
    "hpack",
    "header blocks: endpoint, observer and late observer agree, bounds hold, our encoder keeps a decoder in step"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    var connection = try HPACKConnection(&script)
    while !script.isOver { try connection.step(&script) }
    try budget.check()
  }
}

/// One direction read by three decoders, and written again for a fourth.
private struct HPACKConnection {
  private var limits = HPACKLimits()
  private var endpoint: HPACKDecoder
  private var observer: HPACKDecoder
  /// An observer that has missed the first blocks.
  private var late: HPACKDecoder?
  private var encoder = HPACKEncoder()
  private var second: HPACKDecoder
  private var joinsAfter: Int
  private var list = H2HeaderList()

  init(_ script: inout FuzzScript) throws {
    joinsAfter = script.choice(0..<6)
    limits.listSize = 4096
    limits.fieldCount = 40
    limits.blockSize = 16 << 10
    limits.tableSize = 8192
    endpoint = HPACKDecoder(limits: limits)
    observer = HPACKDecoder(limits: limits, mode: .observer)
    second = HPACKDecoder(limits: limits)
  }

  mutating func step(_ script: inout FuzzScript) throws {
    let what = script.byte()
    if what >= 0xF0 {
      let size = script.choice(0..<9000)
      for decoder in [\Self.endpoint, \.observer, \.second] { self[keyPath: decoder].setTableSizeLimit(size) }
      late?.setTableSizeLimit(size)
      encoder.setTableSizeLimit(min(size, limits.tableSize))
      return
    }
    let block = script.block(upTo: what >= 0xE0 ? 2000 : 250)
    joinsAfter -= 1
    if joinsAfter == 0 {
      late = HPACKDecoder(limits: limits, mode: .observer)
      late?.forget()
    }
    try decode(block)
  }

  private mutating func decode(_ block: [UInt8]) throws {
    var seen = H2HeaderList()
    var error: HPACKError?
    do throws(HPACKError) { try endpoint.decode(block.span.bytes, into: &list) } catch let thrown {
      error = thrown
    }
    try expect(
      list.size <= limits.listSize && list.count <= limits.fieldCount, "the list has \(list.size) bytes")
    var observed: HPACKError?
    do throws(HPACKError) { try observer.decode(block.span.bytes, into: &seen) } catch let thrown {
      observed = thrown
    }
    try expect(seen.size <= limits.listSize && seen.count <= limits.fieldCount, "\(seen.size) bytes are seen")
    if error?.scope == .connection {
      // The endpoint is over; what the observer makes of the rest has nothing to agree with.
      endpoint = HPACKDecoder(limits: limits)
      observer = HPACKDecoder(limits: limits, mode: .observer)
      late = nil
      return
    }
    try expectEqual(observed, error, "the observer's error")
    try expectEqual(observer.finding, nil, "a finding the endpoint has not")
    try expectEqual(seen, list, "the observer's list")
    try checkLate(block)
    try encodeAgain()
  }

  /// What a late observer claims to know is true.
  private mutating func checkLate(_ block: [UInt8]) throws {
    guard late != nil else { return }
    var known = H2HeaderList()
    do throws(HPACKError) { try late?.decode(block.span.bytes, into: &known) } catch {
      // Unknown fields have no size that could be counted, so the lists may be cut at different places.
      return
    }
    guard known.count == list.count else { return }
    for (field, real) in zip(known.fields, list.fields) {
      switch field.unknown {
      case .none:
        try expect(
          known.bytes[field.name].elementsEqual(list.bytes[real.name]),
          "the late observer says \(known.string(field.name)), it is \(list.string(real.name))")
        fallthrough
      case .name:
        try expect(
          known.bytes[field.value].elementsEqual(list.bytes[real.value]),
          "the late observer says \(known.string(field.value)), it is \(list.string(real.value))")
      case .nameAndValue: break
      }
    }
  }

  private mutating func encodeAgain() throws {
    var block: [UInt8] = []
    encoder.encode(list, into: &block)
    var back = H2HeaderList()
    try second.decode(block.span.bytes, into: &back)
    try expectEqual(back.bytes, list.bytes, "decoded against encoded")
    try expectEqual(back.fields.map(\.name), list.fields.map(\.name), "names decoded against encoded")
    for (field, sent) in zip(back.fields, list.fields) where sent.isNeverIndexed {
      try expect(field.isNeverIndexed, "a field that must never be indexed was")
    }
    try expectEqual(second.tableSize, encoder.tableSize, "the tables' sizes")
  }
}
