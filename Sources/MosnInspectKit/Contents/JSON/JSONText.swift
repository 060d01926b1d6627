import MosnText

/// A content that is JSON: shown as JSON, in lines of its own, in one line, or as a value among others.
struct JSONText: Sendable {
  private(set) var failure: JSONError?
  /// Whether there is nothing to show.
  private var isEmpty = true
  private var tokens = JSONTokens()

  mutating func read(_ bytes: RawSpan) {
    (failure, isEmpty) = (nil, true)
    tokens.restart()
    do throws(JSONError) {
      while try tokens.next(in: bytes) != nil { isEmpty = false }
    } catch {
      failure = error
    }
  }

  /// Hands out the tokens up to the first fault, until `body` says no.
  private func walk(_ bytes: RawSpan, _ body: (JSONToken) -> Bool) {
    var tokens = JSONTokens()
    while let token = try? tokens.next(in: bytes), body(token) {}
  }
}

extension JSONText: ContentTree {
  var stop: String? { failure?.description }
  var stopsAtEnd: Bool { failure?.rule == .truncated }

  func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool {
    var json = JSONWriter(taking: &output, limit: limit)
    var open: [Bool] = []
    walk(bytes) { token in
      switch token {
      case .beginObject, .beginArray:
        guard token == .beginObject ? json.beginObject() : json.beginArray() else { return false }
        open.append(token == .beginObject)
      case .endObject:
        open.removeLast()
        json.endObject()
      case .endArray:
        open.removeLast()
        json.endArray()
      case .key(let range): json.key(JSONStringPieces(range), in: bytes)
      case .string(let range): json.string(JSONStringPieces(range), in: bytes)
      case .literal(let range): json.literal(range, of: bytes)
      }
      return !json.isCut
    }
    while let isObject = open.popLast() {
      if isObject { json.endObject(isPartial: true) } else { json.endArray(isPartial: true) }
    }
    return json.finish(into: &output)
  }

  func appendTree(of bytes: RawSpan, to output: inout [UInt8], limit: Int, indentation: Int) -> Bool {
    var text = BoundedText(taking: &output, limit: limit)
    if !isEmpty {
      text.spaces(indentation)
      write(bytes, &text, indentation: indentation)
      text.append("\n")
    }
    text.append(stop: stop, indentation: indentation)
    return text.finish(into: &output)
  }

  func appendLine(of bytes: RawSpan, to output: inout [UInt8], width: Int, limit: Int) -> Bool {
    var text = BoundedText(taking: &output, limit: limit, width: width)
    write(bytes, &text, indentation: nil)
    if failure != nil { text.cut() }
    return text.finish(into: &output)
  }

  /// In one line where no indentation is given.
  private func write(_ bytes: RawSpan, _ text: inout BoundedText, indentation: Int?) {
    var (depth, needsComma, isBehindKey) = (0, false, false)
    func separate() {
      if isBehindKey { return }
      if needsComma { text.append(indentation == nil ? ", " : ",") }
      if let indentation, depth > 0 {
        text.append("\n")
        text.spaces(indentation + 2 * depth)
      }
    }
    walk(bytes) { token in
      switch token {
      case .endObject, .endArray:
        depth -= 1
        if needsComma, let indentation {
          text.append("\n")
          text.spaces(indentation + 2 * depth)
        }
        text.append(token == .endObject ? "}" : "]")
      default: separate()
      }
      (needsComma, isBehindKey) = (true, false)
      switch token {
      case .endObject, .endArray: break
      case .beginObject, .beginArray:
        text.append(token == .beginObject ? "{" : "[")
        (depth, needsComma) = (depth + 1, false)
      case .key(let range):
        text.append(jsonString: JSONStringPieces(range), in: bytes)
        text.append(": ")
        isBehindKey = true
      case .string(let range): text.append(jsonString: JSONStringPieces(range), in: bytes)
      case .literal(let range): text.append(run: range, of: bytes)
      }
      return !text.isCut
    }
  }
}
