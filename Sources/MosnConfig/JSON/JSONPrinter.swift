extension JSONValue {
  /// The value as text: in lines with two blanks of indentation, or on one line.
  public func text(inLines: Bool = true) -> String {
    var text = ""
    append(to: &text, indentation: inLines ? 0 : nil)
    return text
  }

  private func append(to text: inout String, indentation: Int?) {
    switch content {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .number(let number): text += number.text
    case .string(let string): string.appendQuoted(to: &text)
    case .array(let elements):
      appendList("[", elements, "]", to: &text, indentation) { element, text, inner in
        element.append(to: &text, indentation: inner)
      }
    case .object(let members):
      appendList("{", members, "}", to: &text, indentation) { member, text, inner in
        member.name.appendQuoted(to: &text)
        text += ": "
        member.value.append(to: &text, indentation: inner)
      }
    }
  }

  private func appendList<Item>(
    _ opening: String, _ items: [Item], _ closing: String, to text: inout String, _ indentation: Int?,
    _ append: (Item, inout String, Int?) -> Void
  ) {
    text += opening
    let inner = indentation.map { $0 + 2 }
    for (index, item) in items.enumerated() {
      if index > 0 { text += inner == nil ? ", " : "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      append(item, &text, inner)
    }
    if let indentation, !items.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
    text += closing
  }
}

extension String {
  fileprivate func appendQuoted(to text: inout String) {
    text += "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\0"..<" ": text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
