/// Keeps private keys out of what is printed, logged and reported, wherever in a file they stand.
public enum PrivateKeys {
  static let mask = "(a private key: not shown)"

  /// The text with a mask in the place of each key in it: PEM blocks, whole or cut off, and keys in base64.
  public static func masked(_ text: String) -> String {
    guard text.utf8.count >= shortest else { return text }
    return maskedEncodings(maskedBlocks(text))
  }

  /// What may be shown of a value that is a key or the path of one: the path.
  static func shown(_ value: String) -> String {
    let isPath =
      (value.contains(".") || value.hasPrefix("/")) && value.utf8.count <= longestPath
      && value.unicodeScalars.allSatisfy { $0 > " " && $0 != "\u{7F}" } && masked(value) == value
    return isPath || value.isEmpty ? value : mask
  }

  /// Whether the value of a key with this name is secret whatever it looks like: `private_key`, `PrivateKey` and the
  /// passwords of keys.
  static func isSecret(_ name: String) -> Bool {
    let letters = name.lowercased().filter(\.isLetter)
    return ["privatekey", "password", "passphrase"].contains { letters.contains($0) }
  }

  private static let longestPath = 1024
  /// Bytes of the beginning by which the shortest of them is told.
  private static let shortest = 11
}

// MARK: PEM (RFC 7468)

extension PrivateKeys {
  private static let label = "PRIVATE KEY"

  /// From a block's first dash to its last one, or to the end of the text where it is cut off.
  private static func maskedBlocks(_ text: String) -> String {
    var masked = ""
    var rest = text[...]
    while let found = rest.firstRange(of: label) {
      let head = rest[..<found.lowerBound]
      // The label of a block follows "-----BEGIN ", perhaps with the kind of key between.
      let line = head.lastIndex(where: \.isNewline).map(head.index(after:)) ?? head.startIndex
      let start = head[line...].firstRange(of: "-----BEGIN")?.lowerBound ?? found.lowerBound
      masked += rest[..<start] + mask
      rest = rest[found.upperBound...]
      guard let end = rest.firstRange(of: label) else { return masked }
      rest = rest[end.upperBound...].drop { $0 == "-" }
    }
    return masked + rest
  }
}

// MARK: Base64 (RFC 4648)

extension PrivateKeys {
  /// Keys without the lines around them, and PEM that is encoded once more.
  private static func maskedEncodings(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var masked: [UInt8] = []
    var place = 0
    while place < bytes.count {
      guard isDigit(bytes[place]) else {
        masked.append(bytes[place])
        place += 1
        continue
      }
      var end = place
      while end < bytes.count, isDigit(bytes[end]) { end += 1 }
      if isKey(bytes[place..<end]) {
        masked += mask.utf8
        // A key goes on over its lines.
        while end < bytes.count, isDigit(bytes[end]) || isBlank(bytes[end]) { end += 1 }
      } else {
        masked += bytes[place..<end]
      }
      place = end
    }
    return String(decoding: masked, as: UTF8.self)
  }

  /// Of these letters base64 is made; `=` ends it.
  private static func isDigit(_ byte: UInt8) -> Bool {
    digits[Int(byte)] != noDigit || byte == UInt8(ascii: "=")
  }
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D || byte == 0x20 }

  /// A DER sequence that begins with the version 0 or 1, as PKCS #1, PKCS #8 and SEC 1 have it and nothing else that
  /// certificates are made of; or PEM with the label of a key.
  private static func isKey(_ run: ArraySlice<UInt8>) -> Bool {
    guard run.count >= shortest else { return false }
    let head = decoded(run.prefix(64))
    if String(decoding: head, as: UTF8.self).contains(label) { return true }
    guard head.first == 0x30, head.count > 1 else { return false }
    let lengthOfLength = head[1] < 0x80 ? 0 : Int(head[1] & 0x7F)
    return head.dropFirst(2 + lengthOfLength).starts(with: [0x02, 0x01, 0x00])
      || head.dropFirst(2 + lengthOfLength).starts(with: [0x02, 0x01, 0x01])
  }

  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in text {
      let value = digits[Int(digit)]
      guard value != noDigit else { break }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static let noDigit: UInt8 = 0xFF

  /// What a letter is worth, in both alphabets (the one for addresses too).
  private static let digits: [UInt8] = {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    var digits = [UInt8](repeating: noDigit, count: 256)
    for (value, letter) in letters.utf8.enumerated() { digits[Int(letter)] = UInt8(value) }
    digits[Int(UInt8(ascii: "-"))] = 62
    digits[Int(UInt8(ascii: "_"))] = 63
    return digits
  }()
}
