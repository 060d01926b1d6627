import MosnBytes

extension Output {
  /// Base64 (RFC 4648 §4), with padding. Room is made once: bodies are most of what JSON writes.
  mutating func append(base64 data: ArraySlice<UInt8>) {
    let whole = data.count / 3
    append(repeatElement(UInt8(ascii: "="), count: (data.count + 2) / 3 * 4)) { room, start in
      for group in 0..<whole {
        let at = data.startIndex + 3 * group
        let bits = UInt32(data[at]) << 16 | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2])
        for place in 0..<4 {
          room[start + 4 * group + place] = Base64.standard.digit(bits >> (18 - 6 * UInt32(place)))
        }
      }
      let rest = data[(data.startIndex + 3 * whole)...]
      guard let first = rest.first else { return }
      let bits = UInt32(first) << 16 | (rest.count > 1 ? UInt32(rest[rest.startIndex + 1]) << 8 : 0)
      for place in 0...rest.count {
        room[start + 4 * whole + place] = Base64.standard.digit(bits >> (18 - 6 * UInt32(place)))
      }
    }
  }
}
