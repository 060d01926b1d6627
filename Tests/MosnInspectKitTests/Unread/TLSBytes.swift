/// Hellos of TLS as real stacks write them.
enum TLSBytes {
  /// - Parameter padding: octets of an extension before the others, as keys of large groups are.
  static func clientHello(
    name: String = "pay.svc", applications: [String] = ["h2"], versions: [UInt16] = [0x0304, 0x0303],
    padding: Int = 0
  ) -> [UInt8] {
    var extensions: [UInt8] = []
    // A value to be ignored (RFC 8701) comes first.
    extensions += field(0x1A1A, [])
    if padding > 0 { extensions += field(51, [UInt8](repeating: 0xAB, count: padding)) }
    if !name.isEmpty { extensions += field(0, long([0] + long(Array(name.utf8)))) }
    if !applications.isEmpty {
      extensions += field(16, long(applications.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }))
    }
    if !versions.isEmpty { extensions += field(43, short([0x2A, 0x2A] + versions.flatMap(Talk.big))) }
    let session = [UInt8](repeating: 7, count: 32)
    return handshake(
      1, [3, 3] + random + short(session) + long([0x13, 0x01, 0xC0, 0x2F]) + [1, 0] + long(extensions))
  }

  /// - Parameter version: of the extension; nil leaves that out, which is TLS 1.2.
  static func serverHello(version: UInt16? = 0x0304, application: String? = nil) -> [UInt8] {
    var extensions: [UInt8] = []
    if let application {
      extensions += field(16, long([UInt8(application.utf8.count)] + Array(application.utf8)))
    }
    if let version { extensions += field(43, Talk.big(version)) }
    return handshake(2, [3, 3] + random + [0] + [0x13, 0x01, 0] + long(extensions))
  }

  /// Records of at most `size` octets.
  static func records(_ content: [UInt8], type: UInt8 = 22, size: Int = 16_384) -> [UInt8] {
    stride(from: 0, to: content.count, by: size).flatMap { start in
      let part = content[start..<min(start + size, content.count)]
      return [type, 3, 3] + long(Array(part))
    }
  }

  private static let random = (0..<32).map { UInt8($0 * 7 & 0xFF) }

  private static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, UInt8(body.count >> 16)] + Talk.big(UInt16(body.count & 0xFFFF)) + body
  }

  private static func field(_ type: UInt16, _ body: [UInt8]) -> [UInt8] { Talk.big(type) + long(body) }
  private static func short(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
  private static func long(_ bytes: [UInt8]) -> [UInt8] { Talk.big(UInt16(bytes.count)) + bytes }
}
