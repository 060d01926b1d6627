import BoltCodec
import Foundation
import Testing

/// What waits at the edge is counted as held.
@Suite(.serialized) struct BufferTests {
  @Test(.enabled(if: Program.installed("curl") != nil, "curl is not installed"))
  func anAnswerThatIsNotReadIsHeldAndThenGivenOut() throws {
    let relay = try Relay(admin: true)
    let (slow, neighbour) = (try relay.connect(), try relay.connect())
    let server = try relay.serve(slow)
    try slow.request(2)
    let request = try #require(try server.receive())
    // More than the kernel's buffers take.
    let content = [UInt8](repeating: 7, count: 16_000_000)
    try server.send(BoltMessage(.response(to: request.head), content: content))
    #expect(try held(by: relay) { $0 > 1 << 20 })

    try neighbour.request(3)
    let other = try #require(try server.receive())
    try server.send(BoltMessage(.response(to: other.head)))
    #expect(try neighbour.receive()?.head.status == .success)

    let answer = try slow.receive()
    #expect(answer?.head.id == 2 && answer?.content.count == content.count)
    #expect(try held(by: relay) { $0 < 64 << 10 })
  }

  /// Whether what is held becomes so within seconds.
  private func held(by relay: Relay, _ isSo: (Int) -> Bool) throws -> Bool {
    let end = Date(timeIntervalSinceNow: 10)
    while Date() < end {
      if isSo(try relay.figure("mosnd_buffered_bytes")) { return true }
    }
    return false
  }
}
