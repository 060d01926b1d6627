/// The rules of RFC 9113 §8.2 and §8.3 over one header list, in one pass and without an allocation.
///
/// An endpoint answers the first violation; a list with any is malformed and is never cleaned and passed on
/// (§10.3). An observer notes them all. Fields it cannot know (`H2HeaderList.Field.unknown`) are passed over, and
/// nothing is called missing that may be one of them.
public enum H2MessageRules {
  /// Reads `list` as the head or trailers its place makes it: `expected` is `.request`, `.response` (informational
  /// ones are told by their status) or `.trailers`.
  public static func head(
    of list: borrowing H2HeaderList, expected: H2MessageHead.Kind, allowsExtendedConnect: Bool = false
  ) -> H2MessageHead {
    var reader = H2MessageReader(expected)
    let bytes = list.bytes.span.bytes
    for field in list.fields {
      guard field.unknown == .none else {
        reader.isIncomplete = true
        continue
      }
      reader.read(name: field.name, value: field.value, in: bytes)
    }
    reader.finish(in: bytes, allowsExtendedConnect: allowsExtendedConnect)
    return reader.head
  }
}

/// The one walk over a list.
private struct H2MessageReader {
  var head: H2MessageHead
  var isIncomplete = false
  private var sawRegular = false
  private var sawStatus = false

  init(_ kind: H2MessageHead.Kind) { head = H2MessageHead(kind: kind) }

  private mutating func note(_ rule: H2Rule) { head.violations.insert(rule) }

  mutating func read(name: Range<Int>, value: Range<Int>, in bytes: borrowing RawSpan) {
    if bytes.holdsLineBreakOrNUL(value) { note(.fieldValueCharacter) }
    if let first = value.first, let last = value.last, bytes.isBlank(first) || bytes.isBlank(last) {
      note(.fieldValueWhitespace)
    }
    guard let start = name.first else { return note(.fieldNameEmpty) }
    if bytes[start] == UInt8(ascii: ":") {
      readPseudo(name, value, in: bytes)
    } else {
      sawRegular = true
      readRegular(name, value, in: bytes)
    }
  }

  private mutating func readPseudo(_ name: Range<Int>, _ value: Range<Int>, in bytes: borrowing RawSpan) {
    if sawRegular { note(.pseudoOrder) }
    guard head.kind != .trailers else { return note(.pseudoInTrailers) }
    if bytes.equal(name, ":status") {
      if sawStatus { note(.pseudoRepeated) }
      sawStatus = true
      guard head.kind != .request else { return note(.pseudoUnknown) }
      return readStatus(value, in: bytes)
    }
    guard head.kind == .request else { return note(.pseudoUnknown) }
    if bytes.equal(name, ":method") {
      if !Self.take(value, as: &head.method) { note(.pseudoRepeated) }
    } else if bytes.equal(name, ":path") {
      if !Self.take(value, as: &head.path) { note(.pseudoRepeated) }
    } else if bytes.equal(name, ":scheme") {
      if !Self.take(value, as: &head.scheme) { note(.pseudoRepeated) }
    } else if bytes.equal(name, ":authority") {
      if !Self.take(value, as: &head.authority) { note(.pseudoRepeated) }
    } else if bytes.equal(name, ":protocol") {
      if !Self.take(value, as: &head.protocolName) { note(.pseudoRepeated) }
    } else {
      note(.pseudoUnknown)
    }
  }

  /// False where the field was there before.
  @inline(__always)
  private static func take(_ value: Range<Int>, as field: inout Range<Int>?) -> Bool {
    defer { field = value }
    return field == nil
  }

  private mutating func readStatus(_ value: Range<Int>, in bytes: borrowing RawSpan) {
    guard value.count == 3, let status = bytes.number(value), status >= 100 else { return note(.statusForm) }
    head.status = status
    if status == 101 { note(.statusSwitching) }
    if status < 200 { head.kind = .informational }
  }

  private mutating func readRegular(_ name: Range<Int>, _ value: Range<Int>, in bytes: borrowing RawSpan) {
    if !bytes.all(name, isLowercaseTokenByte) {
      for i in name where !isLowercaseTokenByte(bytes[i]) {
        note(
          (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[i])
            ? .fieldNameUppercase : .fieldNameCharacter)
      }
    }
    // The length singles out nearly every other name.
    switch name.count {
    case 2 where bytes.equal(name, "te"):
      if !bytes.equalIgnoringCase(value, "trailers") { note(.teField) }
    case 4 where bytes.equal(name, "host"):
      if let host = head.host, head.kind == .request || !bytes.equalIgnoringCase(host, value) {
        note(.authorityHost)
      }
      head.host = value
    case 7 where bytes.equal(name, "upgrade"), 10 where bytes.equal(name, "connection"),
      10 where bytes.equal(name, "keep-alive"), 16 where bytes.equal(name, "proxy-connection"),
      17 where bytes.equal(name, "transfer-encoding"):
      note(.connectionField)
    case 14 where head.kind != .trailers && bytes.equal(name, "content-length"):
      guard let length = bytes.number(value) else { return note(.contentLengthForm) }
      if let before = head.contentLength, before != length { note(.contentLengthForm) }
      head.contentLength = length
    default: break
    }
  }

  mutating func finish(in bytes: borrowing RawSpan, allowsExtendedConnect: Bool) {
    switch head.kind {
    case .trailers, .informational: break
    case .response: if !sawStatus, !isIncomplete { note(.statusForm) }
    case .request: finishRequest(in: bytes, allowsExtendedConnect)
    }
  }

  private mutating func finishRequest(in bytes: borrowing RawSpan, _ allowsExtendedConnect: Bool) {
    if let method = head.method {
      if method.isEmpty || !bytes.all(method, isTokenByte) { note(.methodMissing) }
      if bytes.equal(method, "HEAD") { head.form = .head }
      if bytes.equal(method, "CONNECT") { head.form = .connect }
      if bytes.equal(method, "OPTIONS") { head.form = .options }
    } else if !isIncomplete {
      note(.methodMissing)
    }
    if let authority = head.authority {
      let isSound = bytes.all(authority) { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "@") }
      if !isSound { note(.authorityForm) }
      if let host = head.host, !bytes.equalIgnoringCase(host, authority) { note(.authorityHost) }
    }
    if head.form == .connect, head.protocolName == nil {
      if head.scheme != nil || head.path != nil { note(.connectForm) }
      if head.authority?.isEmpty ?? !isIncomplete { note(.connectForm) }
      return
    }
    if head.protocolName != nil, head.form != .connect && head.method != nil || !allowsExtendedConnect {
      note(.protocolForm)
    }
    checkTarget(in: bytes)
  }

  private mutating func checkTarget(in bytes: borrowing RawSpan) {
    var isHTTP = false
    if let scheme = head.scheme {
      isHTTP = bytes.equal(scheme, "http") || bytes.equal(scheme, "https")
      if !isHTTP, !bytes.isScheme(scheme) { note(.schemeMissing) }
    } else if !isIncomplete {
      note(.schemeMissing)
    }
    if isHTTP, let host = head.authority ?? head.host, host.isEmpty { note(.authorityForm) }
    guard let path = head.path else {
      if !isIncomplete { note(.pathMissing) }
      return
    }
    if !bytes.all(path, { $0 > 0x20 && $0 != 0x7F }) { note(.pathForm) }
    guard isHTTP else { return }
    guard let first = path.first else { return note(.pathMissing) }
    let isAsterisk = head.form == .options && bytes.equal(path, "*")
    if bytes[first] != UInt8(ascii: "/"), !isAsterisk { note(.pathForm) }
  }
}

/// tchar of RFC 9110 §5.6.2 without upper-case letters: `a-z 0-9 ! # $ % & ' * + - . ^ _ ` | ~`, a bit for each.
@inline(__always)
private func isLowercaseTokenByte(_ byte: UInt8) -> Bool {
  guard byte < 0x80 else { return false }
  let half: UInt64 = byte < 0x40 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C000_0000
  return half &>> UInt64(byte & 0x3F) & 1 == 1
}

@inline(__always)
private func isTokenByte(_ byte: UInt8) -> Bool {
  isLowercaseTokenByte(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

@inline(__always)
private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

@inline(__always)
private func areEqualIgnoringCase(_ a: UInt8, _ b: UInt8) -> Bool {
  a == b || isLetter(a) && a | 0x20 == b | 0x20
}

extension RawSpan {
  /// The byte at `position`, which the caller took from a range of this span.
  fileprivate subscript(position: Int) -> UInt8 {
    @inline(__always) get { unsafeLoad(fromByteOffset: position, as: UInt8.self) }
  }

  @inline(__always)
  fileprivate func isBlank(_ position: Int) -> Bool { self[position] == 0x20 || self[position] == 0x09 }

  @inline(__always)
  fileprivate func all(_ range: Range<Int>, _ test: (UInt8) -> Bool) -> Bool {
    extracting(range).withUnsafeBytes { bytes in
      for byte in bytes where !test(byte) { return false }
      return true
    }
  }

  @inline(__always)
  fileprivate func equal(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for i in 0..<range.count where self[range.lowerBound + i] != text.utf8Start[i] { return false }
    return true
  }

  fileprivate func equalIgnoringCase(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for i in 0..<a.count where !areEqualIgnoringCase(self[a.lowerBound + i], self[b.lowerBound + i]) {
      return false
    }
    return true
  }

  fileprivate func equalIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for i in 0..<range.count where !areEqualIgnoringCase(self[range.lowerBound + i], text.utf8Start[i]) {
      return false
    }
    return true
  }

  /// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.`.
  fileprivate func isScheme(_ range: Range<Int>) -> Bool {
    guard let first = range.first, isLetter(self[first]) else { return false }
    return all(range) { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: isLetter(byte)
      }
    }
  }

  /// Digits and nothing else, no larger than an Int.
  fileprivate func number(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    var number = 0
    for i in range {
      let digit = self[i] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isStillTooLarge) = product.addingReportingOverflow(Int(digit))
      guard !isTooLarge, !isStillTooLarge else { return nil }
      number = sum
    }
    return number
  }

  /// Eight bytes at a time: a byte is 0 exactly where subtracting 1 borrows into its clear top bit.
  fileprivate func holdsLineBreakOrNUL(_ range: Range<Int>) -> Bool {
    extracting(range).withUnsafeBytes { bytes in
      var i = 0
      while bytes.count - i >= 8 {
        let word = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        if hasZeroByte(word) || hasZeroByte(word ^ 0x0A0A_0A0A_0A0A_0A0A)
          || hasZeroByte(word ^ 0x0D0D_0D0D_0D0D_0D0D)
        {
          return true
        }
        i += 8
      }
      while i < bytes.count {
        if bytes[i] == 0 || bytes[i] == 0x0A || bytes[i] == 0x0D { return true }
        i += 1
      }
      return false
    }
  }
}

@inline(__always)
private func hasZeroByte(_ word: UInt64) -> Bool {
  (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
}
