import MosnText

extension HessianTree {
  /// A value in a line, as a programmer would write it: `EchoBody{id=1, list=["a", "b"]}`. Classes without their
  /// packages, data by their size, exceptions as `IllegalStateException("why")`.
  func appendValue(_ index: Int, _ bytes: RawSpan, _ text: inout BoundedText) {
    switch nodes[index].kind {
    case .list:
      text.append("[")
      appendList(children(of: index), bytes, &text)
      end(index, "]", &text)
    case .map:
      text.append("{")
      var entries = children(of: index)
      var isFirst = true
      while !text.isCut, let key = entries.next() {
        if !isFirst { text.append(", ") }
        isFirst = false
        appendValue(key, bytes, &text)
        text.append(": ")
        if let value = entries.next() { appendValue(value, bytes, &text) }
      }
      end(index, "}", &text)
    case .object: appendObject(index, bytes, &text)
    case .reference:
      text.append("#")
      text.append(decimal: nodes[index].token.integer)
    default:
      appendScalar(index, bytes, &text, dataBytes: 0)
      if nodes[index].isPartial { text.cut() }
    }
  }

  func appendList(_ siblings: HessianSiblings, _ bytes: RawSpan, _ text: inout BoundedText) {
    var isFirst = true
    for index in siblings {
      if text.isCut { return }
      if !isFirst { text.append(", ") }
      isFirst = false
      appendValue(index, bytes, &text)
    }
  }

  private func appendObject(_ index: Int, _ bytes: RawSpan, _ text: inout BoundedText) {
    if let type = typeName(of: index) { text.append(LastName(type, in: bytes), in: bytes, quoted: false) }
    if let throwable = SofaThrowable(index, of: self, in: bytes) {
      text.append("(")
      if let message = throwable.message { appendValue(message, bytes, &text) }
      return end(index, ")", &text)
    }
    text.append("{")
    var isFirst = true
    for (field, child) in zip(fields(of: index), children(of: index)) {
      if text.isCut { return }
      if !isFirst { text.append(", ") }
      isFirst = false
      text.append(HessianTextPieces(names.fields[field]), in: bytes, quoted: false)
      text.append("=")
      appendValue(child, bytes, &text)
    }
    end(index, "}", &text)
  }

  /// The bracket behind the last value; nothing where that is unknown.
  private func end(_ index: Int, _ bracket: StaticString, _ text: inout BoundedText) {
    if nodes[index].isPartial { text.cut() } else { text.append(bracket) }
  }
}

/// The characters of a name behind its last dot, before a colon: `EchoService` of `peer.rpc.EchoService:1.0`. A name of more than 512
/// characters stays as it is, so that it is not gone through for every object.
struct LastName: TextPieces {
  private var pieces: HessianTextPieces

  init(_ text: HessianText, in bytes: RawSpan) {
    pieces = HessianTextPieces(text)
    var ahead = pieces
    guard text.units <= 512 else { return }
    while let piece = ahead.next(in: bytes), piece != .scalar(":") {
      if piece == .scalar(".") { pieces = ahead }
    }
  }

  mutating func next(in bytes: RawSpan) -> TextPiece? {
    let piece = pieces.next(in: bytes)
    return piece == .scalar(":") ? nil : piece
  }
}
