import H2Codec
import MosnWire
import Support
import Testing

/// Which protocol a direction speaks, told from its bytes alone.
@Suite struct DetectionTests {
  struct Beginning: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var proxyHeader: [UInt8] = []
    var leadIn: [UInt8] = []
    var frames: [[UInt8]]
    var wireProtocol: WireProtocol

    /// What stands before the first frame and belongs to no frame.
    var preface: [UInt8] = []
    var bytes: [UInt8] { proxyHeader + leadIn + preface + frames.bytes }
  }

  static let beginnings = [
    Beginning(testDescription: "bolt v1", frames: Spoken.bolt(1..<4), wireProtocol: .bolt),
    Beginning(testDescription: "bolt v2", frames: Spoken.boltV2(1..<4), wireProtocol: .bolt),
    Beginning(testDescription: "one bolt frame", frames: Spoken.bolt(1..<2), wireProtocol: .bolt),
    Beginning(
      testDescription: "preface", frames: Spoken.http2(3), wireProtocol: .http2,
      preface: H2FrameDecoder.preface),
    Beginning(testDescription: "server's SETTINGS", frames: Spoken.http2(3), wireProtocol: .http2),
    Beginning(testDescription: "SETTINGS and no more", frames: [Spoken.settings], wireProtocol: .http2),
    Beginning(
      testDescription: "upgrade, client", leadIn: Spoken.upgradeRequest, frames: Spoken.http2(2),
      wireProtocol: .http2, preface: H2FrameDecoder.preface),
    Beginning(
      testDescription: "upgrade with a body", leadIn: Spoken.upgradeRequest + Array("k=v&".utf8),
      frames: Spoken.http2(2), wireProtocol: .http2, preface: H2FrameDecoder.preface),
    Beginning(
      testDescription: "upgrade, server", leadIn: Spoken.switching, frames: Spoken.http2(2),
      wireProtocol: .http2),
    Beginning(
      testDescription: "tunnel to HTTP/2, client", leadIn: Spoken.connect, frames: Spoken.http2(2),
      wireProtocol: .http2, preface: H2FrameDecoder.preface),
    Beginning(
      testDescription: "tunnel to bolt, client", leadIn: Spoken.connect, frames: Spoken.bolt(1..<3),
      wireProtocol: .bolt),
    Beginning(
      testDescription: "tunnel to bolt, server", leadIn: Spoken.connected, frames: Spoken.boltV2(1..<3),
      wireProtocol: .bolt),
    Beginning(
      testDescription: "PROXY v1, bolt", proxyHeader: Spoken.proxyLine, frames: Spoken.bolt(1..<3),
      wireProtocol: .bolt),
    Beginning(
      testDescription: "PROXY v1, preface", proxyHeader: Spoken.proxyLine, frames: Spoken.http2(2),
      wireProtocol: .http2, preface: H2FrameDecoder.preface),
    Beginning(
      testDescription: "PROXY v1, upgrade", proxyHeader: Spoken.proxyLine, leadIn: Spoken.upgradeRequest,
      frames: Spoken.http2(2), wireProtocol: .http2, preface: H2FrameDecoder.preface),
    Beginning(
      testDescription: "PROXY v2, bolt", proxyHeader: Spoken.proxyBinary, frames: Spoken.boltV2(1..<3),
      wireProtocol: .bolt),
    Beginning(
      testDescription: "PROXY v2, preface", proxyHeader: Spoken.proxyBinary, frames: Spoken.http2(2),
      wireProtocol: .http2, preface: H2FrameDecoder.preface),
  ]

  @Test(arguments: beginnings)
  func anySplitGivesTheSame(_ beginning: Beginning) {
    for size in [1, 2, 3, 5, 8, 13, 26, 50, 100, Int.max] {
      let heard = Heard(beginning.bytes, size: size)
      #expect(heard.wireProtocol == beginning.wireProtocol, "pieces of \(size)")
      #expect(heard.frames == beginning.frames, "pieces of \(size)")
      #expect(heard.proxyHeader == beginning.proxyHeader, "pieces of \(size)")
      #expect(heard.leadIn == beginning.leadIn, "pieces of \(size)")
      #expect(heard.hasPreface == !beginning.preface.isEmpty, "pieces of \(size)")
      #expect(heard.undecodedBytes == 0, "pieces of \(size)")
    }
  }

  @Test(arguments: beginnings)
  func anyTwoPiecesGiveTheSame(_ beginning: Beginning) {
    let bytes = beginning.bytes
    for cut in bytes.indices {
      let heard = Heard()
      heard.append(bytes[..<cut])
      heard.append(bytes[cut...])
      heard.end()
      #expect(heard.frames == beginning.frames, "cut at \(cut)")
    }
  }

  static let strangers: [(String, [UInt8])] = [
    ("TLS ClientHello", [UInt8](hex: "16 0301 0200 0100 01fc 0303") + [UInt8](repeating: 0x5a, count: 506)),
    (
      "TLS records",
      (0..<40).flatMap { _ in [UInt8](hex: "17 0303 0040") + [UInt8](repeating: 0xb7, count: 64) }
    ),
    ("HTTP/1.1 request", Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
    ("HTTP/1.1 answer", Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8)),
    ("SMTP", Array("220 mail ESMTP\r\n250 ok\r\nEHLO a\r\n".utf8)),
    (
      "SSH",
      Array("SSH-2.0-OpenSSH_9.2\r\n".utf8) + [0, 0, 5, 0x1c, 6, 0x14] + [UInt8](repeating: 7, count: 1_300)
    ),
    ("Redis", Array("*2\r\n$3\r\nGET\r\n$1\r\na\r\n".utf8)),
    ("zeros", [UInt8](repeating: 0, count: 5_000)),
    ("ones", [UInt8](repeating: 1, count: 5_000)),
    ("twos", [UInt8](repeating: 2, count: 5_000)),
    ("Java serialisation", [UInt8](hex: "aced0005 7372 0011") + Array("java.lang.Integer".utf8)),
  ]

  @Test(arguments: strangers.map(\.1), [true, false])
  func otherProtocolsAreNotRecognised(_ bytes: [UInt8], isFromBeginning: Bool) {
    for size in [1, 100, Int.max] {
      let heard = Heard(bytes, size: size, isFromBeginning: isFromBeginning)
      #expect(heard.wireProtocol == nil)
      #expect(heard.frames.isEmpty)
      #expect(heard.undecodedBytes == UInt64(bytes.count))
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func randomBytesAreNotRecognised(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let bytes = random.bytes(Int.random(in: 1...4_000, using: &random))
    let heard = Heard(bytes, size: 700, isFromBeginning: seed % 2 == 0)
    #expect(heard.wireProtocol == nil, "seed \(seed)")
    #expect(heard.undecodedBytes == UInt64(bytes.count), "seed \(seed)")
  }

  @Test(arguments: [
    "PROXY TCP4 10.0.0.1 10.0.0.2 1", "PROXY SOMETHING\n",
    "PROXY " + String(repeating: "a", count: 200) + "\r\n",
  ])
  func whatIsNoProxyHeaderHidesNothing(_ text: String) {
    let heard = Heard(Array(text.utf8))
    #expect(heard.proxyHeader.isEmpty)
    #expect(heard.undecodedBytes == UInt64(text.utf8.count))
  }

  // MARK: told from elsewhere

  @Test func theOtherDirectionTellsAShortOne() {
    let heard = Heard(isFromBeginning: false)
    // A heartbeat alone is little evidence.
    let frame = [UInt8](hex: "0101 0000 01 00000001 01 ffffffff 0000 0000 00000000")
    heard.append(frame)
    heard.assign(.bolt)
    heard.end()
    #expect(heard.frames == [frame])
  }

  @Test func aDirectionIsToldBeforeItSpeaks() {
    let heard = Heard()
    heard.assign(.http2)
    #expect(heard.wireProtocol == nil)
    heard.append(Spoken.http2(1).bytes, size: 1)
    #expect(heard.frames == Spoken.http2(1))
  }

  @Test func theClientsLeadInEndsWhereTheServerBegins() {
    let heard = Heard()
    heard.append(Spoken.upgradeRequest)
    #expect(heard.wireProtocol == nil)
    heard.assign(.http2)
    #expect(heard.leadIn == Spoken.upgradeRequest)
    heard.append(H2FrameDecoder.preface + Spoken.http2(1).bytes, size: 3)
    #expect(heard.frames == Spoken.http2(1))
  }

  @Test func whatIsKnownStays() {
    let heard = Heard()
    heard.append(Spoken.bolt(1..<2).bytes)
    heard.assign(.http2)
    heard.append(Spoken.bolt(2..<3).bytes)
    #expect(heard.wireProtocol == .bolt)
    #expect(heard.frames == Spoken.bolt(1..<3))
  }
}
