import H2Codec
import Support
import Testing

@testable import MosnWire

/// Other protocols: nothing of them becomes HTTP/2 or bolt.
@Suite struct StrangerTests {
  @Test(arguments: OtherProtocol.allCases, 0..<12 as Range<UInt64>)
  func nothingIsInventedFromTheStart(_ stranger: OtherProtocol, _ seed: UInt64) {
    let messages = stranger.messages(seed: seed)
    let heard = Heard()
    for message in messages { heard.append(message, size: 1_448) }
    heard.end()
    #expect(heard.wireProtocol == nil && heard.frames.isEmpty)
    #expect(heard.undecodedBytes == UInt64(messages.bytes.count))
  }

  @Test(arguments: OtherProtocol.allCases, 0..<12 as Range<UInt64>)
  func nothingIsInventedFromTheMiddle(_ stranger: OtherProtocol, _ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let messages = stranger.messages(seed: seed)
    // Begun with a message, and within one.
    let begun = Heard(isFromBeginning: false)
    for message in messages.dropFirst(Int.random(in: 1..<messages.count, using: &random)) {
      begun.append(message, size: 1_448)
    }
    begun.end()
    #expect(begun.wireProtocol == nil && begun.frames.isEmpty)
    let bytes = messages.bytes
    let offset = Int.random(in: 0..<bytes.count, using: &random)
    let within = Heard(isFromBeginning: false)
    within.append(bytes[offset...], size: 1_448)
    within.lose(700)
    within.append(bytes[offset...], size: 100)
    within.end()
    #expect(within.wireProtocol == nil && within.frames.isEmpty)
  }

  /// What begins with something else stays something else, also when frames come in it: a file, a tunnel.
  @Test func frameBehindAnotherBeginningIsNone() {
    for frames in [Spoken.bolt(1..<9), Spoken.http2(9)] {
      let heard = Heard()
      heard.append(Array("\u{7f}ELF, or anything else".utf8))
      heard.append(frames.bytes)
      heard.end()
      #expect(heard.wireProtocol == nil)
    }
  }

  /// Programs that speak HTTP/2 hold its preface; so does what is said about it.
  @Test func aPrefaceInTheMiddleOfOtherBytesIsNone() {
    let bytes = Array("some text\0".utf8) + H2FrameDecoder.preface + Array("\0SETTINGS\0more text".utf8)
    #expect(Heard(bytes + bytes, isFromBeginning: false).wireProtocol == nil)
  }

  /// Three headers in a row that a sender could have written, and nothing in them.
  @Test func headersWithoutContentAreNoEvidence() {
    let empty = [UInt8](hex: "000000 00 00 00000007")
    let small = [UInt8](hex: "000004 00 00 00000001 00000001")
    for run in [empty + empty + empty + empty, small + empty + small + [0, 0, 0]] {
      #expect(Heard(run, isFromBeginning: false).wireProtocol == nil)
    }
  }

  /// A verdict that the bytes behind it contradict is taken back: what follows is passed over, not accused.
  @Test func aVerdictIsTakenBack() {
    let heard = Heard(isFromBeginning: false)
    let frames = Array(Spoken.http2(4).dropFirst())
    heard.append(frames.bytes)
    #expect(heard.wireProtocol == .http2)
    // Frames on stream 0 that have to have one, and lengths of anything.
    let contradiction =
      [UInt8](hex: "000004 03 00 00000000 00000001 000300 06 ff 80000000")
      + OtherProtocol.postgres.messages(seed: 1).bytes
    heard.append(contradiction, size: 500)
    heard.end()
    #expect(heard.frames == frames)
    #expect(heard.undecodedBytes == UInt64(contradiction.count))
  }
}
