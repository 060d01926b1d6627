import Testing

@testable import ProxyEngine

/// What every (state, input) pair has to keep to.
@Suite struct ExchangeStateTests {
  static let states: [ExchangeState] = [.gathering, .waiting, .called, .receiving, .relaying, .over]
  static let inputs: [ExchangeInput] = [
    .ready, .sent, .answering, .answerHeld, .answerBegun, .answered, .refused(.refusedStream),
    .lost(.upstreamReset), .stopped(.timeout), .left(.clientReset),
  ]

  @Test(arguments: [false, true]) func whatIsOverStaysOver(_ mayRetry: Bool) {
    for input in Self.inputs { #expect(ExchangeState.over.outcome(input, mayRetry: mayRetry) == .ignored) }
  }

  @Test(arguments: [false, true]) func aCallCanAlwaysBeEnded(_ mayRetry: Bool) {
    for state in Self.states where state != .over {
      #expect(state.outcome(.left(.clientReset), mayRetry: mayRetry) == .abandon)
      #expect(
        state.outcome(.stopped(.timeout), mayRetry: mayRetry) == (state == .relaying ? .cut : .fail))
    }
  }

  @Test func onlyWhatTheClientHasNotHeardOfIsTriedAgain() {
    for state in Self.states {
      for input in Self.inputs {
        let isTried =
          switch input {
          case .refused: state == .waiting || state == .called
          case .lost: state == .called
          default: false
          }
        #expect((state.outcome(input, mayRetry: true) == .retry) == isTried)
        #expect(state.outcome(input, mayRetry: false) != .retry)
      }
    }
  }

  @Test func stepsGoForwardOnly() {
    for state in Self.states {
      for input in Self.inputs {
        if case .becomes(let next) = state.outcome(input, mayRetry: true) {
          #expect(next.rawValue > state.rawValue)
        }
      }
    }
  }

  @Test func aCallStandsWhereTheOutcomePutsIt() {
    for state in Self.states {
      for input in Self.inputs {
        var call = Exchange()
        call.begin(1, by: .none, .boltV1, key: nil, in: state, at: 0)
        let standing: ExchangeState =
          switch call.take(input, mayRetry: true) {
          case .becomes(let next): next
          case .retry: .waiting
          case .fail, .cut, .abandon: .over
          case .ignored: state
          }
        let state = call.state
        #expect(state == standing)
      }
    }
  }
}
