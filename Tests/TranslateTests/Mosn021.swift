import BoltCodec
import H2Codec
import Support
import Translate

/// MOSN 0.2.1 as far as its rules matter to us (reference: its four translations, tried against the real program).
enum Mosn021 {
  /// What it, or the Go HTTP/2 below it, would stumble over.
  static func violations(_ list: H2HeaderList, _ message: BoltMessage) -> [String] {
    var found: [String] = []
    var map: [String: [UInt8]] = [:]
    var sawRegular = false
    for field in list.fields {
      let name = Array(list.bytes[field.name])
      let value = Array(list.bytes[field.value])
      let text = String(decoding: name, as: UTF8.self)
      if name.first == UInt8(ascii: ":") {
        if sawRegular { found.append("\(text) after a field") }
        if value.contains(where: { $0 <= 0x20 || $0 >= 0x7f }) { found.append("\(text) value") }
        continue
      }
      sawRegular = true
      if name.isEmpty || !name.allSatisfy(isToken) { found.append("name \(text)") }
      if value.contains(where: { $0 < 0x20 || $0 == 0x7f }) { found.append("control character in \(text)") }
      if value.first == 0x20 || value.last == 0x20 { found.append("space around \(text)") }
      if hopByHop.contains(text) { found.append("\(text) of one hop") }
      if map[text] == nil { map[text] = value }
      if text == "x-mosnd-map", value.contains(where: { !isBase64($0) }) { found.append("map field") }
    }
    func number(_ name: String) -> Int64? { map[name].flatMap { Int64(String(decoding: $0, as: UTF8.self)) } }
    func demand(_ name: String, _ value: Int64) {
      if number(name) != value { found.append("\(name) is \(number(name) ?? -99), not \(value)") }
    }
    let isResponse = message.head.type == .response
    if map.count < 12 { found.append("\(map.count) entries") }
    demand("protocol", 1)
    demand("cmdcode", isResponse ? 2 : 1)
    demand("cmdtype", Int64(message.head.type.rawValue))
    demand("version", Int64(message.head.ver2))
    demand("codec", Int64(message.head.codec.rawValue))
    demand("classlen", Int64(map["classname"]?.count ?? -1))
    demand("contentlen", Int64(message.content.count))
    demand("requestid", number("x-mosn-streamid") ?? -1)
    if number("headerlen") == nil { found.append("no headerlen") }
    if isResponse {
      demand("respstatus", Int64(message.head.status?.rawValue ?? 0))
    } else {
      if number("timeout") == nil { found.append("no timeout") }
      if list.text(":path")?.first != "/" { found.append(":path") }
    }
    if (map["x-mosn-endstream"] != nil) != message.content.isEmpty { found.append("x-mosn-endstream") }
    return found
  }

  /// Takes a request and sends it on over HTTP/2: names to lower case, repeated fields joined, values split at commas,
  /// all in the order of a Go map. (Its own fields it would write anew.)
  static func hop(_ list: H2HeaderList, _ random: inout SeededRandom) -> H2HeaderList {
    var map: [[UInt8]: [UInt8]] = [:]
    var passed = H2HeaderList()
    for (index, field) in list.fields.enumerated() {
      let name = Array(list.bytes[field.name])
      if name.first == UInt8(ascii: ":") {
        passed.append(index, of: list)
      } else {
        let value = Array(list.bytes[field.value])
        map[name] = map[name].map { $0 + [UInt8(ascii: ",")] + value } ?? value
      }
    }
    for (name, value) in map.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).shuffled(using: &random)
    {
      for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        passed.append(name: name, value: part)
      }
    }
    passed.append(name: "accept-encoding" as StaticString, value: "gzip" as StaticString)
    passed.append(name: "user-agent" as StaticString, value: "Go-http-client/2.0" as StaticString)
    return passed
  }

  private static let hopByHop: Set = [
    "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "host", "te",
    "content-length",
  ]

  private static func isToken(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
    }
  }

  private static func isBase64(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
