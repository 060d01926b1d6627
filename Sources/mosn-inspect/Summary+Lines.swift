import MosnInspectKit

extension Summary {
  /// What is printed at the end: always one line, and one more for what was out of the ordinary.
  var lines: [String] {
    let known = "\(connections) flows (\(decodedConnections) decoded)"
    var kinds = "\(messages) messages"
    if http2Messages > 0 { kinds += " (\(boltMessages) bolt, \(http2Messages) HTTP/2)" }
    if http2Frames > 0 { kinds = "\(boltMessages) bolt messages, \(http2Frames) HTTP/2 frames" }
    var lines = [
      "\(packets) packets, \(known), \(kinds), \(undecodedBytes) undecoded bytes, "
        + "\(gaps) gaps, \(findings) findings, \(malformed) malformed packets"
    ]
    let details: [(Int, String)] = [
      (gapBytes, "bytes missing in gaps"), (retransmissions, "retransmitted segments"),
      (duplicates, "packets captured twice"), (fragments, "IP fragments"),
      (strayResets, "stray resets"), (bytesBehindEnds, "undecoded bytes behind a FIN"),
      (earlyBytes, "undecoded bytes before the first captured ones"),
      (strayBytes, "undecoded bytes outside the window"), (resetBytes, "undecoded bytes in resets"),
      (truncated, "packets cut before TCP"), (evictedConnections, "flows given up for room"),
      (others, "packets without TCP"),
    ]
    let unusual = details.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    if !unusual.isEmpty { lines.append("  " + unusual.joined(separator: ", ")) }
    lines += unread.sorted { ($1.value.bytes, $0.key?.name ?? "~") < ($0.value.bytes, $1.key?.name ?? "~") }
      .map {
        let flows = "\($0.value.flows) flow\($0.value.flows == 1 ? "" : "s")"
        return "  not decoded: \($0.key?.name ?? "unknown protocols") (\(flows), \($0.value.bytes) bytes)"
      }
    lines += unreadLinkTypes.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "  not read: \($0.value) packets of \($0.key)"
    }
    return lines
  }
}
