import CNghttp2
import Glibc
import H2Codec
import Measure

// Frames with the state they need, ours beside nghttp2_session_mem_recv: a server that reads one client.

func preface() -> [UInt8] {
  var wire = H2FrameDecoder.preface
  H2FrameEncoder.settings([], into: &wire)
  H2FrameEncoder.settingsAcknowledgement(into: &wire)
  H2FrameEncoder.headers(
    [0x83, 0x86, 0x84, 0x41, 0x01, 0x61], stream: 1, endStream: false, into: &wire)
  return wire
}

/// So many that a round takes about a millisecond.
func repeated(_ frame: [UInt8]) -> [UInt8] {
  let count = frame.count > 1000 ? 200 : 10_000
  var wire: [UInt8] = []
  wire.reserveCapacity(frame.count * count)
  for _ in 0..<count { wire += frame }
  return wire
}

func data(_ length: Int) -> [UInt8] {
  var frame: [UInt8] = []
  H2FrameEncoder.data([UInt8](repeating: 7, count: length).span.bytes, stream: 1, into: &frame)
  return frame
}

func windowUpdate() -> [UInt8] {
  var frame: [UInt8] = []
  H2FrameEncoder.windowUpdate(stream: 1, increment: 1, into: &frame)
  return frame
}

/// The decoder alone: no streams, no windows.
func decode(_ wire: [UInt8], chunk: Int) -> Int {
  var decoder = H2FrameDecoder(.observer)
  var frames = 0
  var at = 0
  while at < wire.count {
    let end = min(wire.count, chunk >= wire.count ? wire.count : at + chunk)
    let piece = wire.span.bytes.extracting(at..<end)
    at = end
    var taken = 0
    while let frame = try? decoder.next(in: piece, from: &taken) {
      frames += 1
      blackHole(frame.streamID)
    }
  }
  return frames
}

func newConnection() -> H2Connection {
  var configuration = H2Connection.Configuration(role: .server)
  configuration.floods = .none
  configuration.connectionWindow = H2Window.maximum
  configuration.settings.initialWindowSize = H2Window.maximum
  var connection = H2Connection(configuration)
  connection.receive(preface(), at: 0)
  while connection.next() != nil {}
  return connection
}

/// The endpoint, content consumed at once, windows given back.
func receive(_ connection: inout H2Connection, _ wire: [UInt8], chunk: Int) -> Int {
  var bytes = 0
  var at = 0
  var output: [UInt8] = []
  while at < wire.count {
    let end = min(wire.count, chunk >= wire.count ? wire.count : at + chunk)
    connection.receive(at: 1)
    let piece = wire.span.bytes.extracting(at..<end)
    at = end
    var taken = 0
    while let event = connection.next(in: piece, from: &taken) {
      if case .data(let id, let range, _) = event {
        bytes += range.count
        connection.consume(range.count, on: id)
      }
    }
    connection.takeOutput(into: &output)
  }
  if let failure = connection.failure { print(failure) }
  return bytes
}

/// nghttp2 with the one callback that sees content; it gives windows back by itself.
final class Nghttp2 {
  private var session: OpaquePointer?

  init() {
    var callbacks: OpaquePointer?
    nghttp2_session_callbacks_new(&callbacks)
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, _, _, length, user in
      user?.assumingMemoryBound(to: Int.self).pointee += length
      return 0
    }
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    nghttp2_session_server_new(&session, callbacks, counter)
    nghttp2_session_callbacks_del(callbacks)
    var entry = nghttp2_settings_entry(settings_id: 4, value: 0x7FFF_FFFF)
    nghttp2_submit_settings(session, 0, &entry, 1)
    nghttp2_session_set_local_window_size(session, 0, 0, 0x7FFF_FFFF)
    _ = receive(preface(), chunk: .max)
  }

  deinit { nghttp2_session_del(session) }

  func receive(_ wire: [UInt8], chunk: Int) -> Int {
    wire.withUnsafeBufferPointer { buffer in
      var at = 0
      while at < buffer.count, let base = buffer.baseAddress {
        let length = min(chunk, buffer.count - at)
        let read = nghttp2_session_mem_recv(session, base + at, length)
        guard read > 0 else { print("nghttp2", read); return }
        at += length
        var output: UnsafePointer<UInt8>?
        while nghttp2_session_mem_send(session, &output) > 0 {}
      }
    }
    return wire.count
  }
}

/// `h2-bench WORD…` runs the lines that hold every word, so that callgrind counts one thing.
func wanted(_ name: String) -> Bool { CommandLine.arguments.dropFirst().allSatisfy { name.contains($0) } }

@MainActor func run(_ name: String, _ units: Int, _ bytes: Int, _ body: () -> Int) {
  guard wanted(name) else { return }
  measure(name, units: units, bytes: bytes) { blackHole(body()) }
}

print("frames of one client, read by a server; chunk: what one read gives")
for (name, frame, chunks) in [
  ("DATA 100 B", data(100), [Int.max, 16384]), ("WINDOW_UPDATE", windowUpdate(), [Int.max, 16384]),
  ("DATA 16 KB", data(16384), [Int.max, 65536]),
] {
  let wire = repeated(frame)
  for chunk in chunks {
    let size = chunk == .max ? "at once" : "\(chunk >> 10) KiB reads"
    let units = wire.count / frame.count
    var connection = newConnection()
    run("H2Connection   \(name), \(size)", units, wire.count) {
      receive(&connection, wire, chunk: chunk)
    }
    run("H2FrameDecoder \(name), \(size)", units, wire.count) { decode(wire, chunk: chunk) }
    let peer = Nghttp2()
    run("nghttp2        \(name), \(size)", units, wire.count) { peer.receive(wire, chunk: chunk) }
  }
}
