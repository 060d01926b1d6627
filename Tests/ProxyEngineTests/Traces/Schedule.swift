import BoltCodec
import H2Codec
import MosnConfig
import ProxyEngine
import Support

/// Two seconds of calls from three clients over one engine to three servers, with one kind of trouble, all drawn from
/// a seed; then the clients leave, and nothing may be left.
struct Schedule {
  /// What goes wrong or is out of the common.
  enum Trouble: String, CaseIterable {
    case none
    /// Servers reset, refuse, close, send nonsense, answer twice, late or never.
    case faults
    /// Answers that the route's policy has tried again.
    case retries
    /// Clients cancel, leave, half-close.
    case resets
    /// Windows and pieces are smaller than bodies; some clients do not read.
    case windows
    /// Answers without bodies, with trailers, before the request's end, after informational ones; requests by HEAD.
    case heads
    /// The proxy's own answers, and calls that go nowhere.
    case local
    /// Hosts and listeners come and go.
    case reload
    case drain
    /// Limits of calls, heartbeats, pings, idle connections, heads that drip.
    case timeouts
    /// Connects are refused or vanish, hosts fall ill.
    case connects
    /// Limits small enough to be met.
    case crowds
    /// Sockets that do not take output.
    case stalls
  }

  let pair: (down: String, up: String)
  let trouble: Trouble
  let configurations: [MosnConfiguration]

  init(_ pair: (down: String, up: String), _ trouble: Trouble) throws {
    (self.pair, self.trouble) = (pair, trouble)
    configurations = try Self.configurations(pair, trouble)
  }

  func run(seed: UInt64, keepingLines: Bool = false) -> (trace: Trace, leftovers: String) {
    let run = ScheduledRun(self, seed: seed, Trace(keepingLines: keepingLines))
    return run.finish()
  }

  // MARK: What is configured

  /// That of the start, and those it is replaced by.
  private static func configurations(
    _ pair: (down: String, up: String), _ trouble: Trouble
  ) throws -> [MosnConfiguration] {
    let local =
      #"{"match": {"prefix": "/r"}, "redirect": {"response_code": 302, "host_redirect": "b"}},"#
      + #"{"match": {"prefix": "/d"}, "direct_response": {"status": 418, "body": "tea"}},"#
    var more = #""timeout": "1s""#
    if trouble == .retries { more += #", "retry_policy": {"retry_on": true, "num_retries": 3}"# }
    if trouble == .timeouts { more = #""timeout": "150ms""# }
    if trouble == .stalls { more = #""timeout": "5s""# }
    func make(_ hosts: [String], listener: String = "l") throws -> MosnConfiguration {
      try configuration(
        [(listener, 2045, pair.down, pair.up, (trouble == .local ? local : "") + route(to: "c", more))],
        clusters: [
          (
            "c", hosts.map { "127.0.0.1:\($0)" },
            #""connect_timeout": "200ms", "max_request_per_conn": \#(trouble == .crowds ? 7 : 1000)"#
          )
        ])
    }
    let first = try make(trouble == .none ? ["8080"] : ["8080", "8081", "8082"])
    guard trouble == .reload else { return [first] }
    return [
      first, try make(["8081", "8082"]), try make(["8080", "8082", "8081"]),
      try make(["8080"], listener: "other"),
    ]
  }

  var limits: ProxyLimits {
    var limits = ProxyLimits()
    switch trouble {
    case .crowds:
      (limits.callsPerBoltConnection, limits.connectionsPerHost, limits.pendingCallsPerHost) = (2, 2, 3)
      (limits.callsPerConnection, limits.concurrentStreams, limits.streamsPerConnection) = (5, 4, 2)
      (limits.heldPerConnection, limits.bufferedInAll, limits.highWater) = (12_000, 40_000, 1_000)
      (limits.replay, limits.crossingBody) = (1_000, 10_000)
      limits.cancellations = H2Rate(2, perSeconds: 30)
    case .timeouts:
      (limits.callTime, limits.halfClosedTime, limits.headTime) = (300_000_000, 200_000_000, 100_000_000)
      (limits.heartbeatTime, limits.pingTime, limits.pingAnswerTime) = (150_000_000, 150_000_000, 50_000_000)
      limits.idleTime = 400_000_000
    case .stalls:
      (limits.highWater, limits.heldPerConnection) = (2_000, 20_000)
    case .connects:
      (limits.failuresBeforeEjection, limits.ejectionTime) = (2, 300_000_000)
    case .windows:
      (limits.streamWindow, limits.connectionWindow, limits.replay) = (2_000, 20_000, 3_000)
    case .none, .faults, .retries, .resets, .heads, .local, .reload, .drain:
      break
    }
    return limits
  }
}
