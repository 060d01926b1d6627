import MosnBytes
import MosnPackets

/// Reads pcapng (draft-ietf-opsawg-pcapng). libpcap refuses files whose interfaces differ and keeps
/// everything but packets to itself, so this reader is our own.
///
/// What is wrong with a block's frame ends the reading, since nothing after it can be found; what is wrong
/// inside a block that is no packet becomes a note.
final class PcapngReader {
  private(set) var interfaces: [CaptureInterface] = []
  private(set) var secrets: [DecryptionSecrets] = []
  private(set) var notes: CaptureNotes

  private let input: ReadAhead
  private let path: String
  private let filter: String?
  private let limits: CaptureLimits
  private var order = ByteOrder.little
  /// What packets need of each interface, over all sections.
  private var decoders: [PcapngInterface] = []
  /// Where the interfaces of this section begin in `decoders`.
  private var sectionStart = 0
  private var secretsLength = 0
  private var filters: [LinkType: CaptureFilter?] = [:]
  private var number = 0
  private var lastTime: Int64 = 0
  /// Length of the block whose packet is lent.
  private var lent = 0

  /// `input` stands at a section header; throws if that is not whole or of another version.
  init(_ input: ReadAhead, path: String, filter: String?, limits: CaptureLimits) throws(CaptureError) {
    self.input = input
    self.path = path
    self.filter = filter
    self.limits = limits
    notes = CaptureNotes(limit: limits.notes)
    try readFirstSection()
  }

  var offset: Int64 { input.offset }

  func next() throws(CaptureError) -> Reading {
    input.consume(lent)
    lent = 0
    while true {
      guard try input.fill(PcapngBlock.headLength) else { return ended(inside: nil) }
      var block = PcapngBlock(head: input.available.bytes, order: order, offset: input.offset)
      if block.kind == .sectionHeader {
        guard try input.fill(PcapngBlock.frameLength) else { return ended(inside: block) }
        order = try byteOrder(of: input.available.bytes)
        block = PcapngBlock(head: input.available.bytes, order: order, offset: input.offset)
      }
      guard let fixedLength = block.kind.fixedLength else {
        if try !skip(block) { return ended(inside: block) }
        continue
      }
      try check(block, fixedLength)
      guard try input.fill(block.paddedLength) else { return ended(inside: block) }
      try checkTrailer(block)
      if let packet = try read(block) { return packet }
      input.consume(lent)
      lent = 0
    }
  }

  // MARK: Frames of blocks

  private func readFirstSection() throws(CaptureError) {
    guard try input.fill(PcapngBlock.frameLength) else { throw cutInHeader(PcapngBlock.frameLength + 16) }
    order = try byteOrder(of: input.available.bytes)
    let block = PcapngBlock(head: input.available.bytes, order: order, offset: 0)
    try check(block, 16)
    guard try input.fill(block.paddedLength) else { throw cutInHeader(block.paddedLength) }
    try checkTrailer(block)
    _ = try read(block)
  }

  private func byteOrder(of bytes: RawSpan) throws(CaptureError) -> ByteOrder {
    switch bytes.integer(UInt32.self, at: 8, .little) {
    case 0x1A2B_3C4D: return .little
    case 0x4D3C_2B1A: return .big
    case let other:
      throw damaged(input.offset, "section header with the byte-order magic 0x\(String(other, radix: 16))")
    }
  }

  @inline(__always)
  private func check(_ block: PcapngBlock, _ fixedLength: Int) throws(CaptureError) {
    if block.bodyLength < fixedLength || block.paddedLength > limits.blockLength {
      throw badLength(block, fixedLength)
    }
  }

  @inline(__always)
  private func checkTrailer(_ block: PcapngBlock) throws(CaptureError) {
    let trailer = input.available.bytes.integer(UInt32.self, at: block.paddedLength - 4, order)
    if trailer != block.totalLength { throw badTrailer(block, trailer) }
  }

  private func skip(_ block: PcapngBlock) throws(CaptureError) -> Bool {
    if block.bodyLength < 0 { throw badLength(block, 0) }
    guard try input.skip(block.paddedLength - 4), try input.fill(4) else { return false }
    let trailer = input.available.bytes.integer(UInt32.self, at: 0, order)
    if trailer != block.totalLength { throw badTrailer(block, trailer) }
    input.consume(4)
    return true
  }

  // MARK: Bodies of blocks

  /// Reads a whole block; nil if it is no packet, or one that the filter leaves out.
  @inline(__always)
  private func read(_ block: PcapngBlock) throws(CaptureError) -> Reading? {
    let body = UnsafeRawBufferPointer(
      rebasing: input.available[PcapngBlock.headLength..<block.paddedLength - 4])
    lent = block.paddedLength
    switch block.kind {
    case .enhancedPacket: return try readPacket(block, body, PcapngPacket(enhanced: body.bytes, order))
    case .packet: return try readPacket(block, body, PcapngPacket(obsolete: body.bytes, order))
    case .simplePacket:
      let snapshotLength = sectionStart < decoders.count ? decoders[sectionStart].snapshotLength : 0
      return try readPacket(block, body, PcapngPacket(simple: body.bytes, order, snapshotLength))
    case .sectionHeader: try readSection(block, body.bytes)
    case .interfaceDescription: try readInterface(block, body.bytes)
    case .interfaceStatistics: readStatistics(block, body.bytes)
    case .decryptionSecrets: readSecrets(block, body.bytes)
    default: break
    }
    return nil
  }

  @inline(__always)
  private func readPacket(
    _ block: PcapngBlock, _ body: UnsafeRawBufferPointer, _ packet: PcapngPacket
  ) throws(CaptureError) -> Reading? {
    let index = sectionStart + packet.interface
    guard index < decoders.count else { throw badInterface(block, packet.interface) }
    guard packet.capturedLength <= body.count - packet.dataOffset else {
      throw badPacketLength(block, packet)
    }
    let bytes = UnsafeRawBufferPointer(
      rebasing: body[packet.dataOffset..<packet.dataOffset + packet.capturedLength])
    number += 1
    if let ticks = packet.ticks { lastTime = decoders[index].time.nanoseconds(ticks) }
    guard decoders[index].accepts(bytes, originalLength: packet.originalLength) else { return nil }
    return .packet(
      CapturedPacket(
        time: lastTime, capturedLength: packet.capturedLength,
        originalLength: max(packet.originalLength, packet.capturedLength),
        linkType: decoders[index].linkType, interface: index, number: number),
      bytes)
  }

  private func readSection(_ block: PcapngBlock, _ body: RawSpan) throws(CaptureError) {
    let major = body.integer(UInt16.self, at: 4, order)
    let minor = body.integer(UInt16.self, at: 6, order)
    // 1.2 is 1.0 written by mistake (§4.1).
    guard major == 1, minor == 0 || minor == 2 else {
      throw .unsupportedVersion(path: path, format: "pcapng", version: "\(major).\(minor)")
    }
    sectionStart = decoders.count
  }

  private func readInterface(_ block: PcapngBlock, _ body: RawSpan) throws(CaptureError) {
    guard interfaces.count < limits.interfaces else {
      throw damaged(block.offset, "more than \(limits.interfaces) interfaces")
    }
    let (interface, time, isWhole) = PcapngInterface.describe(body, order, textLimit: limits.interfaceText)
    let index = interfaces.count
    if !isWhole { notes.add("interface \(index): an option runs beyond its block (byte \(block.offset))") }
    let linkType = interface.linkType ?? .ethernet
    var decoder = PcapngInterface(linkType: linkType, snapshotLength: interface.snapshotLength, time: time)
    if filter != nil {
      decoder.filter = try compiledFilter(linkType, interface: index)
      decoder.acceptsNone = decoder.filter == nil
    }
    interfaces.append(interface)
    decoders.append(decoder)
  }

  /// The filter for packets of `linkType`, compiled once; nil if it has no meaning there.
  private func compiledFilter(_ linkType: LinkType, interface: Int) throws(CaptureError) -> CaptureFilter? {
    guard let filter else { return nil }
    if let known = filters[linkType] { return known }
    var compiled: CaptureFilter?
    do throws(CaptureError) {
      compiled = try CaptureFilter(filter, linkType: linkType)
    } catch {
      // What suits other interfaces may mean nothing here; what suits none is a mistake.
      if (try? CaptureFilter(filter, linkType: .ethernet)) == nil { throw error }
      notes.add("packets of link type \(linkType.rawValue) (interface \(interface)) are left out: \(error)")
    }
    filters[linkType] = .some(compiled)
    return compiled
  }

  private func readStatistics(_ block: PcapngBlock, _ body: RawSpan) {
    let index = sectionStart + Int(body.integer(UInt32.self, at: 0, order))
    guard index < interfaces.count else {
      notes.add("statistics of an interface that is not described (byte \(block.offset))")
      return
    }
    let (statistics, isWhole) = CaptureStatistics.reading(body, order)
    if !isWhole { notes.add("interface statistics: an option runs beyond its block (byte \(block.offset))") }
    interfaces[index].statistics = statistics
  }

  private func readSecrets(_ block: PcapngBlock, _ body: RawSpan) {
    let length = Int(body.integer(UInt32.self, at: 4, order))
    if length > body.byteCount - 8 {
      notes.add("decryption secrets run beyond their block (byte \(block.offset))")
    }
    let bytes = body.array(from: 8, count: length)
    let cost = bytes.count + MemoryLayout<DecryptionSecrets>.size + 32
    guard secretsLength + cost <= limits.secretsLength else {
      notes.add("more than \(limits.secretsLength) bytes of decryption secrets: the later ones are left out")
      return
    }
    secretsLength += cost
    let format = DecryptionSecrets.Format(rawValue: body.integer(UInt32.self, at: 0, order))
    secrets.append(DecryptionSecrets(format: format, bytes: bytes))
  }
}

// MARK: Ends and faults

extension PcapngReader {
  /// The stream gives no more bytes: between blocks that is the end, inside one it is a cut.
  private func ended(inside block: PcapngBlock?) -> Reading {
    let end = input.offset + Int64(input.available.count)
    let found = end - (block?.offset ?? input.offset)
    if found == 0 && input.cutShort == nil { return .ended(.complete) }
    var causes: [String] = []
    if let block {
      causes.append("\(found) of the \(block.paddedLength) bytes of a \(block.kind) block are there")
    } else if found > 0 {
      causes.append("\(found) of the \(PcapngBlock.headLength) bytes of a block's head are there")
    }
    if let cause = input.cutShort { causes.append(cause) }
    return .ended(.cutShort(CutShort(packets: number, offset: end, detail: causes.joined(separator: "; "))))
  }

  private func damaged(_ offset: Int64, _ problem: String) -> CaptureError {
    .damaged(path: path, offset: offset, problem: problem)
  }

  private func cutInHeader(_ expected: Int) -> CaptureError {
    .cutInHeader(path: path, found: input.available.count, expected: expected)
  }

  private func badLength(_ block: PcapngBlock, _ fixedLength: Int) -> CaptureError {
    let least = fixedLength + PcapngBlock.frameLength
    let bound = block.bodyLength < fixedLength ? "at least \(least)" : "at most \(limits.blockLength)"
    return damaged(
      block.offset, "a \(block.kind) block of \(block.totalLength) bytes; expected \(bound)")
  }

  private func badTrailer(_ block: PcapngBlock, _ trailer: UInt32) -> CaptureError {
    damaged(
      block.offset,
      "a \(block.kind) block of \(block.totalLength) bytes whose end says \(trailer)")
  }

  private func badInterface(_ block: PcapngBlock, _ interface: Int) -> CaptureError {
    damaged(
      block.offset,
      "a packet of interface \(interface), but the section describes \(decoders.count - sectionStart)")
  }

  private func badPacketLength(_ block: PcapngBlock, _ packet: PcapngPacket) -> CaptureError {
    damaged(
      block.offset,
      "a packet of \(packet.capturedLength) captured bytes in a block of \(block.totalLength)")
  }
}
