import H2Codec
import Testing

@Suite struct StreamStateTests {
  /// RFC 9113 §5.1 written out: a row per state, a column per input in the order of `H2StreamInput`. A new state
  /// is named by its letters, `=` stays, `-` is ignored, anything else is the rule broken.
  ///
  ///        headers +END data +END reset window priority push promised
  static let receivedRows: [(H2StreamState, String)] = [
    (.idle, "O HR idle idle idle idle = idle RR"),
    (.reservedLocal, "res res res res XR = = res order"),
    (.reservedRemote, "HL C res res XR res = res order"),
    (.open, "= HR = HR XR = = = order"),
    (.halfClosedLocal, "= C = C XR = = = order"),
    (.halfClosedRemote, "half half half half XR = = half order"),
    (.closed, "closed closed closed closed - - - closed order"),
    (.resetLocal, "- - - - - - - - order"),
    (.resetRemote, "reset reset reset reset - - - reset order"),
  ]
  static let sentRows: [(H2StreamState, String)] = [
    (.idle, "O HL idle idle idle idle = idle RL"),
    (.reservedLocal, "HR C res res XL res = res order"),
    (.reservedRemote, "res res res res XL = = res order"),
    (.open, "= HL = HL XL = = = order"),
    (.halfClosedLocal, "half half half half XL = = half order"),
    (.halfClosedRemote, "= C = C XL = = = order"),
    (.closed, "closed closed closed closed - - - closed order"),
    (.resetLocal, "reset reset reset reset - - - reset order"),
    (.resetRemote, "- - - - - - - - order"),
  ]

  static func outcome(_ word: Substring, in state: H2StreamState) -> H2StreamOutcome? {
    switch word {
    case "=": .becomes(state)
    case "-": .ignored
    case "O": .becomes(.open)
    case "C": .becomes(.closed)
    case "HL": .becomes(.halfClosedLocal)
    case "HR": .becomes(.halfClosedRemote)
    case "RL": .becomes(.reservedLocal)
    case "RR": .becomes(.reservedRemote)
    case "XL": .becomes(.resetLocal)
    case "XR": .becomes(.resetRemote)
    case "idle": .forbidden(.idleStream)
    case "res": .forbidden(.reservedStream)
    case "half": .forbidden(.halfClosedStream)
    case "closed": .forbidden(.closedStream)
    case "reset": .forbidden(.resetStream)
    case "order": .forbidden(.streamOrder)
    default: nil
    }
  }

  @Test func everyPairIsInTheTables() {
    #expect(
      Self.receivedRows.map(\.0) == H2StreamState.allCases && Self.sentRows.map(\.0) == H2StreamState.allCases
    )
  }

  @Test(arguments: receivedRows) func received(_ state: H2StreamState, _ row: String) {
    let words = row.split(separator: " ")
    #expect(words.count == H2StreamInput.allCases.count)
    for (input, word) in zip(H2StreamInput.allCases, words) {
      #expect(state.received(input) == Self.outcome(word, in: state), "\(state) received \(input)")
    }
  }

  @Test(arguments: sentRows) func sent(_ state: H2StreamState, _ row: String) {
    let words = row.split(separator: " ")
    #expect(words.count == H2StreamInput.allCases.count)
    for (input, word) in zip(H2StreamInput.allCases, words) {
      #expect(state.sent(input) == Self.outcome(word, in: state), "\(state) sent \(input)")
    }
  }
}
