import MosnText

extension HessianTree {
  /// The content as a tree: a line for each value, two columns further in for each level, `indentation` in all. False
  /// when it was cut to `limit` bytes, and ends with `…`. What was not read is said in the last line.
  @discardableResult
  public func appendTree(
    of bytes: RawSpan, to output: inout [UInt8], limit: Int, indentation: Int = 0
  ) -> Bool {
    var text = BoundedText(taking: &output, limit: limit)
    for root in roots {
      if text.isCut { break }
      text.spaces(indentation)
      appendLines(of: root, bytes, &text, indentation)
    }
    text.append(stop: failure?.description, indentation: indentation)
    return text.finish(into: &output)
  }

  /// The rest of a line, and the lines of the values below.
  private func appendLines(of index: Int, _ bytes: RawSpan, _ text: inout BoundedText, _ indentation: Int) {
    if let frame = StackFrame(index, of: self, in: bytes) {
      append(frame, bytes, &text)
      return text.append("\n")
    }
    appendHead(of: index, bytes, &text)
    text.append("\n")
    switch nodes[index].kind {
    case .list:
      for child in children(of: index) {
        if text.isCut { return }
        text.spaces(indentation + 2)
        appendLines(of: child, bytes, &text, indentation + 2)
      }
    case .map: appendEntries(of: index, bytes, &text, indentation + 2)
    case .object:
      for (field, child) in zip(fields(of: index), children(of: index)) {
        if text.isCut { return }
        text.spaces(indentation + 2)
        text.append(HessianTextPieces(names.fields[field]), in: bytes, quoted: false)
        text.append(": ")
        appendLines(of: child, bytes, &text, indentation + 2)
      }
    default: break
    }
  }

  /// `key: value`. A list, a map or an object as a key has lines of its own, and `=>` before the value's.
  private func appendEntries(of index: Int, _ bytes: RawSpan, _ text: inout BoundedText, _ indentation: Int) {
    var entries = children(of: index)
    while let key = entries.next(), !text.isCut {
      text.spaces(indentation)
      switch nodes[key].kind {
      case .list, .map, .object:
        appendLines(of: key, bytes, &text, indentation)
        text.spaces(indentation)
        text.append("=> ")
      default:
        appendHead(of: key, bytes, &text)
        text.append(": ")
      }
      if let value = entries.next() {
        appendLines(of: value, bytes, &text, indentation)
      } else {
        text.append("\n")
      }
    }
  }

  private func appendHead(of index: Int, _ bytes: RawSpan, _ text: inout BoundedText) {
    let token = nodes[index].token
    switch token.kind {
    case .list, .map:
      text.append(token.kind == .list ? "list" : "map")
      appendType(of: index, bytes, &text)
      let count = children(of: index).reduce(0) { count, _ in count + 1 }
      text.append(" of ")
      text.append(ascii: String(token.kind == .list ? count : (count + 1) / 2))
    case .object:
      text.append("object")
      appendType(of: index, bytes, &text)
    default: return appendScalar(index, bytes, &text, dataBytes: 16)
    }
    if nodes[index].isReferenced {
      text.append(" #")
      text.append(ascii: String(number(ofContainer: index)))
    }
    if nodes[index].isPartial { text.append(" (in part)") }
  }

  private func appendType(of index: Int, _ bytes: RawSpan, _ text: inout BoundedText) {
    guard let type = typeName(of: index) else { return }
    text.append(" ")
    text.append(HessianTextPieces(type), in: bytes, quoted: false)
  }

  /// A value that holds no other ones. Of data, the first `dataBytes` in hexadecimal.
  func appendScalar(_ index: Int, _ bytes: RawSpan, _ text: inout BoundedText, dataBytes: Int) {
    let token = nodes[index].token
    switch token.kind {
    case .null: text.append("null")
    case .boolean: text.append(token.boolean ? "true" : "false")
    case .int: text.append(decimal: token.integer)
    case .long:
      text.append(decimal: token.integer)
      text.append("L")
    case .double: text.append(ascii: token.double.description)
    case .date: text.append(iso8601: token.integer)
    case .string:
      let isPartial = nodes[index].isPartial
      text.append(HessianTextPieces(token.text), in: bytes, quoted: true, closed: !isPartial)
      if isPartial, dataBytes > 0 { text.append(plain: "…") }
    case .binary: append(token.data, bytes, &text, atMost: dataBytes)
    case .reference:
      text.append("-> #")
      text.append(decimal: token.integer)
      appendType(of: resolved(index), bytes, &text)
    case .remote:
      text.append("remote")
      appendType(of: index, bytes, &text)
      text.append(" ")
      text.append(HessianTextPieces(token.text), in: bytes, quoted: true)
    case .list, .map, .object, .end: break
    }
  }

  private func append(_ data: HessianData, _ bytes: RawSpan, _ text: inout BoundedText, atMost count: Int) {
    text.append(ascii: String(data.count))
    text.append(" bytes")
    guard count > 0, data.count > 0 else { return }
    text.append(" ")
    var pieces = HessianDataBytes(data)
    for _ in 0..<count {
      guard let byte = pieces.next(in: bytes) else { return }
      text.append(hex: byte)
    }
    if data.count > count { text.append(plain: "…") }
  }
}
