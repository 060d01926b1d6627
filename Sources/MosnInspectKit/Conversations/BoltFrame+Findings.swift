import BoltCodec

extension BoltFrame {
  /// What a reader should know about a frame that was read.
  func judge(_ bytes: [UInt8], _ losses: Losses, into findings: inout [Finding]) {
    if version == .v2, head.ver1 != 1, head.ver1 != 2 {
      findings.append(
        Finding(
          rule: "unknown-version",
          text: "ver1 is \(head.ver1), expected 1 or 2; read as 1, which has no CRC-32"))
    }
    let type = bytes[range.lowerBound + (version == .v2 ? 2 : 1)]
    if BoltType(rawValue: type) == nil {
      findings.append(
        Finding(
          rule: "unknown-type",
          text: "the type is \(type), expected 0, 1 or 2; read with the layout of a request"))
    }
    if case .bad(let expected, let found) = crc {
      findings.append(
        Finding(
          rule: "crc-mismatch",
          text:
            "CRC-32 0x\(String(found, radix: 16)), the frame's bytes give 0x\(String(expected, radix: 16))"))
    }
    if crc == .missing, isWhole {
      findings.append(
        Finding(rule: "crc-missing", text: "the switch announces a CRC-32 and none follows the content"))
    }
    if !isWhole {
      findings.append(
        Finding(
          rule: "cut-short",
          text: "\(range.count) of \(length) bytes of this frame were captured"
            + (losses.snapLength == nil ? "" : ", the rest was \(losses)")))
    } else if !headerMap.isEmpty {
      do throws(BoltError) { try headers(in: bytes).check() } catch { findings.append(Finding(error)) }
    }
  }
}

extension Finding {
  init(_ error: BoltError) {
    self.init(rule: error.rule.rawValue.kebabCased, text: "\(error)")
  }
}

extension String {
  /// `headerKeyLength` as `header-key-length`.
  var kebabCased: String {
    reduce(into: "") { text, character in
      if character.isUppercase { text.append("-") }
      text.append(contentsOf: character.lowercased())
    }
  }
}
