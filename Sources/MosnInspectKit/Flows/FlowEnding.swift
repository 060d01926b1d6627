/// How a connection ended.
public enum FlowEnding: Sendable, Equatable {
  public enum Side: String, Sendable { case client, server }

  /// Both sides have closed (FIN); this one did so first.
  case closed(by: Side)
  case reset(by: Side)
  /// Its SYN was answered by a reset.
  case refused
  /// So many SYNs got no answer.
  case unanswered(attempts: Int)
  /// Nothing came for `InspectLimits.idle`.
  case silent
  /// It was given up for room.
  case evicted
  /// Another connection of the same ports began.
  case replaced
  /// It was open when the capture ended; this side had closed.
  case open(closedBy: Side?)

  /// The word that stands in JSON.
  public var name: String {
    switch self {
    case .closed: "fin"
    case .reset: "reset"
    case .refused: "refused"
    case .unanswered: "unanswered"
    case .silent: "silent"
    case .evicted: "evicted"
    case .replaced: "replaced"
    case .open: "open"
    }
  }

  /// Who closed first, or reset.
  public var side: Side? {
    switch self {
    case .closed(let side), .reset(let side): side
    case .open(let side): side
    case .refused: .server
    case .unanswered, .silent, .evicted, .replaced: nil
    }
  }
}

extension FlowEnding: CustomStringConvertible {
  public var description: String {
    switch self {
    case .closed(let side): "FIN, \(side) first"
    case .reset(let side): "RST by \(side)"
    case .refused: "refused"
    case .unanswered(let attempts): "timeout, no answer to \(attempts) SYN\(attempts == 1 ? "" : "s")"
    case .silent: "timeout, silent"
    case .evicted: "given up for room"
    case .replaced: "ports used again"
    case .open(nil): "open"
    case .open(let side?): "open, FIN by \(side)"
    }
  }
}
