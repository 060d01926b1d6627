import CMosnZlib
import Glibc
import Support
import Testing

@testable import MosnCapture

/// Bytes that are not there yet: whoever reads is told before each wait, and what is there is delivered before.
@Suite struct WaitingTests {
  private let classic = contents(of: fixture("v1-sync.pcap"))
  private let next = contents(of: fixture("enc-pcapng.pcapng"))

  /// A pipe with `bytes` in it, as a path that can be opened.
  private func withPipe<R>(_ bytes: [UInt8], _ body: (String, Int32) throws -> R) throws -> R {
    let ends = try #require(PipeEnds())
    defer { close(ends.reading) }
    // The fixtures are smaller than what a pipe holds.
    #expect(bytes.withUnsafeBytes { write(ends.writing, $0.baseAddress, $0.count) } == bytes.count)
    return try body("/dev/fd/\(ends.reading)", ends.writing)
  }

  @Test func everyPacketIsDeliveredBeforeTheWait() throws {
    for (file, length, count) in [(classic, classic.count - 3, 20), (next, next.count - 3, 59)] {
      try withPipe(Array(file.prefix(length))) { path, end in
        let reader = try CaptureReader.file(path)
        var (seen, atWait) = (0, [Int]())
        reader.beforeWaiting = {
          atWait.append(seen)
          // Nothing more is to come, or this would wait for ever.
          if seen == count, atWait.count(where: { $0 == count }) == 1 { close(end) }
        }
        while try reader.next({ _, _ in seen += 1 }) {}
        #expect(atWait.contains(count), "\(atWait)")
        guard case .cutShort = reader.end else {
          Issue.record("\(String(describing: reader.end))")
          return
        }
      }
    }
  }

  @Test func aFileIsNotWaitedFor() throws {
    let reader = try CaptureReader.file(fixture("v1-sync.pcap"))
    reader.beforeWaiting = { Issue.record("a file is there") }
    #expect(try reader.count() == 21)
  }

  /// The writer stays and says nothing: reading ends all the same, with all that was there.
  @Test func stoppingAPipeReadsWhatIsThere() throws {
    try withPipe(classic) { path, end in
      let reader = try CaptureReader.file(path)
      reader.stop()
      #expect(try reader.count() == 21)
      #expect(reader.end == .stopped)
      close(end)
    }
  }

  @Test func stoppingAFileEndsAtOnce() throws {
    let reader = try CaptureReader.file(fixture("v1-sync.pcap"))
    reader.stop()
    #expect(try reader.count() == 0)
    #expect(reader.end == .stopped)
  }

  /// A named pipe that nobody writes to.
  @Test func openingANamedPipeCanBeStopped() throws {
    try withFile([]) { path in
      unlink(path)
      try #require(mkfifo(path, 0o600) == 0)
      let stopSwitch = StopSwitch()
      stopSwitch.stop()
      #expect(throws: CaptureError.self) { try CaptureReader.file(path, stopSwitch: stopSwitch) }
    }
  }

  /// What compresses well comes out in more pieces than it goes in.
  @Test func zlibIsEmptiedBeforeMoreIsAskedFor() throws {
    var file = PcapBytes()
    for _ in 0..<2_000 { file.packet([UInt8](repeating: 0, count: 1_000)) }
    let packed = gzip(file.bytes, endsWith: Z_SYNC_FLUSH)
    #expect(packed.count < 64 << 10)
    let source = OnceSource(packed)
    let reader = try CaptureReader.open(
      source, file: nil, name: "memory", options: CaptureOptions(), stopSwitch: StopSwitch())
    var seen = 0
    while !source.wasAskedAgain, try reader.next({ _, _ in seen += 1 }) {}
    #expect(seen == 2_000)
  }
}

/// All of its bytes at the first read; a second would have to wait.
private final class OnceSource: ByteSource {
  private let bytes: [UInt8]
  private var isGiven = false
  private(set) var wasAskedAgain = false
  var cutShort: String? { nil }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    wasAskedAgain = isGiven
    guard !isGiven, room.count >= bytes.count else { return 0 }
    isGiven = true
    room.copyBytes(from: bytes)
    return bytes.count
  }
}
