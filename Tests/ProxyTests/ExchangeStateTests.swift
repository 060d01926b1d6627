import Testing

@testable import Proxy

/// What every (state, input) pair has to keep to.
@Suite struct ExchangeStateTests {
  static let states: [ExchangeState] = [.gathering, .waiting, .called, .receiving, .relaying, .over]
  static let inputs: [ExchangeInput] = [
    .requestWhole, .sent, .answerHeld, .answerBegun, .answered, .refused, .lost, .stopped, .left,
  ]

  @Test func whatIsOverStaysOver() {
    for input in Self.inputs { #expect(ExchangeState.over.outcome(input) == .ignored) }
  }

  @Test func aCallCanAlwaysBeEnded() {
    for state in Self.states where state != .over {
      #expect(state.outcome(.left) == .abandon)
      #expect(state.outcome(.stopped) == (state == .relaying ? .cut : .fail))
    }
  }

  @Test func onlyWhatTheClientHasNotHeardOfIsTriedAgain() {
    for state in Self.states {
      let mayRetry = state == .waiting || state == .called
      #expect((state.outcome(.refused) == .retry) == mayRetry)
      for input in Self.inputs where input != .refused { #expect(state.outcome(input) != .retry) }
    }
  }

  @Test func stepsGoForwardOnly() {
    for state in Self.states {
      for input in Self.inputs {
        if case .becomes(let next) = state.outcome(input) { #expect(next.rawValue > state.rawValue) }
      }
    }
  }
}
