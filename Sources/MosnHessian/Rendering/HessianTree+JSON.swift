import MosnText

extension HessianTree {
  /// The content as one JSON value by the mapping of docs/hessian.md. False when it was cut to `limit` bytes; it is whole
  /// JSON all the same. An object's further values, the arguments of a SofaRequest, are its `$arguments`; several values
  /// otherwise, and none, are `{"$values":[…]}`.
  @discardableResult
  public func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool {
    var json = JSONWriter(taking: &output, limit: limit)
    var roots = roots
    let first = roots.next()
    // More follows that value, or something that was not read.
    let isFollowed = first.map { nodes[$0].next < nodes.count || failure != nil && !nodes[$0].isPartial }
    if let first, isFollowed == true, nodes[first].kind == .object {
      appendObject(first, bytes, &json, arguments: roots)
    } else if let first, isFollowed == false {
      append(first, bytes, &json)
    } else if json.beginObject() {
      json.key("$values")
      appendArray(of: self.roots, bytes, &json, isPartial: failure != nil)
      json.endObject()
    }
    return json.finish(into: &output)
  }

  /// Recurses as deep as `HessianLimits.depth` let the reader go.
  private func append(_ index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    let token = nodes[index].token
    switch token.kind {
    case .null, .end: json.null()
    case .boolean: json.literal(token.boolean ? "true" : "false")
    case .int, .long: json.number(token.integer)
    case .double: json.number(token.double)
    case .date: json.string(ascii: iso8601(of: token.integer))
    case .string:
      json.string(HessianTextPieces(token.text), in: bytes, isPartial: nodes[index].isPartial)
    case .binary: json.base64(HessianDataBytes(token.data), in: bytes)
    case .list: appendArray(of: children(of: index), bytes, &json, isPartial: nodes[index].isPartial)
    case .map: appendMap(index, bytes, &json)
    case .object: appendObject(index, bytes, &json, arguments: nil)
    case .reference:
      guard json.beginObject() else { return }
      json.key("$ref")
      json.number(token.integer)
      json.endObject()
    case .remote:
      guard json.beginObject() else { return }
      appendClass(of: index, bytes, &json)
      json.key("$remote")
      json.string(HessianTextPieces(token.text), in: bytes)
      json.endObject()
    }
  }

  private func appendArray(
    of siblings: HessianSiblings, _ bytes: RawSpan, _ json: inout JSONWriter, isPartial: Bool
  ) {
    guard json.beginArray() else { return }
    for index in siblings {
      if json.isCut { break }
      append(index, bytes, &json)
    }
    json.endArray(isPartial: isPartial)
  }

  private func appendObject(
    _ index: Int, _ bytes: RawSpan, _ json: inout JSONWriter, arguments: HessianSiblings?
  ) {
    guard json.beginObject() else { return }
    appendClass(of: index, bytes, &json)
    appendNumber(of: index, &json)
    for (field, child) in zip(fields(of: index), children(of: index)) {
      if json.isCut { break }
      json.key(HessianTextPieces(names.fields[field]), in: bytes)
      append(child, bytes, &json)
    }
    if let arguments, !json.isCut {
      json.key("$arguments")
      appendArray(of: arguments, bytes, &json, isPartial: failure != nil)
    }
    json.endObject(isPartial: nodes[index].isPartial)
  }

  private func appendMap(_ index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    guard json.beginObject() else { return }
    appendClass(of: index, bytes, &json)
    appendNumber(of: index, &json)
    if hasOnlyStringKeys(index) {
      appendEntries(of: index, bytes, &json)
    } else {
      json.key("$entries")
      appendPairs(of: index, bytes, &json)
    }
    json.endObject(isPartial: nodes[index].isPartial)
  }

  private func hasOnlyStringKeys(_ index: Int) -> Bool {
    var entries = children(of: index)
    while let key = entries.next() {
      guard nodes[key].kind == .string else { return false }
      _ = entries.next()
    }
    return true
  }

  private func appendEntries(of index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    var entries = children(of: index)
    while !json.isCut, let key = entries.next(), let value = entries.next() {
      json.key(HessianTextPieces(nodes[key].token.text), in: bytes)
      append(value, bytes, &json)
    }
  }

  private func appendPairs(of index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    guard json.beginArray() else { return }
    var entries = children(of: index)
    while !json.isCut, let key = entries.next(), let value = entries.next() {
      guard json.beginArray() else { break }
      append(key, bytes, &json)
      append(value, bytes, &json)
      json.endArray()
    }
    json.endArray(isPartial: nodes[index].isPartial)
  }

  private func appendClass(of index: Int, _ bytes: RawSpan, _ json: inout JSONWriter) {
    guard let type = typeName(of: index) else { return }
    json.key("$class")
    json.string(HessianTextPieces(type), in: bytes)
  }

  private func appendNumber(of index: Int, _ json: inout JSONWriter) {
    guard nodes[index].isReferenced else { return }
    json.key("$id")
    json.number(number(ofContainer: index))
  }
}
