/// Where a call stands. What may happen to it, and what that means, is all in `outcome`.
enum ExchangeState: UInt8 {
  /// An HTTP/2 request whose body has to be whole before bolt can carry it.
  case gathering
  /// For a connection.
  case waiting
  /// The request went out, perhaps not yet all of its body. Nothing came back.
  case called
  /// The answer's head is there, its body has to be whole before bolt can carry it. The client heard nothing.
  case receiving
  /// The client has the answer's head, and gets the body as it comes.
  case relaying
  /// Answered, failed or given up.
  case over
}

/// What may happen to a call. What ends it says why.
enum ExchangeInput: Equatable {
  /// The request can go out: its body is whole, or need not be.
  case ready
  /// A connection takes it.
  case sent
  /// The proxy answers it.
  case answering
  /// The answer's head came, more follows and nothing can be passed on yet.
  case answerHeld
  /// The answer's head was passed on, more follows.
  case answerBegun
  /// The answer was passed on to its end.
  case answered
  /// The upstream did certainly not work on it.
  case refused(ProxyError.Cause)
  /// The upstream cannot answer any more, or what it answers is of no use.
  case lost(ProxyError.Cause)
  /// The proxy cannot go on, or the time is over.
  case stopped(ProxyError.Cause)
  /// The client does not want it any more.
  case left(ProxyError.Cause)

  var cause: ProxyError.Cause? {
    switch self {
    case .refused(let cause), .lost(let cause), .stopped(let cause), .left(let cause): cause
    case .ready, .sent, .answering, .answerHeld, .answerBegun, .answered: nil
    }
  }
}

enum ExchangeOutcome: Equatable {
  case becomes(ExchangeState)
  /// Another connection may try it.
  case retry
  /// The client is told why.
  case fail
  /// The client has part of an answer that will never be whole.
  case cut
  /// Nobody is told; the upstream is called back.
  case abandon
  case ignored
}

extension ExchangeState {
  /// - Parameter mayRetry: another try is allowed after this input.
  func outcome(_ input: ExchangeInput, mayRetry: Bool) -> ExchangeOutcome {
    switch (self, input) {
    case (.gathering, .ready): .becomes(.waiting)
    case (.gathering, .answering): .becomes(.called)
    case (.gathering, .stopped), (.gathering, .lost), (.gathering, .refused): .fail
    case (.gathering, .left): .abandon
    case (.gathering, .sent), (.gathering, .answerHeld), (.gathering, .answerBegun), (.gathering, .answered):
      .ignored

    case (.waiting, .sent), (.waiting, .answering): .becomes(.called)
    case (.waiting, .refused): mayRetry ? .retry : .fail
    case (.waiting, .lost), (.waiting, .stopped): .fail
    case (.waiting, .left): .abandon
    // A oneway request is answered as soon as it is sent.
    case (.waiting, .answered): .becomes(.over)
    case (.waiting, .ready), (.waiting, .answerHeld), (.waiting, .answerBegun): .ignored

    case (.called, .answerHeld): .becomes(.receiving)
    case (.called, .answerBegun): .becomes(.relaying)
    case (.called, .answered): .becomes(.over)
    case (.called, .refused), (.called, .lost): mayRetry ? .retry : .fail
    case (.called, .stopped): .fail
    case (.called, .left): .abandon
    case (.called, .ready), (.called, .sent), (.called, .answering): .ignored

    case (.receiving, .answered): .becomes(.over)
    case (.receiving, .refused), (.receiving, .lost), (.receiving, .stopped): .fail
    case (.receiving, .left): .abandon
    case (.receiving, .ready), (.receiving, .sent), (.receiving, .answering), (.receiving, .answerHeld),
      (.receiving, .answerBegun):
      .ignored

    case (.relaying, .answered): .becomes(.over)
    case (.relaying, .refused), (.relaying, .lost), (.relaying, .stopped): .cut
    case (.relaying, .left): .abandon
    case (.relaying, .ready), (.relaying, .sent), (.relaying, .answering), (.relaying, .answerHeld),
      (.relaying, .answerBegun):
      .ignored

    case (.over, .ready), (.over, .sent), (.over, .answering), (.over, .answerHeld), (.over, .answerBegun),
      (.over, .answered), (.over, .refused), (.over, .lost), (.over, .stopped), (.over, .left):
      .ignored
    }
  }
}
