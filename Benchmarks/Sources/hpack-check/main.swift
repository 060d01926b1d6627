import H2Codec

// The codec as a filter for scripts/check-hpack: one command a line, one answer a line. Octets are hexadecimal.
//
//   decoder              a new decoder                                   ok
//   decoder-limit N      its SETTINGS_HEADER_TABLE_SIZE                  ok
//   decode BLOCK         ok <table size> <size update or -> <name>=<value> … (with ! when never indexed)
//                        error <rule>
//   encoder              a new encoder                                   ok
//   encoder-limit N      the peer's SETTINGS_HEADER_TABLE_SIZE           ok
//   encode NAME=VALUE …  ok <block>

let generous = HPACKLimits(listSize: 1 << 24, fieldCount: 1 << 16, blockSize: 1 << 26, tableSize: 1 << 24)
var decoder = HPACKDecoder(limits: generous)
var encoder = HPACKEncoder()
var list = H2HeaderList()

func octets(_ hex: Substring) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hex(_ octets: some Sequence<UInt8>) -> String {
  octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@MainActor func decode(_ block: [UInt8]) -> String {
  do {
    try decoder.decode(block.span.bytes, into: &list)
    let fields = list.fields.map {
      hex(list.bytes[$0.name]) + "=" + hex(list.bytes[$0.value]) + ($0.isNeverIndexed ? "!" : "")
    }
    return (["ok \(decoder.tableSize) \(decoder.sizeUpdate.map(String.init) ?? "-")"] + fields)
      .joined(separator: " ")
  } catch {
    return "error \(error.rule)"
  }
}

@MainActor func encode(_ fields: ArraySlice<Substring>) -> String {
  list.removeAll()
  for field in fields {
    let parts = field.split(separator: "=", omittingEmptySubsequences: false)
    list.append(name: octets(parts[0]), value: octets(parts[1]))
  }
  var block: [UInt8] = []
  encoder.encode(list, into: &block)
  return "ok " + hex(block)
}

while let line = readLine() {
  let words = line.split(separator: " ", omittingEmptySubsequences: false)
  let argument = words.dropFirst().first ?? ""
  switch words.first {
  case "decoder":
    decoder = HPACKDecoder(limits: generous)
    print("ok")
  case "decoder-limit":
    decoder.setTableSizeLimit(Int(argument) ?? 0)
    print("ok")
  case "decode": print(decode(octets(argument)))
  case "encoder":
    encoder = HPACKEncoder()
    print("ok")
  case "encoder-limit":
    encoder.setTableSizeLimit(Int(argument) ?? 0)
    print("ok")
  case "encode": print(encode(words.dropFirst()))
  default: print("unknown command")
  }
}
