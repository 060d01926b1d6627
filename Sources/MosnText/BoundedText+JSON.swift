extension BoundedText {
  /// Characters of a JSON string, without its quotes. What is no character becomes U+FFFD; controls and marks of reading
  /// direction are escaped, those that JSON allows too, because a terminal may obey them.
  mutating func append(json value: some TextPieces, in source: RawSpan) {
    var value = value
    while !isCut {
      append(run: value.nextRun(in: source), of: source)
      guard let piece = value.next(in: source) else { break }
      switch piece {
      case .scalar("\""): append("\\\"")
      case .scalar("\\"): append("\\\\")
      case .scalar("\n"): append("\\n")
      case .scalar("\r"): append("\\r")
      case .scalar("\t"): append("\\t")
      case .scalar(let scalar) where scalar.isActedUpon: append(escaped: scalar)
      case .scalar(let scalar): append(plain: scalar)
      case .invalid: append(plain: "\u{FFFD}")
      }
    }
  }

  /// A string of JSON.
  package mutating func append(jsonString value: some TextPieces, in source: RawSpan) {
    append("\"")
    append(json: value, in: source)
    append("\"")
  }
}
