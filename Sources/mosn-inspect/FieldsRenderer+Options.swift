import ArgumentParser
import MosnInspectKit

extension FieldsRenderer.Layout {
  /// What `-E` says, in tshark's words.
  init(options: [String]) throws {
    self.init()
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2, set(parts[0], parts[1]) else {
        throw ValidationError(
          "-E \(option): expected separator=C, aggregator=C (/t is a tab, /s a blank), header=y|n, quote=d|s|n, "
            + "occurrence=f|l|a or bom=y|n")
      }
    }
  }

  /// False where that is no option.
  private mutating func set(_ name: String, _ value: String) -> Bool {
    switch (name, value) {
    case ("separator", _): separator = Self.text(value)
    case ("aggregator", _): aggregator = Self.text(value)
    case ("header", "y"), ("header", "n"): hasHeading = value == "y"
    case ("bom", "y"), ("bom", "n"): hasByteOrderMark = value == "y"
    case ("quote", "d"): quote = UInt8(ascii: "\"")
    case ("quote", "s"): quote = UInt8(ascii: "'")
    case ("quote", "n"): quote = nil
    case ("occurrence", "f"): occurrence = .first
    case ("occurrence", "l"): occurrence = .last
    case ("occurrence", "a"): occurrence = .all
    default: return false
    }
    return true
  }

  private static func text(_ value: String) -> String {
    switch value {
    case "/t": "\t"
    case "/s": " "
    default: value
    }
  }
}
