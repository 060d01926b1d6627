import MosnPackets
import MosnWire

/// A call as a connection shows it: a request and its answer, or why one of them is missing.
///
/// Names are ranges of `text`, which other calls share. Who keeps a call keeps one that is `owned`.
public struct Call: Sendable {
  public enum Kind: UInt8, Sendable {
    case request, oneway, heartbeat
    /// The server calls, or promises an answer that nobody asked for.
    case push
  }

  /// Counts the calls of an inspection from 1, in the order of their ends.
  public internal(set) var number = 0
  /// Number of the TCP connection, from 0.
  public let flow: Int
  public internal(set) var kind: Kind
  public let wireProtocol: WireProtocol
  /// The connection's sides, whoever calls.
  public internal(set) var client: Endpoint
  public internal(set) var server: Endpoint
  /// bolt's request id, or HTTP/2's stream.
  public let id: UInt32
  public internal(set) var request: Part?
  public internal(set) var response: Part?
  /// bolt: milliseconds that the client waits; nil where it does not say.
  public internal(set) var timeout: Int32?
  /// bolt's status, or :status.
  public internal(set) var status: Int?
  public internal(set) var grpcStatus: Int64?
  public internal(set) var outcome = Outcome.open
  public internal(set) var reason = CallReason.none
  public internal(set) var delays = CallDelays()
  public internal(set) var findings: [Finding] = []

  /// Of `text`.
  public internal(set) var service: Range<Int> = 0..<0
  public internal(set) var method: Range<Int> = 0..<0
  /// What an answer says of its failure.
  public internal(set) var message: Range<Int> = 0..<0
  public internal(set) var text: [UInt8] = []

  /// The direction of who calls.
  let caller: Direction
  /// What a successful answer says against itself.
  var doubt = Doubt.none
  /// Since when its outcome stands, while an answer may still be under way.
  var decided: Int64?

  init(
    _ kind: Kind, _ wireProtocol: WireProtocol, id: UInt32, flow: Int, from caller: Direction,
    client: Endpoint, server: Endpoint
  ) {
    (self.kind, self.wireProtocol, self.id, self.flow) = (kind, wireProtocol, id, flow)
    (self.caller, self.client, self.server) = (caller, client, server)
  }
}

extension Call {
  /// A request, or an answer.
  public struct Part: Sendable, Equatable {
    public var first: Arrival
    /// Its last byte; nil where the capture does not show its end.
    public var last: Arrival?
    /// Of content or body.
    public var bytes: Int
    /// gRPC: messages in it.
    public var messages: Int?
  }

  /// What became of it.
  public enum Outcome: UInt8, Sendable, CaseIterable {
    case ok
    /// Answered with a failure.
    case error
    /// Answered; the status refers to what was said before the capture began.
    case answered
    /// No answer is expected.
    case oneway
    /// The client had given up when the answer came, or none came.
    case timeout
    /// RST_STREAM.
    case reset
    /// A GOAWAY says that it was not looked at.
    case goAway
    /// The connection ended first.
    case closed
    /// Nothing ended it as far as the capture goes.
    case open
    /// Packets were not captured that may have held what is missing.
    case lost
    /// Given up for a bound of ours.
    case evicted
    /// An answer without a request in sight.
    case unmatched

    /// The word in every output.
    public var name: StaticString {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .answered: "answered"
      case .oneway: "oneway"
      case .timeout: "timeout"
      case .reset: "reset"
      case .goAway: "goaway"
      case .closed: "closed"
      case .open: "open"
      case .lost: "lost"
      case .evicted: "evicted"
      case .unmatched: "unmatched"
      }
    }

    /// Whether somebody's call has failed, as far as is known.
    public var isFailure: Bool {
      switch self {
      case .error, .timeout, .reset, .goAway, .closed: true
      case .ok, .answered, .oneway, .open, .lost, .evicted, .unmatched: false
      }
    }
  }

  /// What stands against the success that an answer's status claims.
  enum Doubt: UInt8 {
    case none
    /// SOFARPC: sofa_head_response_error=true.
    case application
    /// MOSN: a bolt status other than 0 in respstatus.
    case respstatus
  }

  /// Nanoseconds from the request's first byte to the answer's last; nil where one of them is missing.
  public var latency: Int64? {
    guard let request, let last = response?.last else { return nil }
    return max(0, last.time.subtractingClamped(request.first.time))
  }

  /// Nanoseconds from the request's first byte to the answer's first.
  public var firstByte: Int64? {
    guard let request, let response else { return nil }
    return max(0, response.first.time.subtractingClamped(request.first.time))
  }

  /// Its first byte that was captured.
  public var beginning: Arrival { request?.first ?? response?.first ?? Arrival() }

  /// The same call with text of its own, and no other.
  public func owned() -> Call {
    var call = self
    call.text = []
    call.service = call.keep(text[service])
    call.method = call.keep(text[method])
    call.message = call.keep(text[message])
    return call
  }

  private mutating func keep(_ part: ArraySlice<UInt8>) -> Range<Int> {
    text.append(contentsOf: part)
    return text.count - part.count..<text.count
  }
}
