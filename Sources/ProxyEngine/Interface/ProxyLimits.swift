import BoltCodec
import H2Codec
import MosnConfig
import Translate

/// What an engine holds and waits for at most. Times are nanoseconds; each engine (event loop) counts for itself where
/// nothing else is said.
public struct ProxyLimits: Sendable {
  // MARK: Connections

  /// Clients' connections of the process. One costs about 6 KiB idle, so that all of them stay under the 60 MB a sidecar may have.
  public var downstreamConnections = 8_192
  /// Connections of an engine to one host of a cluster. Bolt and HTTP/2 carry many calls on one, and another is opened when
  /// those are full, as far as the cluster's `max_connections` go: fewer would let a few callers take all streams.
  public var connectionsPerHost = Int.max
  /// Bolt calls under way on one upstream connection before another is opened: bolt has no limit of its own, and
  /// SOFABolt works through one connection on one event loop.
  public var callsPerBoltConnection = 1_024
  /// Streams on one connection to a server that announces no limit. RFC 9113 §6.5.2 advises servers not to go below.
  public var streamsPerConnection = 100

  // MARK: Calls

  /// Calls under way for one client connection. SOFABolt clients share one connection per service among all
  /// threads; 1,024 threads waiting is far above any seen.
  public var callsPerConnection = 1_024
  /// Calls that wait for a connection to one host; above it the answer is overload at once, which is better than a
  /// timeout later. The cluster's `max_pending_requests` counts too.
  public var pendingCallsPerHost = 1_024
  /// Streams cancelled on one connection to a server, because a caller left or its time was over; then another
  /// connection is made. Netty and swift-nio end a connection at 200 in 30 s.
  public var cancellations = H2Rate(150, perSeconds: 30)
  /// Streams a client may have open (SETTINGS_MAX_CONCURRENT_STREAMS). MOSN 0.2.1 opens one connection per host, and
  /// its own server announces 250.
  public var concurrentStreams = 250

  // MARK: Bytes

  /// Lengths of bolt frames. `headerEntries` also bounds the fields of HTTP/2, see `fields`.
  public var bolt = {
    var limits = BoltLimits()
    limits.acceptsVer1Zero = true
    return limits
  }()
  /// Bytes of a header list as RFC 9113 counts them; announced in SETTINGS_MAX_HEADER_LIST_SIZE. Nil: whatever a bolt
  /// head with `bolt.headerEntries` and lengths of `boltHeaderLength` may become.
  public var headerListSize: Int?
  /// Longest class name and longest header map of a bolt frame that is passed on: SOFABolt reads both lengths as signed
  /// numbers and closes above 32,767, with everybody's calls. Up to 65,535 where no server is SOFABolt.
  public var boltHeaderLength = BoltEncoder.longestShortPart
  /// A body that has to be whole before it can cross from HTTP/2 to bolt; `BoltLimits.content` bounds the other way.
  public var crossingBody = 4 << 20
  /// A request kept so that a refused stream or failed connect can be tried again; longer ones are tried once.
  public var replay = 64 << 10
  /// Unsent bytes of one connection above which whoever fills it is held back, if it can be.
  public var highWater = 64 << 10
  /// Bytes held on account of one connection as long as there is room; above it the call that needs more is given up, or
  /// the connection. Three of the longest contents of bolt.
  public var heldPerConnection = 48 << 20
  /// Bytes of bodies, header lists, input that is not whole, output that is not taken and calls under way, held by all
  /// engines of a process together: a sidecar is often given 256 MB. Short of it those who hold most are cut.
  public var bufferedInAll = 96 << 20
  /// What an HTTP/2 peer may do that every rule allows; the bounds of field blocks follow from `listSize`.
  public var http2Floods = H2FloodLimits()
  /// What an HTTP/2 peer may send on one stream before it was passed on, and on all of a connection.
  public var streamWindow = 256 << 10
  public var connectionWindow = 1 << 20

  // MARK: Times

  /// The longest a call may take whatever its caller says; a longer limit of its route counts instead. A body that
  /// neither of them limits may go on as long as it moves. 0, the default: there is no such cap, and a call without a
  /// limit of its own waits for its answer or for its caller to leave, as in MOSN 0.2.1 and in HTTP/2's proxies, since
  /// streams of gRPC may be silent for hours.
  public var callTime: UInt64 = 0
  /// What has passed of a bolt call's own limit is taken off when it goes on, so that the next hop gives up first. Off:
  /// SOFABolt's servers drop without a word what waited for longer, which is the caller's to decide.
  public var deductsBoltTimeout = false
  /// A caller that has sent its FIN may still read, but most of them are gone. Its calls that have no limit of their own
  /// get this one, so that they end.
  public var halfClosedTime: UInt64 = 60_000_000_000
  /// From the first byte of a connection or frame until its head is whole, header map or fields included: a sender that drips bytes holds a slot.
  public var headTime: UInt64 = 10_000_000_000
  /// From there until a body is whole that has to be: a bolt frame, a frame of HTTP/2, a request that becomes bolt. Bodies that
  /// pass as they come may take as long as their calls. 0: no limit.
  public var bodyTime: UInt64 = 60_000_000_000
  /// A client that has said nothing since it connected. 0: no limit but `idleTime`.
  public var silentTime: UInt64 = 60_000_000_000
  /// A connection whose socket has taken nothing for so long is given up; a pause is no reason to. 0: never.
  public var unreadTime: UInt64 = 30_000_000_000
  /// A client's connection without calls and without bytes, unless the listener says otherwise. SOFABolt clients
  /// send heartbeats every 15 s, so that only dead ones reach it. 0: never.
  public var idleTime: UInt64 = 600_000_000_000
  /// A bolt connection to a server without bytes is asked whether it is alive, as SOFABolt's clients do after 15 s. 0:
  /// never.
  public var heartbeatTime: UInt64 = 15_000_000_000
  /// The same for HTTP/2. 0, the default: not regularly, since gRPC's servers end a connection after the third PING
  /// within five minutes of silence.
  public var pingTime: UInt64 = 0
  /// Unanswered heartbeats or pings after which it is given up, SOFABolt's number.
  public var unansweredHeartbeats = 3
  /// When a call's time is over and its server said nothing meanwhile, an HTTP/2 connection gets one PING, and is given
  /// up when nothing comes for so long: long enough for a server that is only busy.
  public var pingAnswerTime: UInt64 = 5_000_000_000
  /// A connection that was closed may flush for so long.
  public var flushTime: UInt64 = 5_000_000_000

  // MARK: Hosts

  /// Failed connects in a row after which a host is left out for a while, as long as others are in.
  public var failuresBeforeEjection = 3
  public var ejectionTime: UInt64 = 10_000_000_000

  public init() {}

  /// What a connection may hold as long as there is room.
  var level: Int { min(heldPerConnection, bufferedInAll / 2) }

  /// Fields of an HTTP/2 head. The entries of a header map are counted as their sender counts them: the fields that say
  /// what bolt's head says, and those of HTTP itself, come on top.
  var fields: Int { bolt.headerEntries + Self.ownFields }
  private static var ownFields: Int { 64 }

  /// Four times the lengths of bolt: class name and map may both have to be written in base64, and each of 1,024 entries
  /// costs 24 bytes more in HTTP/2. Not less than what MOSN's peers were seen to use.
  var listSize: Int { headerListSize ?? max(128 << 10, 4 * boltHeaderLength) }

  /// What a decoder of HTTP/2 is to bear. The number of fields is bounded by their size, which counts 32 for each, so
  /// that a list of too many is there whole and its sender can be answered in its own way.
  var headers: HPACKLimits {
    HPACKLimits(listSize: listSize, fieldCount: .max, blockSize: 4 * listSize)
  }

  /// Blocks that are too large are read to their end up to twice the list, so that they cost their call alone.
  var floods: H2FloodLimits {
    var floods = http2Floods
    floods.fieldBlockBytes = 2 * listSize
    floods.fieldBlockTime = headTime
    floods.continuations = max(floods.continuations, floods.fieldBlockBytes >> 14)
    return floods
  }

  var translation: TranslationLimits {
    var translation = TranslationLimits()
    translation.entries = bolt.headerEntries
    translation.shortPart = boltHeaderLength
    translation.mapField = max(translation.mapField, 3 * boltHeaderLength)
    return translation
  }

  /// These, and what a configuration says of them.
  func applying(_ configured: LimitsConfiguration) -> ProxyLimits {
    func set(_ limit: inout UInt64, _ time: Nanoseconds?) {
      if let time { limit = UInt64(max(0, time.rawValue)) }
    }
    var limits = self
    set(&limits.callTime, configured.callTime)
    set(&limits.halfClosedTime, configured.halfClosedTime)
    set(&limits.heartbeatTime, configured.heartbeatTime)
    set(&limits.pingTime, configured.pingTime)
    func set(_ limit: inout Int, _ number: UInt32?) { if let number { limit = Int(number) } }
    set(&limits.downstreamConnections, configured.downstreamConnections)
    set(&limits.callsPerConnection, configured.callsPerConnection)
    set(&limits.concurrentStreams, configured.concurrentStreams)
    set(&limits.callsPerBoltConnection, configured.callsPerBoltConnection)
    set(&limits.streamsPerConnection, configured.streamsPerConnection)
    set(&limits.pendingCallsPerHost, configured.pendingCallsPerHost)
    set(&limits.bolt.content, configured.boltContentLength)
    set(&limits.crossingBody, configured.crossingBody)
    set(&limits.replay, configured.replay)
    set(&limits.bufferedInAll, configured.bufferedBytes)
    set(&limits.heldPerConnection, configured.heldPerConnection)
    set(&limits.headTime, configured.headTime)
    set(&limits.bodyTime, configured.bodyTime)
    set(&limits.silentTime, configured.silentTime)
    set(&limits.unreadTime, configured.unreadTime)
    set(&limits.flushTime, configured.flushTime)
    set(&limits.pingAnswerTime, configured.pingAnswerTime)
    set(&limits.unansweredHeartbeats, configured.unansweredHeartbeats.map { UInt32($0) })
    set(&limits.failuresBeforeEjection, configured.failuresBeforeEjection.map { UInt32($0) })
    set(&limits.ejectionTime, configured.ejectionTime)
    set(&limits.http2Floods.resets.count, configured.floodResets)
    set(&limits.http2Floods.streamErrors.count, configured.floodStreamErrors)
    set(&limits.http2Floods.controlFrames.count, configured.floodControlFrames)
    set(&limits.http2Floods.smallData.count, configured.floodSmallData)
    set(&limits.http2Floods.emptyFrames, configured.floodEmptyFrames)
    set(&limits.http2Floods.settingsEntries, configured.floodSettings)
    if let length = configured.boltHeaderLength { limits.boltHeaderLength = Int(length) }
    if let deducts = configured.deductBoltTimeout { limits.deductsBoltTimeout = deducts }
    if let entries = configured.headerEntries { limits.bolt.headerEntries = Int(entries) }
    if let size = configured.headerListSize { limits.headerListSize = Int(size) }
    return limits
  }
}
