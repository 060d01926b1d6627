import H2Codec

extension HTTP2FrameMessage {
  func describe(to visitor: inout some MessageVisitor, maxContent: Int) {
    visitor.text(.wireProtocol, "http2")
    visitor.text(.kind, "frame")
    visitor.number(.type, Int64(frame.type.rawValue))
    if visitor.wants(.typeName) { visitor.text(.typeName, ArraySlice("\(frame.type)".utf8)) }
    visitor.number(.flags, Int64(frame.flags.rawValue))
    visitor.number(.stream, Int64(frame.streamID.rawValue))
    visitor.number(.length, Int64(frame.length))
    headers?.describe(.headers, to: &visitor)
    switch frame.type {
    case .data:
      visitor.number(.dataLength, Int64(frame.content.count + frame.missing))
      visitor.bytes(.content, bytes[frame.content].prefix(maxContent))
    case .settings:
      visitor.beginPairs(.settings)
      for setting in frame.settings(in: bytes) {
        visitor.pair(Int64(setting.identifier.rawValue), Int64(setting.value))
      }
      visitor.endPairs()
    case .windowUpdate: visitor.number(.windowIncrement, Int64(frame.windowIncrement))
    case .ping: visitor.bytes(.ping, bytes[frame.payload])
    case .reset, .goAway:
      visitor.number(.errorCode, Int64(frame.errorCode.rawValue))
      if visitor.wants(.errorName) { visitor.text(.errorName, ArraySlice("\(frame.errorCode)".utf8)) }
      if frame.type == .goAway { visitor.number(.lastStream, Int64(frame.lastStreamID.rawValue)) }
    case .pushPromise: visitor.number(.promisedStream, Int64(frame.promisedStreamID.rawValue))
    default: break
    }
  }
}
