/// MQTT by its CONNECT.
///
///     0 10   1 length, of one to four octets   … length of the name, name (MQTT, MQIsdp), level
enum MQTT: Recogniser {
  static let wireProtocol = UnreadProtocol.mqtt

  static func client(_ bytes: RawSpan) -> Evidence {
    guard bytes.octet(0) == 0x10 else { return .none }
    var name = 1
    while let octet = bytes.octet(name), octet >= 0x80, name < 4 { name += 1 }
    let isNamed =
      bytes.begins(with: "\0\u{4}MQTT", at: name + 1) || bytes.begins(with: "\0\u{6}MQIsdp", at: name + 1)
    return isNamed ? .strong : .none
  }

  static func server(_ bytes: RawSpan) -> Evidence { .none }
}
