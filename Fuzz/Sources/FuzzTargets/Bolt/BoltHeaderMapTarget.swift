import BoltCodec

extension FuzzTarget {
  static let boltHeaderMap = FuzzTarget(
    "bolt-header-map", "a header map: cursor, sequence and look-up agree, and it encodes as it was"
  ) { bytes in
    let map = BoltHeaderMap(bytes)
    var cursor = BoltHeaderCursor(in: bytes.indices)
    var walked: [BoltHeaderEntry] = []
    var isMalformed = false
    do throws(BoltError) {
      while let entry = try cursor.next(in: bytes.span.bytes) { walked.append(entry) }
    } catch {
      isMalformed = true
      try expect(error.scope == .frame, "\(error) would cost the connection")
    }
    try expectEqual(Array(map), walked, "sequence against cursor")
    for entry in walked {
      for range in [entry.key, entry.value].compactMap(\.self) {
        try expect(range.clamped(to: bytes.indices) == range, "\(range) of \(bytes.count) bytes")
      }
      guard let key = entry.key else { continue }
      // A null value counts as none.
      let first = walked.first {
        $0.value != nil && $0.key.map { bytes[$0].elementsEqual(bytes[key]) } ?? false
      }
      try expectEqual(map.value(forKey: Array(bytes[key])), first?.value, "the value of \(bytes[key])")
    }
    guard !isMalformed else { return }
    var encoded: [UInt8] = []
    for entry in walked {
      let (key, value) = (entry.key.map { Array(bytes[$0]) }, entry.value.map { Array(bytes[$0]) })
      BoltEncoder.appendEntry(key: key?.span.bytes, value: value?.span.bytes, to: &encoded)
    }
    try expectEqual(encoded, bytes, "encoded against read")
  }
}
