import Testing

@testable import MosnCapture

@Suite struct PcapngReaderTests {
  @Test(arguments: [false, true])
  func theThreePacketBlocks(isBig: Bool) throws {
    var file = PcapngBytes(isBig: isBig)
    file.section()
    file.interface(linkType: 1)
    file.interface(
      linkType: 113, options: [(9, [9]), (2, Array("eth7".utf8)), (11, [0] + Array("tcp".utf8))])
    file.packet(
      [1, 2, 3, 4, 5], ticks: 1_700_000_000_123_456, original: 90, options: [(2, file.value(1 as UInt32))])
    file.packet([6], ticks: 1_700_000_000_123_456_789, interface: 1)
    file.obsoletePacket([7, 8], ticks: 5, interface: 0)
    file.simplePacket([9, 9, 9])
    let reader = try CaptureReader.bytes(file.bytes)
    let packets = try reader.all()
    #expect(packets.map(\.bytes) == [[1, 2, 3, 4, 5], [6], [7, 8], [9, 9, 9]])
    // The simple packet has no time and keeps that of its predecessor.
    #expect(
      packets.map(\.packet.time) == [1_700_000_000_123_456_000, 1_700_000_000_123_456_789, 5_000, 5_000])
    #expect(packets.map(\.packet.originalLength) == [90, 1, 2, 3])
    #expect(packets.map(\.packet.linkType.rawValue) == [1, 113, 1, 1])
    #expect(packets.map(\.packet.interface) == [0, 1, 0, 0])
    #expect(packets.map(\.packet.number) == [1, 2, 3, 4])
    #expect(reader.interfaces.map(\.name) == [nil, "eth7"])
    #expect(reader.interfaces.map(\.filter) == [nil, "tcp"])
    #expect(reader.end == .complete)
    #expect(reader.notes == [])
  }

  @Test func sectionsOfBothOrdersEachWithTheirInterfaces() throws {
    var file = PcapngBytes()
    file.section(isBig: false)
    file.interface(linkType: 1)
    file.packet([1])
    file.section(isBig: true, version: (1, 2))
    file.interface(linkType: 276)
    file.packet([2])
    file.section(isBig: false)
    file.interface(linkType: 101)
    file.interface(linkType: 0)
    file.packet([3], interface: 1)
    for step in [1, 7, Int.max] {
      let packets = try CaptureReader.bytes(file.bytes, step: step).all()
      #expect(packets.map(\.bytes) == [[1], [2], [3]])
      #expect(packets.map(\.packet.linkType.rawValue) == [1, 276, 0])
      #expect(packets.map(\.packet.interface) == [0, 1, 3])
    }
  }

  @Test func simplePacketsAreCutBySnapshotLength() throws {
    var file = PcapngBytes()
    file.section()
    file.interface(snapshotLength: 2)
    file.simplePacket([1, 2], original: 1000)
    let packets = try CaptureReader.bytes(file.bytes).all()
    #expect(packets.map(\.bytes) == [[1, 2]])
    #expect(packets.map(\.packet.originalLength) == [1000])
  }

  @Test func countersAndSecretsAreKept() throws {
    var file = PcapngBytes(isBig: true)
    file.section()
    file.secrets(Array("CLIENT_RANDOM a b\n".utf8))
    file.interface()
    file.interface()
    file.statistics(interface: 0, options: [(4, file.value(100 as UInt64)), (7, file.value(3 as UInt64))])
    file.statistics(interface: 1, options: [(5, file.value(2 as UInt64)), (7, file.value(4 as UInt64))])
    file.statistics(interface: 9, options: [])
    let reader = try CaptureReader.bytes(file.bytes)
    #expect(try reader.count() == 0)
    #expect(
      reader.secrets == [DecryptionSecrets(format: .tlsKeyLog, bytes: Array("CLIENT_RANDOM a b\n".utf8))])
    #expect(reader.interfaces[0].statistics == CaptureStatistics(received: 100, droppedByKernel: 3))
    #expect(
      reader.statistics == CaptureStatistics(received: 100, droppedByKernel: 7, droppedByInterface: 2))
    #expect(reader.notes.count == 1)
  }

  @Test func unknownBlocksArePassedOver() throws {
    var file = PcapngBytes()
    file.section()
    file.block(4) { $0.bytes += [0, 0, 0, 0] }
    file.interface()
    file.block(0xBAD) { $0.bytes += [UInt8](repeating: 1, count: 1 << 20) }
    file.block(0x8000_0001) { _ in }
    file.packet([1, 2, 3])
    var limits = CaptureOptions()
    limits.limits.blockLength = 1024
    #expect(try CaptureReader.bytes(file.bytes, options: limits).count() == 1)
  }

  @Test func lengthsWithoutThePaddingAreUnderstood() throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    file.block(6, countsPadding: false) { body in
      body.put(0 as UInt32, 0, 0, 5, 5)
      body.bytes += [1, 2, 3, 4, 5]
    }
    file.packet([6])
    #expect(try CaptureReader.bytes(file.bytes).all().map(\.bytes) == [[1, 2, 3, 4, 5], [6]])
  }

  @Test func everyCutGivesThePacketsBeforeIt() throws {
    var file = PcapngBytes()
    file.section()
    let header = file.bytes.count
    var ends = [header]
    var packets: [Int] = []
    func mark() { ends.append(file.bytes.count) }
    file.interface(options: [(9, [9])])
    mark()
    file.packet([1, 2, 3])
    mark()
    packets.append(file.bytes.count)
    file.block(0xBAD) { $0.bytes += [1, 2, 3, 4] }
    mark()
    file.simplePacket([4])
    mark()
    packets.append(file.bytes.count)
    for length in 4...file.bytes.count {
      let bytes = Array(file.bytes.prefix(length))
      guard length >= header else {
        #expect(
          throws: CaptureError.cutInHeader(path: "memory", found: length, expected: length < 12 ? 28 : header)
        ) {
          try CaptureReader.bytes(bytes)
        }
        continue
      }
      let reader = try CaptureReader.bytes(bytes, step: 3)
      let count = try reader.count()
      #expect(count == packets.count { $0 <= length }, "cut at \(length)")
      if ends.contains(length) {
        #expect(reader.end == .complete, "cut at \(length)")
      } else if case .cutShort(let cut) = reader.end {
        #expect(cut.packets == count && cut.offset == length, "cut at \(length)")
      } else {
        Issue.record("cut at \(length): \(String(describing: reader.end))")
      }
    }
  }

  @Test func whatIsWrongIsSaidWithItsPlace() {
    expect("at byte 48: a packet block of 8 bytes; expected at least 32") {
      $0.block(6, declared: 8) { _ in }
    }
    expect("at byte 48: a type 3000 block of 4 bytes; expected at least 12") {
      $0.block(3000, declared: 4) { _ in }
    }
    expect("at byte 48: a packet block of 4294967295 bytes; expected at most 16777216") {
      $0.block(6, declared: .max) { _ in }
    }
    expect("at byte 48: a packet block of 36 bytes whose end says 40") {
      $0.block(6, trailer: 40) { $0.put(0 as UInt32, 0, 0, 1, 1, 0) }
    }
    expect("at byte 48: a packet of interface 1, but the section describes 1") {
      $0.packet([1], interface: 1)
    }
    expect("at byte 48: a packet of interface 4294967295, but the section describes 1") {
      $0.packet([1], interface: .max)
    }
    expect("at byte 48: a packet of 5 captured bytes in a block of 36") { $0.packet([1], captured: 5) }
    expect("at byte 48: section header with the byte-order magic 0x1020304") {
      $0.block(0x0A0D_0D0A) { $0.put(0x0102_0304 as UInt32, 0, 0, 0) }
    }
    expect("pcapng version 2.0 is not supported") { $0.section(version: (2, 0)) }
  }

  @Test func limitsHoldAtTheirEdge() throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    file.packet([UInt8](repeating: 0, count: 68))  // a block of 100 bytes
    var options = CaptureOptions()
    options.limits.blockLength = 100
    #expect(try CaptureReader.bytes(file.bytes, options: options).count() == 1)
    options.limits.blockLength = 99
    #expect(throws: CaptureError.self) { try CaptureReader.bytes(file.bytes, options: options).count() }

    file.interface()
    options = CaptureOptions()
    options.limits.interfaces = 2
    #expect(try CaptureReader.bytes(file.bytes, options: options).count() == 1)
    options.limits.interfaces = 1
    #expect(throws: CaptureError.self) { try CaptureReader.bytes(file.bytes, options: options).count() }

    file.secrets([UInt8](repeating: 1, count: 1000))
    options = CaptureOptions()
    options.limits.secretsLength = 999
    let reader = try CaptureReader.bytes(file.bytes, options: options)
    #expect(try reader.count() == 1)
    #expect(reader.secrets == [])
    #expect(reader.notes.count == 1)
  }

  @Test func anOptionBeyondItsBlockIsANote() throws {
    var file = PcapngBytes()
    file.section()
    file.block(1) { body in
      body.put(1 as UInt16, 0)
      body.put(0 as UInt32)
      body.put(2 as UInt16, 400)
    }
    file.packet([1])
    let reader = try CaptureReader.bytes(file.bytes)
    #expect(try reader.count() == 1)
    #expect(reader.notes == ["interface 0: an option runs beyond its block (byte 28)"])
  }

  @Test func ownRecordings() throws {
    let plain = try CaptureReader.file(fixture("enc-pcapng.pcapng"))
    let packets = try plain.all()
    #expect(packets.count == 59)
    #expect(packets.first?.packet.time == 1_795_337_554_056_462_520)
    let tls = try CaptureReader.file(fixture("tls13-aes128gcm-dsb.pcapng"))
    #expect(try tls.count() == 38)
    #expect(tls.secrets.map(\.format) == [.tlsKeyLog])
  }

  /// After a section header and an interface (48 bytes), `add` makes the reader throw an error that says `text`.
  private func expect(_ text: String, _ add: (inout PcapngBytes) -> Void) {
    var file = PcapngBytes()
    file.section()
    file.interface()
    add(&file)
    let error = #expect(throws: CaptureError.self) { try CaptureReader.bytes(file.bytes).count() }
    #expect(error.map { "\($0)".hasSuffix(text) } == true, "\(String(describing: error))")
  }
}

@Suite struct PcapngTimeTests {
  @Test func resolutions() {
    #expect(PcapngTime().nanoseconds(1_700_000_000_000_001) == 1_700_000_000_000_001_000)
    #expect(PcapngTime(resolution: 0).nanoseconds(2) == 2_000_000_000)
    #expect(PcapngTime(resolution: 9).nanoseconds(7) == 7)
    #expect(PcapngTime(resolution: 12).nanoseconds(7_999) == 7)
    #expect(PcapngTime(resolution: 28).nanoseconds(.max) == 1)
    #expect(PcapngTime(resolution: 127).nanoseconds(.max) == 0)
    #expect(PcapngTime(resolution: 0x80).nanoseconds(3) == 3_000_000_000)
    #expect(PcapngTime(resolution: 0x81).nanoseconds(3) == 1_500_000_000)
    #expect(PcapngTime(resolution: 0x80 | 32).nanoseconds(1 << 32 | 1 << 31) == 1_500_000_000)
    #expect(PcapngTime(resolution: 0x80 | 63).nanoseconds(1 << 62) == 500_000_000)
    #expect(PcapngTime(resolution: 0xFF).nanoseconds(.max) == 0)
  }

  @Test func offsets() {
    #expect(PcapngTime(resolution: 6, offset: 10).nanoseconds(1) == 10_000_001_000)
    #expect(PcapngTime(resolution: 6, offset: -10).nanoseconds(0) == -10_000_000_000)
  }

  @Test func whatDoesNotFitStaysAtTheBound() {
    for resolution in UInt8.min ... .max {
      for offset in [0, 1, -1, Int64.max, .min] {
        let time = PcapngTime(resolution: resolution, offset: offset)
        for ticks in [0, 1, 1 << 32, 1 << 63, UInt64.max] { _ = time.nanoseconds(ticks) }
      }
    }
    #expect(PcapngTime(resolution: 0).nanoseconds(.max) == .max)
    #expect(PcapngTime(resolution: 9, offset: .max).nanoseconds(.max) == .max)
    #expect(PcapngTime(resolution: 9, offset: .min).nanoseconds(0) == .min)
  }
}
