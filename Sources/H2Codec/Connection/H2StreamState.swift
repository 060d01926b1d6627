/// Where a stream stands, seen from one side (RFC 9113 §5.1).
///
///                               ┌────────┐
///                       promise │  idle  │ promise
///                 ┌─────────────┤        ├────────────┐
///                 ▼             └───┬────┘            ▼
///          reservedLocal            │ HEADERS   reservedRemote
///                 │ sent            ▼                 │ received
///                 │ HEADERS      ┌──────┐     HEADERS │
///                 │     received │ open │ sent        │
///                 │   END_STREAM ├──────┤ END_STREAM  │
///                 ▼              ▼      ▼             ▼
///               halfClosedRemote          halfClosedLocal
///                 └───────── END_STREAM ──────────────┘
///                                ▼
///                             closed
///
/// RST_STREAM leads from everywhere but idle to `resetLocal` (this side sent it: what is under way is let pass)
/// or `resetRemote` (the peer did: it must be silent).
public enum H2StreamState: UInt8, Sendable, CaseIterable {
  case idle, reservedLocal, reservedRemote, open, halfClosedLocal, halfClosedRemote
  case closed, resetLocal, resetRemote

  /// Whether it counts against MAX_CONCURRENT_STREAMS (§5.1.2).
  public var isActive: Bool {
    switch self {
    case .open, .halfClosedLocal, .halfClosedRemote: true
    case .idle, .reservedLocal, .reservedRemote, .closed, .resetLocal, .resetRemote: false
    }
  }

  /// Whether nothing more is to be said on it.
  public var isOver: Bool {
    switch self {
    case .closed, .resetLocal, .resetRemote: true
    case .idle, .reservedLocal, .reservedRemote, .open, .halfClosedLocal, .halfClosedRemote: false
    }
  }
}

/// What can happen to a stream.
public enum H2StreamInput: UInt8, Sendable, CaseIterable {
  /// HEADERS, the whole field block, without or with END_STREAM.
  case headers, headersEnd
  case data, dataEnd
  case reset, windowUpdate, priority
  /// PUSH_PROMISE on this stream.
  case pushPromise
  /// PUSH_PROMISE of this stream.
  case promised
}

/// What comes of it.
public enum H2StreamOutcome: Sendable, Equatable {
  case becomes(H2StreamState)
  /// It crossed something on its way and means nothing any more.
  case ignored
  case forbidden(H2Rule)
}

extension H2StreamState {
  /// What a frame from the peer does.
  public func received(_ input: H2StreamInput) -> H2StreamOutcome {
    switch (self, input) {
    case (.idle, .headers): .becomes(.open)
    case (.idle, .headersEnd): .becomes(.halfClosedRemote)
    case (.idle, .promised): .becomes(.reservedRemote)
    case (.idle, .priority): .becomes(.idle)
    case (.idle, .data), (.idle, .dataEnd), (.idle, .reset), (.idle, .windowUpdate), (.idle, .pushPromise):
      .forbidden(.idleStream)

    case (.reservedLocal, .reset): .becomes(.resetRemote)
    case (.reservedLocal, .windowUpdate), (.reservedLocal, .priority): .becomes(.reservedLocal)
    case (.reservedLocal, .headers), (.reservedLocal, .headersEnd), (.reservedLocal, .data),
      (.reservedLocal, .dataEnd), (.reservedLocal, .pushPromise):
      .forbidden(.reservedStream)

    case (.reservedRemote, .headers): .becomes(.halfClosedLocal)
    case (.reservedRemote, .headersEnd): .becomes(.closed)
    case (.reservedRemote, .reset): .becomes(.resetRemote)
    case (.reservedRemote, .priority): .becomes(.reservedRemote)
    case (.reservedRemote, .data), (.reservedRemote, .dataEnd), (.reservedRemote, .windowUpdate),
      (.reservedRemote, .pushPromise):
      .forbidden(.reservedStream)

    case (.open, .headersEnd), (.open, .dataEnd): .becomes(.halfClosedRemote)
    case (.open, .reset): .becomes(.resetRemote)
    case (.open, .headers), (.open, .data), (.open, .windowUpdate), (.open, .priority), (.open, .pushPromise):
      .becomes(.open)

    case (.halfClosedLocal, .headersEnd), (.halfClosedLocal, .dataEnd): .becomes(.closed)
    case (.halfClosedLocal, .reset): .becomes(.resetRemote)
    case (.halfClosedLocal, .headers), (.halfClosedLocal, .data), (.halfClosedLocal, .windowUpdate),
      (.halfClosedLocal, .priority), (.halfClosedLocal, .pushPromise):
      .becomes(.halfClosedLocal)

    case (.halfClosedRemote, .reset): .becomes(.resetRemote)
    case (.halfClosedRemote, .windowUpdate), (.halfClosedRemote, .priority): .becomes(.halfClosedRemote)
    case (.halfClosedRemote, .headers), (.halfClosedRemote, .headersEnd), (.halfClosedRemote, .data),
      (.halfClosedRemote, .dataEnd), (.halfClosedRemote, .pushPromise):
      .forbidden(.halfClosedStream)

    case (.closed, .reset), (.closed, .windowUpdate), (.closed, .priority): .ignored
    case (.closed, .headers), (.closed, .headersEnd), (.closed, .data), (.closed, .dataEnd),
      (.closed, .pushPromise):
      .forbidden(.closedStream)

    case (.resetLocal, .headers), (.resetLocal, .headersEnd), (.resetLocal, .data), (.resetLocal, .dataEnd),
      (.resetLocal, .reset), (.resetLocal, .windowUpdate), (.resetLocal, .priority),
      (.resetLocal, .pushPromise):
      .ignored

    case (.resetRemote, .reset), (.resetRemote, .windowUpdate), (.resetRemote, .priority): .ignored
    case (.resetRemote, .headers), (.resetRemote, .headersEnd), (.resetRemote, .data),
      (.resetRemote, .dataEnd), (.resetRemote, .pushPromise):
      .forbidden(.resetStream)

    case (.reservedLocal, .promised), (.reservedRemote, .promised), (.open, .promised),
      (.halfClosedLocal, .promised), (.halfClosedRemote, .promised), (.closed, .promised),
      (.resetLocal, .promised), (.resetRemote, .promised):
      .forbidden(.streamOrder)
    }
  }

  /// What a frame of this side does; for an observer, one that the capture shows from this side.
  public func sent(_ input: H2StreamInput) -> H2StreamOutcome {
    switch (self, input) {
    case (.resetRemote, .headers), (.resetRemote, .headersEnd), (.resetRemote, .data),
      (.resetRemote, .dataEnd), (.resetRemote, .pushPromise):
      // On its way when the peer's RST_STREAM came.
      .ignored
    case (.resetLocal, .headers), (.resetLocal, .headersEnd), (.resetLocal, .data), (.resetLocal, .dataEnd),
      (.resetLocal, .pushPromise):
      .forbidden(.resetStream)
    case (.idle, _), (.reservedLocal, _), (.reservedRemote, _), (.open, _), (.halfClosedLocal, _),
      (.halfClosedRemote, _), (.closed, _), (.resetLocal, _), (.resetRemote, _):
      // The figure is symmetric: this side's frames are, for the peer, received ones.
      switch mirrored.received(input) {
      case .becomes(let state): .becomes(state.mirrored)
      case .ignored: .ignored
      case .forbidden(let rule): .forbidden(rule)
      }
    }
  }

  /// The same stream seen from the peer's side.
  var mirrored: H2StreamState {
    switch self {
    case .idle: .idle
    case .reservedLocal: .reservedRemote
    case .reservedRemote: .reservedLocal
    case .open: .open
    case .halfClosedLocal: .halfClosedRemote
    case .halfClosedRemote: .halfClosedLocal
    case .closed: .closed
    case .resetLocal: .resetRemote
    case .resetRemote: .resetLocal
    }
  }
}
