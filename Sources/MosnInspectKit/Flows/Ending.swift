/// Why nothing more is read of a connection, or of one of its directions.
enum Ending {
  /// The sender closed (FIN).
  case closed
  /// Either side reset the connection and it said no more.
  case reset
  /// It was silent for `InspectLimits.idle`.
  case silent
  /// It was given up for room.
  case evicted
  /// Another connection began between the same ports.
  case replaced
  case captureEnds

  /// What is said of a message that did not come to its end.
  var reason: String {
    switch self {
    case .closed: "its sender closed the connection before this message ended"
    case .reset: "the connection was reset before this message ended"
    case .silent: "the connection was given up after a long silence, before this message ended"
    case .evicted: "the connection was given up for room before this message ended"
    case .replaced: "another connection of the same ports began before this message ended"
    case .captureEnds: "the capture ends before this message does"
    }
  }
}
