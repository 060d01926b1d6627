/// Kafka by the head of a request.
///
///     0 length   4 kind   6 version   8 number   12 length of the client's name   14 name
enum Kafka: Recogniser {
  static let wireProtocol = UnreadProtocol.kafka

  static func client(_ bytes: RawSpan) -> Evidence {
    guard let length = bytes.long(0), (10...1 << 27).contains(length), let kind = bytes.short(4), kind <= 92,
      let version = bytes.short(6), version <= 20, let name = bytes.short(12)
    else { return .none }
    if name >= 2, name <= 249, name + 10 <= length { return bytes.isPrintable(14, name) ? .strong : .none }
    // Without a name: what a client asks first, which versions there are.
    return name == 0xFFFF && kind == 18 && version <= 4 && length <= 16 ? .weak : .none
  }

  /// An answer has a length and a number: nothing that others do not have.
  static func server(_ bytes: RawSpan) -> Evidence {
    guard let length = bytes.long(0), (5...1 << 27).contains(length), bytes.holds(0, 8) else { return .none }
    return bytes.byteCount == length + 4 ? .weak : .none
  }
}
