import MosnCapture
import MosnInspectKit
import MosnProtobuf

extension ContentReader {
  /// Reads packed contents, too: zlib is the edge's.
  init(unpackingUpTo maxContent: Int, schema: ProtobufSchema?) {
    self.init(maxContent: maxContent, schema: schema) { packed, coding, limit in
      let (bytes, end) = Inflation.unpack(packed, as: coding == .gzip ? .gzip : .deflate, limit: limit)
      return UnpackedContent(bytes: bytes, end: UnpackedContent.End(end))
    }
  }
}

extension UnpackedContent.End {
  fileprivate init(_ end: Inflation.End) {
    self =
      switch end {
      case .whole: .whole
      case .limit: .limit
      case .early: .early
      case .broken(let reason): .broken(reason)
      }
  }
}
