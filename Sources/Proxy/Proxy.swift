import BoltCodec
import H2Codec
import MosnConfig

/// The forwarding daemon without sockets and clocks: what happened goes in, with the time, and actions come out.
///
/// One engine serves one event loop and shares nothing but the configuration with others. Nothing here blocks, and no
/// input is remembered but through these calls. Times are monotonic nanoseconds and never go back.
///
/// The order of a turn, in which any number of inputs may be reported before the rest:
///
/// 1. Report what happened: `accepted`, `connected`, `connectFailed`, `receive` (bytes lent for the length of the
///    call), `readClosed`, `closed`, `writable`, `tick`.
/// 2. `takeActions(into:)` and perform them in order. On `write(id)`, `withOutput(of: id)` lends the bytes that wait
///    and forgets them. Taking output can make more: go on until no actions come.
/// 3. `takeEvents(into:)`: what to log and count.
/// 4. Have a timer call `tick` at `nextWake`. A tick too early does nothing.
///
/// The life of a connection: an id comes from `accepted` or from a `connect` action and is good until the edge reports
/// `closed` or `connectFailed`, or the engine asks for `close`; then the engine forgets it, and no report is due.
public struct Proxy: ~Copyable {
  /// - Parameters:
  ///   - configuration: shared by all engines.
  ///   - seed: where balancers and the numbers of calls start. All engines of a process get the same seed.
  ///   - worker: which of `workers` engines this is. Their numbers of calls (`requestid`, `x-mosn-streamid`, ids of
  ///     bolt upstream) never meet.
  public init(
    configuration: MosnConfiguration, limits: ProxyLimits = ProxyLimits(),
    seed: UInt64, worker: Int = 0, workers: Int = 1
  ) {}

  /// Which events are made: connections' always, those of each call (`requestReceived`, `upstreamChosen`, `ended`,
  /// `failed`, `lost`) only if wanted.
  public var reportsCalls = true

  // MARK: Connections

  /// A client connected to a listener of the configuration. Nil: close it; an event says why.
  ///
  /// - Parameters:
  ///   - remote, local: for logs.
  ///   - protocolName: what ALPN agreed on (`h2`), nil otherwise.
  public mutating func accepted(
    on listener: String, remote: String, local: String, protocolName: String? = nil, at now: UInt64
  ) -> ConnectionID? { nil }

  /// The edge carried out a `connect`.
  ///
  /// - Parameter local: for logs.
  public mutating func connected(_ id: ConnectionID, local: String, at now: UInt64) {}

  /// The edge could not. The id is forgotten.
  public mutating func connectFailed(_ id: ConnectionID, reason: String, timedOut: Bool, at now: UInt64) {}

  /// Bytes were read. They are lent for the length of the call.
  public mutating func receive(_ bytes: RawSpan, on id: ConnectionID, at now: UInt64) {}

  /// The peer will send no more (FIN) and may still read. Calls under way are answered, then `close` comes.
  public mutating func readClosed(_ id: ConnectionID, at now: UInt64) {}

  /// The socket is gone; `failure` says why, nil is an orderly end. The id is forgotten.
  public mutating func closed(_ id: ConnectionID, failure: String? = nil, at now: UInt64) {}

  /// Whether the socket takes more output (NIO's writability). While it does not, no `write` comes: output waits
  /// here, bounded, and those who fill it are held back. At first it does.
  public mutating func writable(_ id: ConnectionID, _ isWritable: Bool, at now: UInt64) {}

  // MARK: Time

  /// The earliest time at which something is due without input; nil: never.
  public var nextWake: UInt64? { nil }

  /// The time came.
  public mutating func tick(at now: UInt64) {}

  // MARK: Control

  /// New routes, clusters and listeners. Calls under way end on those they began with; connections to hosts no longer
  /// there finish their calls and close; clients of listeners no longer there are drained.
  public mutating func apply(_ configuration: MosnConfiguration, at now: UInt64) {}

  /// Takes no new connections, tells HTTP/2 clients with GOAWAY, and closes each connection when its calls are over.
  /// What is still open after the grace period is the edge's to close.
  public mutating func drain(at now: UInt64) {}

  /// After `drain`: every client's connection is gone.
  public var isDrained: Bool { true }

  /// What an active health check at the edge found out; of a host not configured nothing is remembered.
  public mutating func setHealth(
    cluster: String, host: NetworkAddress, isHealthy: Bool, at now: UInt64
  ) {}

  // MARK: Results

  /// Swaps the actions due into `taken`, whose own are dropped and whose memory is used again.
  public mutating func takeActions(into taken: inout [ProxyAction]) { taken.removeAll(keepingCapacity: true) }

  public mutating func takeEvents(into taken: inout [ProxyEvent]) { taken.removeAll(keepingCapacity: true) }

  /// Lends the bytes that wait for a connection, for the length of the call, and forgets them. They are the edge's to
  /// write from here on. Nil, and `body` is not called, when there are none. May be called for an id whose `close` is
  /// among the actions taken last.
  public mutating func withOutput<Result>(
    of id: ConnectionID, _ body: (RawSpan) throws -> Result
  ) rethrows -> Result? { nil }

  // MARK: Figures

  public var downstreamConnections: Int { 0 }
  public var upstreamConnections: Int { 0 }
  /// Calls under way.
  public var calls: Int { 0 }
  /// Deadlines armed.
  public var timers: Int { 0 }
  /// Bytes of bodies and unsent output held.
  public var bufferedBytes: Int { 0 }
}
