import Testing

@testable import MosnCapture

@Suite struct PcapFileTests {
  @Test(arguments: [false, true], [false, true])
  func bothByteOrdersAndResolutions(isBig: Bool, isNano: Bool) throws {
    var file = PcapBytes(isBig: isBig, isNano: isNano, linkType: 113)
    file.packet([1, 2, 3], time: 1_700_000_000_123_456_789)
    file.packet([4], time: 1_700_000_001_000_000_999, original: 1500)
    let reader = try CaptureReader.bytes(file.bytes)
    let packets = try reader.all()
    #expect(packets.map(\.bytes) == [[1, 2, 3], [4]])
    #expect(
      packets.map(\.packet.time)
        == (isNano
          ? [1_700_000_000_123_456_789, 1_700_000_001_000_000_999]
          : [1_700_000_000_123_456_000, 1_700_000_001_000_000_000]))
    #expect(packets.map(\.packet.originalLength) == [3, 1500])
    #expect(packets.map(\.packet.number) == [1, 2])
    #expect(packets.map(\.packet.linkType.rawValue) == [113, 113])
    #expect(reader.interfaces.map(\.linkType?.rawValue) == [113])
    #expect(reader.end == .complete)
  }

  @Test func rawIPHasTheFilesNumberNotLibpcaps() throws {
    var file = PcapBytes(linkType: 101)
    file.packet([0x45] + [UInt8](repeating: 0, count: 19))
    let packets = try CaptureReader.bytes(file.bytes, options: CaptureOptions(filter: "ip")).all()
    #expect(packets.map(\.packet.linkType.rawValue) == [101])
  }

  /// libpcap alone would drop what lies beyond the length that the file's header tells.
  @Test(arguments: [false, true], [false, true])
  func recordsLongerThanTheSnapshotLengthAreWhole(isBig: Bool, onDisk: Bool) throws {
    var file = PcapBytes(isBig: isBig, snapshotLength: 96)
    file.packet([UInt8](repeating: 7, count: 300))
    file.packet([8], original: 1500)
    let bytes = file.bytes
    func check(_ reader: CaptureReader) throws {
      #expect(try reader.all().map(\.bytes.count) == [300, 1])
      #expect(reader.interfaces.map(\.snapshotLength) == [96])
      #expect(reader.end == .complete)
    }
    if onDisk { try withFile(bytes) { try check(.file($0)) } } else { try check(.bytes(bytes)) }
  }

  @Test(arguments: [true, false])
  func everyCutGivesThePacketsBeforeIt(onDisk: Bool) throws {
    var file = PcapBytes()
    var ends = [24]
    for size in [0, 5, 60] {
      file.packet([UInt8](repeating: 7, count: size))
      ends.append(file.bytes.count)
    }
    for length in 24...file.bytes.count {
      let bytes = Array(file.bytes.prefix(length))
      let (count, end) =
        try onDisk ? withFile(bytes) { try read(CaptureReader.file($0)) } : read(.bytes(bytes))
      #expect(count == ends.count { $0 <= length } - 1, "cut at \(length)")
      if ends.contains(length) {
        #expect(end == .complete, "cut at \(length)")
      } else if case .cutShort(let cut) = end {
        #expect(cut.packets == count && cut.offset == length, "cut at \(length)")
      } else {
        Issue.record("cut at \(length): \(String(describing: end))")
      }
    }
  }

  @Test func aCutInTheFileHeaderIsAnError() {
    let file = PcapBytes().bytes
    for length in 4..<24 {
      #expect(throws: CaptureError.cutInHeader(path: "memory", found: length, expected: 24)) {
        try CaptureReader.bytes(Array(file.prefix(length)))
      }
    }
  }

  @Test func anImpossibleLengthIsDamageAndStaysSo() throws {
    for onDisk in [true, false] {
      var file = PcapBytes()
      file.packet([1, 2, 3, 4])
      file.packet([1, 2], declared: 0x7FFF_FFFF)
      try withFile(file.bytes) { path -> Void in
        let reader = try onDisk ? CaptureReader.file(path) : CaptureReader.bytes(file.bytes)
        #expect(try reader.next { _, _ in })
        for _ in 1...2 {
          let error = #expect(throws: CaptureError.self) { try reader.next { _, _ in } }
          if case .damaged(_, let offset, _) = error {
            #expect(offset == 24 + 16 + 4)
          } else {
            Issue.record("\(String(describing: error))")
          }
        }
      }
    }
  }

  @Test func otherVersionsAreNamed() {
    #expect(throws: CaptureError.unsupportedVersion(path: "memory", format: "pcap", version: "1.4")) {
      try CaptureReader.bytes(PcapBytes(version: (1, 4)).bytes)
    }
    #expect(throws: CaptureError.unsupportedVersion(path: "memory", format: "pcap", version: "2.9")) {
      try CaptureReader.bytes(PcapBytes(isBig: true, version: (2, 9)).bytes)
    }
  }

  @Test func progressReachesTheSize() throws {
    let reader = try CaptureReader.file(fixture("v1-sync.pcap"))
    #expect(reader.position?.bytesRead ?? .max <= 2806)
    #expect(try reader.count() == 21)
    #expect(reader.position?.bytesRead == 2806)
    #expect(reader.position?.totalBytes == 2806)
  }

  @Test func stopEndsTheReading() throws {
    let reader = try CaptureReader.file(fixture("v1-sync.pcap"))
    #expect(try reader.next { _, _ in })
    reader.stop()
    #expect(try !reader.next { _, _ in })
    #expect(reader.end == .stopped)
  }

  @Test func ownRecordings() throws {
    let nano = try CaptureReader.file(fixture("enc-nano.pcap"))
    let packets = try nano.all()
    #expect(packets.count == 59)
    #expect(packets.first?.packet.time == 1_795_337_554_056_465_345)

    let cut = try CaptureReader.file(fixture("derived-truncated-file.pcap"))
    #expect(try cut.count() == 14)
    guard case .cutShort(let place) = cut.end else {
      Issue.record("\(String(describing: cut.end))")
      return
    }
    #expect(place.packets == 14)
    #expect(place.offset == 2000)
    #expect(
      "\(place)".hasPrefix("the capture is cut short at byte 2000, after 14 whole packets: tried to read"))
  }

  private func read(_ reader: CaptureReader) throws -> (Int, CaptureEnd?) { (try reader.count(), reader.end) }
}
