/// A guess at what a file is that is no capture, from its first bytes: the reader of the message has most
/// likely named the wrong file, and its kind tells which.
enum FileLooksLike {
  /// Bytes worth having for the guess.
  static let length = 512

  static func describe(_ bytes: [UInt8]) -> String {
    if bytes.count < 4 { return bytes.isEmpty ? "nothing" : "nothing yet: it has only \(bytes.count) bytes" }
    if let known = signatures.first(where: { $0.matches(bytes) }) { return known.description }
    if looksLikeText(bytes) { return describeText(bytes) }
    if looksLikeBolt(bytes) { return "the raw bytes of a bolt connection, without packets around them" }
    if looksLikeERF(bytes) { return "an ERF capture; convert it with: editcap -F pcapng IN OUT" }
    let start = bytes.prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }
    return "an unknown binary format (it begins with \(start.joined(separator: " ")))"
  }

  private struct Signature {
    let bytes: [UInt8]
    var offset = 0
    let description: String

    init(_ bytes: [UInt8], at offset: Int = 0, _ description: String) {
      self.bytes = bytes
      self.offset = offset
      self.description = description
    }

    init(_ text: String, at offset: Int = 0, _ description: String) {
      self.init(Array(text.utf8), at: offset, description)
    }

    func matches(_ file: [UInt8]) -> Bool { file.dropFirst(offset).starts(with: bytes) }
  }

  private static let signatures: [Signature] = [
    // Other captures.
    Signature("snoop\0\0\0", "a Solaris snoop capture; convert it with: editcap -F pcapng IN OUT"),
    Signature("GMBU", "a Microsoft Network Monitor capture; convert it with: editcap -F pcapng IN OUT"),
    Signature("RTSS", "a Microsoft Network Monitor capture; convert it with: editcap -F pcapng IN OUT"),
    Signature("btsnoop\0", "a Bluetooth snoop capture; convert it with: editcap -F pcapng IN OUT"),
    Signature("XCP\0", "a NetXRay/Sniffer capture; convert it with: editcap -F pcapng IN OUT"),
    Signature("TRSNIFF", "a Sniffer capture; convert it with: editcap -F pcapng IN OUT"),
    // Packed.
    Signature([0x1F, 0x8B], "gzip data"),
    Signature([0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
    Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data; unpack it with: xz -dc FILE | … -"),
    Signature("BZh", "bzip2 data; unpack it with: bzip2 -dc FILE | … -"),
    Signature([0x04, 0x22, 0x4D, 0x18], "LZ4 data; unpack it with: lz4 -dc FILE | … -"),
    Signature([0x1F, 0x9D], "compress (.Z) data; unpack it with: uncompress -c FILE | … -"),
    Signature("PK\u{3}\u{4}", "a ZIP archive; unpack it first"),
    Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive; unpack it first"),
    Signature("ustar", at: 257, "a tar archive; unpack it first"),
    // Anything else that gets mixed up with captures.
    Signature([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    Signature([0xFF, 0xD8, 0xFF], "a JPEG image"),
    Signature("%PDF-", "a PDF document"),
    Signature([0x7F, 0x45, 0x4C, 0x46], "an ELF program or library"),
    Signature([0xCA, 0xFE, 0xBA, 0xBE], "a Java class file"),
    Signature("SQLite format 3\0", "an SQLite database"),
    Signature("LPKSHHRH", "a systemd journal"),
    Signature("PERFILE2", "a perf recording"),
    Signature("JAVA PROFILE", "a Java heap dump"),
    Signature([0xFF, 0xFE], "UTF-16 text"),
    Signature([0xFE, 0xFF], "UTF-16 text"),
    Signature("PRI * HTTP/2.0", "the raw bytes of an HTTP/2 connection, without packets around them"),
  ]

  private static let texts: [Signature] = [
    Signature("CLIENT_RANDOM ", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("CLIENT_HANDSHAKE", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("SERVER_HANDSHAKE", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("CLIENT_TRAFFIC", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("SERVER_TRAFFIC", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("EXPORTER_SECRET", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("# SSL", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("# TLS", "a TLS key log: secrets to decrypt a capture with, not the capture"),
    Signature("-----BEGIN", "a PEM file (a certificate or key)"),
    Signature("HTTP/", "an HTTP message as text"),
    Signature("GET /", "an HTTP message as text"),
    Signature("POST /", "an HTTP message as text"),
    Signature("<!DOCTYPE html", "an HTML page"),
    Signature("<html", "an HTML page"),
    Signature("<?xml", "XML (tshark -T pdml writes such; give the capture it was made from)"),
    Signature("{", "JSON"),
    Signature("[", "JSON"),
    Signature("#!", "a script"),
    Signature("version https://git-lfs", "a Git LFS pointer; fetch the file itself with: git lfs pull"),
  ]

  private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) || $0 == 0x1B }
      // The last character may be cut.
      && (0...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
  }

  private static func describeText(_ bytes: [UInt8]) -> String {
    let text = Array(bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) })
    if let known = texts.first(where: { $0.matches(text) }) { return known.description }
    if looksLikeTcpdump(text) {
      return "what tcpdump prints; give the file that tcpdump -w writes"
    }
    if looksLikeHexDump(text) { return "a hex dump; turn it into a capture with: text2pcap IN OUT" }
    return "text"
  }

  /// `12:34:56.789012 IP …`, or with a date before it.
  private static func looksLikeTcpdump(_ text: [UInt8]) -> Bool {
    let line = text.prefix { $0 != 0x0A }
    guard let words = String(validating: line, as: UTF8.self)?.split(separator: " ", maxSplits: 3) else {
      return false
    }
    return words.prefix(2).contains { word in
      let shape = String(word.map { $0.isNumber ? "9" : $0 })
      return shape.hasPrefix("99:99:99.")
    }
  }

  /// An offset of at least four digits, then pairs of them.
  private static func looksLikeHexDump(_ text: [UInt8]) -> Bool {
    let words = text.prefix { $0 != 0x0A }.split(separator: 0x20).prefix(4)
    guard words.count == 4, let offset = words.first, offset.count >= 4 else { return false }
    func isHex(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }
    return offset.dropLast().allSatisfy(isHex)
      && words.dropFirst().allSatisfy { ($0.count == 2 || $0.count == 4) && $0.allSatisfy(isHex) }
  }

  /// Protocol 1 or 2, type request/response/oneway, command 0...2: the start of a bolt frame.
  private static func looksLikeBolt(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 20, bytes[0] == 1 || bytes[0] == 2 else { return false }
    let head = bytes.dropFirst(bytes[0] == 2 ? 2 : 1)
    guard let type = head.first, let high = head.dropFirst().first, let low = head.dropFirst(2).first else {
      return false
    }
    return type <= 2 && high == 0 && low <= 2
  }

  /// A record has no magic: its own length must agree with what is behind it, twice.
  private static func looksLikeERF(_ bytes: [UInt8]) -> Bool {
    func recordLength(at offset: Int) -> Int? {
      guard offset + 16 <= bytes.count, (1...30).contains(bytes[offset + 8] & 0x7F) else { return nil }
      let length = Int(bytes[offset + 10]) << 8 | Int(bytes[offset + 11])
      return length >= 16 ? length : nil
    }
    guard let first = recordLength(at: 0), let second = recordLength(at: first) else { return false }
    // Times are little-endian seconds in the upper half; records follow each other within a day.
    func seconds(_ offset: Int) -> Int {
      (4...7).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
    return second >= 16 && abs(seconds(first) - seconds(0)) < 86_400
  }
}
