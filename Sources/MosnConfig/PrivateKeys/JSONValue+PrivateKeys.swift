extension JSONValue {
  /// The value as it may be shown.
  var withoutPrivateKeys: JSONValue { withoutPrivateKeys(isSecret: false) }

  private func withoutPrivateKeys(isSecret: Bool) -> JSONValue {
    switch content {
    case .null, .boolean, .number: self
    case .string(let text):
      JSONValue(.string(isSecret ? PrivateKeys.shown(text) : PrivateKeys.masked(text)), at: position)
    case .array(let elements):
      JSONValue(.array(elements.map { $0.withoutPrivateKeys(isSecret: isSecret) }), at: position)
    case .object(let members):
      JSONValue(
        .object(
          members.map { member in
            JSONMember(
              PrivateKeys.masked(member.name), at: member.position,
              member.value.withoutPrivateKeys(isSecret: isSecret || PrivateKeys.isSecret(member.name)))
          }), at: position)
    }
  }
}
