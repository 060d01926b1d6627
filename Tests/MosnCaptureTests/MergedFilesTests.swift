import Support
import Testing

@testable import MosnCapture

/// Several files read as one, in the order of time.
@Suite struct MergedFilesTests {
  private static func capture(_ times: [Int64], mark: UInt8 = 0) -> [UInt8] {
    var pcap = PcapBytes(isNano: true)
    for time in times { pcap.packet([mark, UInt8(truncatingIfNeeded: time)], time: time) }
    return pcap.bytes
  }

  private func withFiles<R>(_ contents: [[UInt8]], _ body: ([String]) throws -> R) throws -> R {
    var paths: [String] = []
    func next(_ rest: ArraySlice<[UInt8]>) throws -> R {
      guard let first = rest.first else { return try body(paths) }
      return try withFile(first) { path in
        paths.append(path)
        return try next(rest.dropFirst())
      }
    }
    return try next(contents[...])
  }

  private func read(_ contents: [[UInt8]], _ options: CaptureOptions = .init()) throws -> [String] {
    try withFiles(contents) { paths in
      try CaptureReader.files(paths, options: options).all().map {
        "\($0.packet.file).\($0.packet.number)@\($0.packet.time):\($0.bytes[0])"
      }
    }
  }

  @Test func packetsComeInTheOrderOfTime() throws {
    let read = try read([
      Self.capture([10, 40, 50], mark: 1), Self.capture([], mark: 2), Self.capture([20, 30, 60], mark: 3),
    ])
    #expect(read == ["1.1@10:1", "3.1@20:3", "3.2@30:3", "1.2@40:1", "1.3@50:1", "3.3@60:3"])
  }

  /// Of the same time, the file that was named first; a file's own order is never changed.
  @Test func ties() throws {
    let read = try read([Self.capture([5, 9, 7]), Self.capture([5, 8])])
    #expect(read.map { $0.prefix(3) } == ["1.1", "2.1", "2.2", "1.2", "1.3"])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func anyFilesGiveAllTheirPackets(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let files = (0..<(3 + Int(seed) * 4)).map { _ in
      (0..<Int.random(in: 0...9, using: &random)).map { _ in Int64.random(in: 0...999, using: &random) }
        .sorted()
    }
    let read = try withFiles(files.map { Self.capture($0) }) { paths in
      try CaptureReader.files(paths).all().map { ($0.packet.time, $0.packet.file, $0.packet.number) }
    }
    let all = files.enumerated().flatMap { file, times in
      times.enumerated().map { ($0.element, file + 1, $0.offset + 1) }
    }
    let isSorted = zip(read, read.dropFirst()).allSatisfy { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    #expect(files.count == 1 || isSorted, "\(files)")
    #expect(read.count == all.count)
  }

  /// Pieces of one recording are opened when their time comes: of a thousand, not all at once.
  @Test func manyFilesNeedFewDescriptors() throws {
    let files = (0..<200).map { Self.capture([Int64($0) * 10, Int64($0) * 10 + 1]) }
    try withFiles(files.reversed()) { paths in
      let merged = try MergedFiles(paths: paths, options: .init(), stopSwitch: StopSwitch())
      var last: Int64 = -1
      while case .packet(let packet, _) = try merged.next() {
        #expect(packet.time > last)
        last = packet.time
        #expect(merged.openCount <= MergedFiles.openLimit + 2)
      }
      #expect(last == 1_991)
    }
  }

  @Test func aFaultIsToldWhenTheOthersHaveBeenRead() throws {
    var damaged = PcapBytes()
    damaged.packet([1, 2])
    damaged.packet([1, 2], declared: 1 << 30)
    try withFiles([damaged.bytes, Self.capture([1, 2, 3])]) { paths in
      let reader = try CaptureReader.files(paths)
      for _ in 1...4 { #expect(try reader.next { _, _ in }) }
      #expect(throws: CaptureError.self) { try reader.next { _, _ in } }
    }
  }

  @Test func aFileThatIsCutShortIsNamed() throws {
    try withFiles([Array(Self.capture([1, 2]).dropLast(3)), Self.capture([3])]) { paths in
      let reader = try CaptureReader.files(paths)
      #expect(try reader.count() == 2)
      #expect(reader.end == .complete)
      #expect(reader.notes.count == 1)
      #expect(reader.notes.first?.hasPrefix("\(paths[0]): the capture is cut short at byte") == true)
    }
  }

  @Test func whatIsNoCaptureIsRefusedAtOnce() throws {
    try withFiles([Self.capture([1]), Array("<html>".utf8)]) { paths in
      let error = #expect(throws: CaptureError.self) { try CaptureReader.files(paths) }
      #expect(error.map { "\($0)".hasPrefix(paths[1]) } == true)
    }
  }

  @Test func aFilterIsThatOfAllFiles() throws {
    let read = try read([Self.capture([1, 4]), Self.capture([2])], CaptureOptions(filter: "less 1"))
    #expect(read.isEmpty)
  }
}
