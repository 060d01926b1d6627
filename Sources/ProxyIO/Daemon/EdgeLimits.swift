import MosnConfig
import NIOCore
import ProxyEngine

/// Limits of the edge; the engine has its own. All of them are keys of the configuration's `limits`.
struct EdgeLimits: Sendable {
  static let defaultAcceptPause = TimeAmount.milliseconds(100)
  /// How long accepting pauses when there is no descriptor for it.
  let acceptPause: TimeAmount
  /// Per cent of the free descriptors that clients may take.
  let descriptorShare: Int
  /// Bytes of a log that wait to be written at most.
  let logUnwritten: Int
  /// Lines of a kind in a second, of one event loop.
  let logLines: Int
  /// TLS handshakes of clients under way in the process.
  let handshakes: Int
  /// For a TLS handshake.
  let handshakeTime: TimeAmount
  /// For the last bytes of a connection that is closed.
  let flushTime: TimeAmount

  init(_ configured: LimitsConfiguration) {
    func time(_ time: Nanoseconds?, or nanoseconds: UInt64) -> TimeAmount {
      .nanoseconds(max(0, time?.rawValue ?? Int64(nanoseconds)))
    }
    let engine = ProxyLimits()
    acceptPause = time(configured.acceptPause, or: UInt64(Self.defaultAcceptPause.nanoseconds))
    descriptorShare = min(100, Int(configured.descriptorShare ?? 75))
    logUnwritten = configured.logUnwritten.map { Int($0) } ?? LogSink.mostWaiting
    logLines = Int(configured.logLines ?? 100)
    handshakes = max(1, Int(configured.handshakes ?? 512))
    handshakeTime = time(configured.headTime, or: engine.headTime)
    flushTime = time(configured.flushTime, or: engine.flushTime)
  }
}
