import CNghttp2
import FuzzTargets
import H2Codec

/// nghttp2 as the server of a connection, and what it made of a client's bytes. It answers no request.
final class NghttpServer {
  /// The code of its GOAWAY, or of the error that has no GOAWAY.
  private(set) var failure: Int?
  /// Names and values of each request that it took, in turn, with its trailers behind.
  private(set) var requests: [UInt32: [[UInt8]]] = [:]
  private(set) var content: [UInt32: [UInt8]] = [:]
  private(set) var resets: Set<UInt32> = []
  private var session: OpaquePointer?
  private var fields: [[UInt8]] = []

  init(streams: Int, window: Int) throws {
    var callbacks: OpaquePointer?
    try expect(nghttp2_session_callbacks_new(&callbacks) == 0, "nghttp2 has no memory")
    defer { nghttp2_session_callbacks_del(callbacks) }
    Self.listen(callbacks)
    let here = Unmanaged.passUnretained(self).toOpaque()
    try expect(nghttp2_session_server_new(&session, callbacks, here) == 0, "nghttp2 has no memory")
    let settings = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: UInt32(streams)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(window)),
    ]
    nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
    write()
  }

  deinit { nghttp2_session_del(session) }

  /// Frame by frame: what nghttp2 has not written yet, a RST_STREAM for one, has not happened for it.
  ///
  /// - Returns: what it is to be judged by: all but what comes when it is done, after GOAWAY without a fault.
  func receive(_ stream: [UInt8]) -> ArraySlice<UInt8> {
    var rest = stream[...]
    var piece = rest.prefix(H2FrameDecoder.preface.count)
    while !piece.isEmpty {
      guard nghttp2_session_want_read(session) != 0 else {
        return failure == nil ? stream[..<piece.startIndex] : stream[...]
      }
      let count = piece.withUnsafeBufferPointer {
        nghttp2_session_mem_recv(session, $0.baseAddress, $0.count)
      }
      write()
      guard count >= 0 else {
        failure = failure ?? Int(NGHTTP2_PROTOCOL_ERROR.rawValue)
        return stream[...]
      }
      rest = rest.dropFirst(piece.count)
      let length = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
      piece = rest.prefix(9 + length)
    }
    return stream[...]
  }

  /// What it writes is not looked at; `sent` hears of the frames.
  private func write() {
    var start: UnsafePointer<UInt8>?
    while nghttp2_session_mem_send(session, &start) > 0 {}
  }

  private static func listen(_ callbacks: OpaquePointer?) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, _, user in
      server(of: user)?.fields = []
      return 0
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, _, name, nameLength, value, valueLength, _, user in
      server(of: user)?.fields += [
        Array(UnsafeBufferPointer(start: name, count: nameLength)),
        Array(UnsafeBufferPointer(start: value, count: valueLength)),
      ]
      return 0
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, user in
      server(of: user)?.content[UInt32(stream), default: []] += UnsafeBufferPointer(
        start: bytes, count: count)
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      if let frame, let server = server(of: user), UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue {
        server.requests[UInt32(frame.pointee.hd.stream_id), default: []] += server.fields
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
      if let frame, let server = server(of: user) { server.sent(frame.pointee) }
      return 0
    }
  }

  private func sent(_ frame: nghttp2_frame) {
    switch UInt32(frame.hd.type) {
    case NGHTTP2_GOAWAY.rawValue: failure = Int(frame.goaway.error_code)
    case NGHTTP2_RST_STREAM.rawValue: resets.insert(UInt32(frame.hd.stream_id))
    default: break
    }
  }
}

private func server(of pointer: UnsafeMutableRawPointer?) -> NghttpServer? {
  pointer.map { Unmanaged<NghttpServer>.fromOpaque($0).takeUnretainedValue() }
}
