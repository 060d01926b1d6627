import H2Codec

extension Finding {
  init(_ rule: H2Rule) {
    self.init(rule: "\(rule)".kebabCased, text: "\(rule)".spaced, section: rule.section)
  }

  /// A body that did not end between two messages.
  init(_ grpc: GRPCFraming) {
    let text =
      grpc.isBroken
      ? "the body is not a sequence of gRPC messages"
      : grpc.awaited > 0
        ? "the body ends inside a gRPC message, \(grpc.awaited) bytes before its end"
        : "the body ends inside the head of a gRPC message"
    self.init(rule: "grpc-framing", text: text)
  }

  /// A rule of HPACK that was broken, or a limit of ours: that is no fault of the sender.
  init(_ error: HPACKError) {
    let rule = "hpack-" + "\(error.rule)".kebabCased
    switch error.rule {
    case .listTooLarge:
      self.init(
        rule: rule,
        text: "only the first fields are shown: mosn-inspect keeps \(error.expected) bytes of a list")
    case .tooManyFields:
      self.init(
        rule: rule, text: "only the first fields are shown: mosn-inspect keeps \(error.expected) of a list")
    case .blockTooLarge:
      self.init(
        rule: rule,
        text:
          "mosn-inspect reads header blocks of up to \(error.expected) bytes once decoded: the header table is "
          + "unknown from here on")
    default: self.init(rule: rule, text: "\(error)", section: error.rule.section)
    }
  }
}

extension String {
  /// `headerKeyLength` as `header key length`.
  var spaced: String { kebabCased.split(separator: "-").joined(separator: " ") }
}
