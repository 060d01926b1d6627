/// What MOSN demands of a header list (translation-facts §2.2, §3): it hangs or loses data where these say no.
enum MosnRules {
  /// 0.2.1: at least 10 entries, protocol 1, equal ids, lengths that it trusts.
  static func complaints(
    about fields: [(String, String)], bodyLength: Int, isRequest: Bool, className: String? = nil
  ) -> [String] {
    var complaints: [String] = []
    let map = Dictionary(fields.filter { !$0.0.hasPrefix(":") }, uniquingKeysWith: { "\($0),\($1)" })
    if map.count < 10 { complaints.append("0.2.1 needs 10 entries, has \(map.count)") }
    if map["protocol"] != "1" { complaints.append("protocol") }
    if map["requestid"] == nil || map["requestid"] != map["x-mosn-streamid"] { complaints.append("ids") }
    if map["contentlen"] != String(bodyLength) { complaints.append("contentlen") }
    if map["classlen"] != String(map["classname"]?.utf8.count ?? -1) { complaints.append("classlen") }
    if map["cmdcode"] != (isRequest ? "1" : "2") { complaints.append("cmdcode") }
    if map["cmdtype"] != (isRequest ? "1" : "0") { complaints.append("cmdtype") }
    if let className, map["classname"] != className { complaints.append("classname") }
    for name in ["version", "codec", "headerlen"] where map[name] == nil { complaints.append(name) }
    if !isRequest, map["respstatus"] == nil { complaints.append("respstatus") }
    if isRequest, map["timeout"] == nil { complaints.append("timeout") }
    // 0.3 strips the five internal names and still wants 8.
    let internals = ["x-mosn-streamid", "x-mosn-try-timeout", "x-mosn-endstream", "x-mosn-status"]
    if map.count(where: { !internals.contains($0.key) }) < 8 { complaints.append("0.3 needs 8 entries") }
    for (name, value) in fields where !name.hasPrefix(":") {
      let isToken = name.utf8.allSatisfy { 0x21...0x7e ~= $0 && !(0x41...0x5a ~= $0) && $0 != 0x3a }
      if !isToken || value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
        complaints.append("Go refuses \(name)")
      }
    }
    return complaints
  }
}
