import H2Codec

extension Finding {
  init(_ rule: H2Rule) {
    self.init(rule: "\(rule)".kebabCased, text: "\(rule)".spaced, section: rule.section)
  }

  init(_ error: HPACKError) {
    self.init(rule: "hpack-" + "\(error.rule)".kebabCased, text: "\(error)", section: "RFC 7541")
  }
}

extension String {
  /// `headerKeyLength` as `header key length`.
  var spaced: String { kebabCased.split(separator: "-").joined(separator: " ") }
}
