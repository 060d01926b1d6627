import Foundation
import Glibc
import Testing

/// `tcpdump -U -w - | mosn-inspect -`: what has been read is shown before anything is waited for, and nothing of it is
/// lost when the reading is stopped.
@Suite struct PipeTests {
  static let outputs = [["-"], ["--json", "-"], ["-T", "fields", "-e", "id", "-"], ["--frames", "-"]]

  /// A capture of five calls: the file header, and each packet's record.
  private static let records: [[UInt8]] = {
    var talk = Talk()
    for id in 1...5 as ClosedRange<UInt32> { talk.say(.client, Bolt.call(id)) }
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let header = little(0xA1B2_C3D4) + [2, 0, 4, 0] + little(0) + little(0) + little(262_144) + little(101)
    return [header]
      + talk.sent.map { packet in
        little(Int(packet.time / 1_000_000_000)) + little(Int(packet.time % 1_000_000_000) / 1_000)
          + little(packet.bytes.count) + little(packet.originalLength) + packet.bytes
      }
  }()

  /// Records come in pieces, and each line comes with the last piece of its record.
  @Test(arguments: outputs)
  func linesAppearAtOnce(_ arguments: [String]) throws {
    let run = try PipedRun(arguments)
    let records = Self.records
    try run.write(records[0] + records[1] + records[2].prefix(5))
    #expect(run.wait(forLines: 1))
    try run.write(records[2].dropFirst(5).prefix(20))
    try run.write(records[2].dropFirst(25) + records[3] + records[4].prefix(40))
    #expect(run.wait(forLines: 3))
    try run.write(records[4].dropFirst(40) + records[5])
    #expect(run.wait(forLines: 5))
    try run.close()
    #expect(try run.end().status == 0)
    #expect(run.lines.count == 5)
  }

  @Test(arguments: outputs)
  func linesOfAPackedPipeAppearAtOnce(_ arguments: [String]) throws {
    let run = try PipedRun(arguments)
    try run.write(.gzipHeader + (Self.records[0] + Self.records[1]).storedBlock)
    #expect(run.wait(forLines: 1))
    try run.write((Self.records[2] + Self.records[3] + Self.records[4].prefix(9)).storedBlock)
    #expect(run.wait(forLines: 3))
    try run.close()
    _ = try run.end()
  }

  @Test(arguments: [SIGINT, SIGTERM], outputs)
  func anInterruptLosesNothing(_ number: Int32, _ arguments: [String]) throws {
    let run = try PipedRun(arguments)
    let records = Self.records
    // The last call is not whole: it is shown as far as it came.
    try run.write(records[0] + records[1] + records[2] + records[3].prefix(60))
    #expect(run.wait(forLines: 2))
    run.signal(number)
    let end = try run.end()
    #expect(end.status == 130 && end.reason == .exit)
    #expect(end.errors.hasPrefix("2 packets, 1 flows (1 decoded), 2 messages"))
    #expect(run.lines.count == 2)
  }

  /// ^C reaches the whole pipeline, and who records writes what he still has before he ends.
  @Test func whatIsUnderWayAtAnInterruptIsRead() throws {
    let run = try PipedRun(["-"])
    try run.write(Self.records[0] + Self.records[1])
    #expect(run.wait(forLines: 1))
    run.signal(SIGINT)
    try run.write(Self.records[2...].joined())
    try run.close()
    let end = try run.end()
    #expect(end.status == 130)
    #expect(run.lines.count == 5)
    #expect(end.errors.hasPrefix("5 packets"))
  }

  @Test func anInterruptBeforeAnythingCameIsNoFault() throws {
    let run = try PipedRun(["-"])
    // Its handlers are set once it reads, which it does before there is a whole file header.
    try run.write(Self.records[0].prefix(4))
    try run.waitUntilItReads()
    run.signal(SIGINT)
    let end = try run.end()
    #expect(end.status == 130 && end.reason == .exit)
    #expect(end.errors.hasPrefix("0 packets"))
    #expect(!end.errors.contains("mosn-inspect:"))
  }

  /// A writer that has not noticed cannot keep the program from ending.
  @Test func aSecondInterruptEndsAtOnce() throws {
    let run = try PipedRun(["-"])
    try run.write(Self.records[0] + Self.records[1])
    #expect(run.wait(forLines: 1))
    run.signal(SIGINT)
    run.signal(SIGTERM)
    let end = try run.end()
    // Either the second came in time, or the first had ended it.
    #expect(end.reason == .uncaughtSignal || end.status == 130)
  }

  @Test func aReaderThatGoesAwayEndsItQuietly() throws {
    let run = try PipedRun(["-"])
    try run.write(Self.records[0] + Self.records[1])
    #expect(run.wait(forLines: 1))
    try run.stopListening()
    try run.write(Self.records[2])
    let end = try run.end()
    #expect(end.status == 0 && end.reason == .exit)
    #expect(end.errors.isEmpty)
  }
}

extension [UInt8] {
  /// A gzip header (RFC 1952 §2.3), to be followed by blocks.
  fileprivate static let gzipHeader: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

  /// A block of deflate that is stored and not the last (RFC 1951 §3.2.4).
  fileprivate var storedBlock: [UInt8] {
    let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
    return [0, low, high, ~low, ~high] + self
  }
}
