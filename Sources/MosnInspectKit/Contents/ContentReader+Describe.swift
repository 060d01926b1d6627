extension ContentReader {
  /// Tells what a content says, where the form it is written in is known.
  mutating func describe(_ content: SentContent, to visitor: inout some MessageVisitor) {
    guard !content.bytes.isEmpty, wantsAny(visitor) else { return }
    var seen = content.prefix(maxContent)
    var error: String?
    if let (inside, end) = unpacked(seen, limit: maxContent) {
      visitor.bytes(.contentUnpacked, inside.bytes)
      error = end.reason(isCut: seen.isCut)
      seen = inside
    }
    guard let form = seen.form, seen.coding == nil else { return tell(error, to: &visitor) }
    visitor.text(.contentForm, ArraySlice(form.rawValue.utf8))
    var text: [UInt8] = []
    if let outcome = append(seen, as: .json, to: &text) {
      if !text.isEmpty { visitor.json(.contentValue, text[...]) }
      error = error ?? outcome.fault
    }
    tell(error, to: &visitor)
  }

  /// The same of the messages of a gRPC body: an array of them, null for those that cannot be read.
  mutating func describe(
    _ messages: some Sequence<SentContent>, to visitor: inout some MessageVisitor
  ) {
    guard wantsAny(visitor) else { return }
    var text = [UInt8(ascii: "[")]
    var (error, form): (String?, ContentForm?)
    // All that come out of one body, together.
    var room = maxContent
    for (index, message) in messages.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      let inside = unpacked(message, limit: room)
      room -= inside?.content.bytes.count ?? 0
      let fault = inside?.end.reason(isCut: message.isCut)
      let start = text.count
      let outcome = append(inside?.content ?? message, as: .json, to: &text)
      if text.count == start { text += "null".utf8 }
      form = form ?? message.form
      if error == nil, let why = fault ?? outcome?.fault { error = "message \(index + 1): \(why)" }
    }
    text.append(UInt8(ascii: "]"))
    guard let form else { return }
    visitor.text(.contentForm, ArraySlice(form.rawValue.utf8))
    visitor.json(.contentValue, text[...])
    tell(error, to: &visitor)
  }

  private func wantsAny(_ visitor: some MessageVisitor) -> Bool {
    [.contentForm, .contentValue, .contentError, .contentUnpacked].contains { visitor.wants($0) }
  }

  private func tell(_ error: String?, to visitor: inout some MessageVisitor) {
    if let error { visitor.text(.contentError, ArraySlice(error.utf8)) }
  }
}

extension UnpackedContent.End {
  /// Why a packed content was not read to its end; nil where it was. `isCut`: the packed bytes were not all there.
  func reason(isCut: Bool) -> String? {
    switch self {
    case .whole: nil
    case .limit: "unpacked up to --max-content"
    case .early: isCut ? "unpacked as far as it is there" : "the packed bytes end early"
    case .broken(let reason): "the packed bytes are broken: \(reason)"
    }
  }
}
