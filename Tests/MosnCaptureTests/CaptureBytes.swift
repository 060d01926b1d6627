/// Bytes of integers in a chosen order.
struct Bytes {
  var bytes: [UInt8] = []
  let isBig: Bool

  mutating func put<T: FixedWidthInteger>(_ values: T...) {
    for value in values {
      withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { bytes += $0 }
    }
  }
}

/// A pcap file, written record by record.
struct PcapBytes {
  private var file: Bytes
  private let isNano: Bool
  var bytes: [UInt8] { file.bytes }

  init(
    isBig: Bool = false, isNano: Bool = false, linkType: UInt32 = 1, version: (UInt16, UInt16) = (2, 4),
    snapshotLength: UInt32 = 262_144
  ) {
    file = Bytes(isBig: isBig)
    self.isNano = isNano
    file.put(isNano ? 0xA1B2_3C4D as UInt32 : 0xA1B2_C3D4)
    file.put(version.0, version.1)
    file.put(0 as UInt32, 0, snapshotLength, linkType)
  }

  mutating func packet(_ data: [UInt8], time: Int64 = 0, original: Int? = nil, declared: UInt32? = nil) {
    let fraction = time % 1_000_000_000 / (isNano ? 1 : 1_000)
    file.put(UInt32(time / 1_000_000_000), UInt32(fraction))
    file.put(declared ?? UInt32(data.count), UInt32(original ?? data.count))
    file.bytes += data
  }
}

/// A pcapng file, written block by block.
struct PcapngBytes {
  private var file: Bytes
  var bytes: [UInt8] { file.bytes }

  init(isBig: Bool = false) { file = Bytes(isBig: isBig) }

  typealias Option = (code: UInt16, value: [UInt8])

  mutating func section(isBig: Bool? = nil, version: (UInt16, UInt16) = (1, 0)) {
    if let isBig {
      var next = Bytes(isBig: isBig)
      next.bytes = file.bytes
      file = next
    }
    block(0x0A0D_0D0A) { body in
      body.put(0x1A2B_3C4D as UInt32)
      body.put(version.0, version.1)
      body.put(UInt64.max)
    }
  }

  mutating func interface(linkType: UInt16 = 1, snapshotLength: UInt32 = 0, options: [Option] = []) {
    block(1, options: options) { body in
      body.put(linkType, 0)
      body.put(snapshotLength)
    }
  }

  mutating func packet(
    _ data: [UInt8], ticks: UInt64 = 0, interface: UInt32 = 0, original: UInt32? = nil,
    captured: UInt32? = nil,
    options: [Option] = []
  ) {
    block(6, options: options) { body in
      body.put(interface, UInt32(ticks >> 32), UInt32(truncatingIfNeeded: ticks))
      body.put(captured ?? UInt32(data.count), original ?? UInt32(data.count))
      body.bytes += data
    }
  }

  mutating func obsoletePacket(_ data: [UInt8], ticks: UInt64 = 0, interface: UInt16 = 0) {
    block(2) { body in
      body.put(interface, 0)
      body.put(UInt32(ticks >> 32), UInt32(truncatingIfNeeded: ticks), UInt32(data.count), UInt32(data.count))
      body.bytes += data
    }
  }

  mutating func simplePacket(_ data: [UInt8], original: UInt32? = nil) {
    block(3) { body in
      body.put(original ?? UInt32(data.count))
      body.bytes += data
    }
  }

  mutating func statistics(interface: UInt32 = 0, options: [Option]) {
    block(5, options: options) { $0.put(interface, 0, 0) }
  }

  mutating func secrets(_ data: [UInt8], format: UInt32 = 0x544C_534B) {
    block(10) { body in
      body.put(format, UInt32(data.count))
      body.bytes += data
    }
  }

  /// Any block. `declared` and `trailer` replace the true length, `countsPadding` tells whether the length does.
  mutating func block(
    _ kind: UInt32, options: [Option] = [], declared: UInt32? = nil, trailer: UInt32? = nil,
    countsPadding: Bool = true, _ fill: (inout Bytes) -> Void
  ) {
    var body = Bytes(isBig: file.isBig)
    fill(&body)
    let unpadded = UInt32(body.bytes.count + 12)
    pad(&body)
    for option in options {
      body.put(option.code, UInt16(option.value.count))
      body.bytes += option.value
      pad(&body)
    }
    let length = declared ?? (countsPadding ? UInt32(body.bytes.count + 12) : unpadded)
    file.put(kind, length)
    file.bytes += body.bytes
    file.put(trailer ?? length)
  }

  /// The bytes of an integer in the file's order, for an option's value.
  func value<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    var bytes = Bytes(isBig: file.isBig)
    bytes.put(value)
    return bytes.bytes
  }

  private func pad(_ body: inout Bytes) {
    body.bytes += [UInt8](repeating: 0, count: -body.bytes.count & 3)
  }
}
