/// AMQP by the header of the protocol, or by the first method of a 0-9-1 server (connection.start).
enum AMQP: Recogniser {
  static let wireProtocol = UnreadProtocol.amqp

  static func client(_ bytes: RawSpan) -> Evidence {
    guard bytes.begins(with: "AMQP"), let identifier = bytes.octet(4), identifier <= 3,
      let major = bytes.octet(5)
    else { return .none }
    return major <= 9 ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence {
    if client(bytes) == .strong { return .weak }
    // A method of channel 0: class 10, method 10, version 0.9.
    return bytes.word24(0) == 0x01_0000 && bytes.long(7) == 0x000A_000A && bytes.short(11) == 9
      ? .strong : .none
  }

  static func isComplete(client: RawSpan, server: RawSpan) -> Bool {
    client.byteCount >= 8 || self.server(server) == .strong
  }

  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    let version = (5..<8).compactMap { client.octet($0) }.map { String($0) }.joined(separator: ".")
    let text = version.isEmpty || !client.begins(with: "AMQP") ? "AMQP" : "AMQP \(version)"
    return UnreadTraffic(wireProtocol: .amqp, text: text)
  }
}
