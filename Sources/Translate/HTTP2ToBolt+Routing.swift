import BoltCodec
import H2Codec
import MosnBytes

/// What routes are chosen by before a call is translated.
extension HTTP2ToBolt {
  /// The header map of a call as its server will see it, where the map field makes something else of the fields named
  /// `names`, in lower case, or of the path; nil where the plain fields say the same. Nothing of the call is refused
  /// here.
  ///
  /// - Returns: where the map lies in `parts`.
  public mutating func routedMap(
    _ list: H2HeaderList, names: [[UInt8]], into parts: inout [UInt8]
  ) -> Range<Int>? {
    let bytes = list.bytes.span.bytes
    guard takesMapField, let value = list.value(of: "x-mosnd-map"),
      map.read(bytes, value, as: .request, limits: limits) == .read,
      map.opaque != nil || respells(names) || repeats(names, list, bytes)
    else { return nil }
    let start = parts.count
    do throws(TranslationError) {
      try read(list, bytes, .request)
      guard head.dialect == .mosnd else { return nil }
      try appendEntries(list, bytes, &parts)
      return start..<parts.count
    } catch {
      parts.removeLast(parts.count - start)
      return nil
    }
  }

  private mutating func respells(_ names: [[UInt8]]) -> Bool {
    for item in map.items {
      switch item {
      case .reference(let hash, let cases, _):
        guard !cases.isEmpty else { continue }
        for name in names where FieldName.hash(name.span.bytes, 0..<name.count) == hash {
          return true
        }
      case .entry(let key, _):
        guard let key, FieldName.lowercase(map.bytes, key, into: &name) else { continue }
        if names.contains(name) || name.elementsEqual("path".utf8) { return true }
      }
    }
    return false
  }

  private func repeats(_ names: [[UInt8]], _ list: H2HeaderList, _ bytes: RawSpan) -> Bool {
    for name in names {
      var count = 0
      for field in list.fields where bytes.isEqual(field.name, to: name.span.bytes) { count += 1 }
      if count > 1 { return true }
    }
    return false
  }
}
