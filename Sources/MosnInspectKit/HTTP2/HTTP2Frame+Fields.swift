import H2Codec

extension HTTP2FrameMessage {
  static let keys: [String] = [
    "kind", "type", "type_name", "flags", "stream", "length", "headers", "settings", "data_length",
    "window_increment", "ping", "error_code", "error_name", "last_stream", "promised_stream",
  ]

  func describe(to visitor: inout some MessageVisitor) {
    visitor.text("protocol", "http2")
    visitor.text("kind", "frame")
    visitor.number("type", Int64(frame.type.rawValue))
    visitor.text("type_name", ArraySlice("\(frame.type)".utf8))
    visitor.number("flags", Int64(frame.flags.rawValue))
    visitor.number("stream", Int64(frame.streamID.rawValue))
    visitor.number("length", Int64(frame.length))
    headers?.describe("headers", to: &visitor)
    switch frame.type {
    case .data: visitor.number("data_length", Int64(frame.content.count + frame.missing))
    case .settings:
      visitor.beginPairs("settings")
      for setting in frame.settings(in: bytes) {
        visitor.pair(Int64(setting.identifier.rawValue), Int64(setting.value))
      }
      visitor.endPairs()
    case .windowUpdate: visitor.number("window_increment", Int64(frame.windowIncrement))
    case .ping: visitor.bytes("ping", bytes[frame.payload])
    case .reset, .goAway:
      visitor.number("error_code", Int64(frame.errorCode.rawValue))
      visitor.text("error_name", ArraySlice("\(frame.errorCode)".utf8))
      if frame.type == .goAway { visitor.number("last_stream", Int64(frame.lastStreamID.rawValue)) }
    case .pushPromise: visitor.number("promised_stream", Int64(frame.promisedStreamID.rawValue))
    default: break
    }
  }
}
