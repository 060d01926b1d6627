/// So many in a time: `count` at once, and each comes back after its share of `nanoseconds`.
public struct H2Rate: Sendable, Equatable {
  public var count: Int
  public var nanoseconds: UInt64

  public init(_ count: Int, perSeconds seconds: Int) {
    self.count = count
    nanoseconds = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
  }

  public static let unlimited = H2Rate(.max, perSeconds: 1)
}

/// What a peer may do that every rule allows, before it is called a flood (RFC 9113 §10.5). Header lists have
/// their limits in `HPACKLimits`.
public struct H2FloodLimits: Sendable, Equatable {
  /// Streams the client resets, beyond `resetCredit`. Rapid reset (CVE-2023-44487): a reset stream no longer
  /// counts as concurrent while its work goes on. 200 in 30 s is netty's and swift-nio's number.
  public var resets = H2Rate(200, perSeconds: 30)

  /// Every stream that ends without a reset earns one reset, up to this many: in a mesh, deadlines cancel a few
  /// per cent of many thousand calls, which a plain rate would take for an attack.
  public var resetCredit = 1000

  /// Streams the peer makes us reset. MadeYouReset (CVE-2025-8671) has the server do the resetting; the answers
  /// are not read (CVE-2019-9514). 200 in 30 s is swift-nio's number.
  public var streamErrors = H2Rate(200, perSeconds: 30)

  /// CONTINUATION frames in one block (CVE-2024-27316 and its kin). 8 is nghttp2's; a list of 64 KiB needs 3.
  public var continuations = 8

  /// Encoded bytes in one block, as long as the largest list: HPACK never makes a list longer than RFC 9113 counts
  /// it. 60 KB lists of MOSN fit.
  public var fieldBlockBytes = 64 << 10

  /// Nanoseconds from the first frame of a block to its END_HEADERS; 10 s is Go's patience with a preface.
  public var fieldBlockTime: UInt64 = 10_000_000_000

  /// PING, SETTINGS and PRIORITY, each answered or looked at (CVE-2019-9512, -9513, -9515), beyond one for every
  /// DATA frame we sent: gRPC measures its path with a PING per round trip of data. 200 in 30 s is swift-nio's.
  public var controlFrames = H2Rate(200, perSeconds: 30)

  /// Entries in one SETTINGS frame (CVE-2020-11080); 32 is nghttp2's.
  public var settingsEntries = 32

  /// Frames in a row that say nothing: DATA without content or END_STREAM, HEADERS and CONTINUATION without a
  /// fragment (CVE-2019-9518). Envoy allows 1, netty 2; padding alone, as gRPC hides sizes with, is also empty.
  public var emptyFrames = 10

  /// DATA of fewer bytes that does not end its stream counts against `smallData`.
  public var smallDataBytes = 16

  /// A byte in a frame costs a hundred times a byte among others; no peer measured minds. Gates nothing a
  /// stream of messages needs: a gRPC message with 11 bytes of content is no longer small.
  public var smallData = H2Rate(10_000, perSeconds: 10)

  /// WINDOW_UPDATE frames before any stream or DATA explains them; Envoy's formula is
  /// 5 + 2 * (streams + 10 * DATA frames sent).
  public var windowUpdates = 5
  public var windowUpdatesPerStream = 2
  public var windowUpdatesPerData = 20

  /// PING and SETTINGS acknowledgements and RST_STREAM that wait because the peer does not read (CVE-2019-9512,
  /// -9514, -9515): reading stops above it, and goes on when the output is taken. 1000 is nghttp2's.
  public var queuedAnswers = 1000

  /// Bytes of output that wait: reading stops, and no more DATA is taken, above it (CVE-2019-9517).
  public var queuedBytes = 1 << 20

  /// Nanoseconds until SETTINGS must have been acknowledged.
  public var settingsTime: UInt64 = 10_000_000_000

  public init() {}

  /// For peers one trusts, and for measuring.
  public static let none: H2FloodLimits = {
    var limits = H2FloodLimits()
    limits.resets = .unlimited
    limits.streamErrors = .unlimited
    limits.continuations = .max
    limits.fieldBlockBytes = .max
    limits.controlFrames = .unlimited
    limits.settingsEntries = .max
    limits.emptyFrames = .max
    limits.smallData = .unlimited
    limits.windowUpdates = .max
    return limits
  }()
}
