import BoltCodec
import H2Codec
import MosnWire

/// Streams as peers speak them, and what a direction made of one.
enum Spoken {
  static func bolt(_ ids: Range<UInt32>, content: Int = 40) -> [[UInt8]] {
    ids.map { id in
      let message = BoltMessage(
        .request(id: id, timeout: 3_000), className: "com.alipay.sofa.rpc.core.request.SofaRequest",
        headers: [.init("sofa_head_method_name", "echo")], content: [UInt8](repeating: 0x61, count: content))
      var bytes: [UInt8] = []
      try? BoltEncoder.encode(message, into: &bytes)
      return bytes
    }
  }

  static func boltV2(_ ids: Range<UInt32>) -> [[UInt8]] {
    ids.map { id in
      var head = BoltHead.response(id: id)
      (head.version, head.ver1, head.switches) = (.v2, 2, 1)
      var bytes: [UInt8] = []
      try? BoltEncoder.encode(
        BoltMessage(head, className: "com.example.Answer", content: [1, 2, 3]), into: &bytes)
      return bytes
    }
  }

  static let settings = frame { H2FrameEncoder.settings([H2Setting(.maxConcurrentStreams, 100)], into: &$0) }

  /// A server's frames: SETTINGS, then answers.
  static func http2(_ count: UInt32) -> [[UInt8]] {
    [settings]
      + (0..<count).flatMap { index in
        let stream = H2StreamID(rawValue: 2 * index + 1)
        return [
          frame { H2FrameEncoder.headers([0x88], stream: stream, into: &$0) },
          frame {
            let text = Array("a body of some length, and no more".utf8)
            H2FrameEncoder.data(text.span.bytes, stream: stream, endStream: true, into: &$0)
          },
        ]
      }
  }

  static let proxyLine = Array("PROXY TCP4 192.0.2.1 198.51.100.2 51234 12200\r\n".utf8)
  static let proxyBinary: [UInt8] =
    [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 15]
    + [192, 0, 2, 1, 198, 51, 100, 2, 0xC8, 0x22, 0x2F, 0xA8, 0x03, 0, 0]

  static let upgradeRequest = Array(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
      .utf8)
  static let switching = Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n".utf8)
  static let connect = Array("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n".utf8)
  static let connected = Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)

  private static func frame(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    write(&bytes)
    return bytes
  }
}

/// One direction, and the bytes of the frames it gave.
final class Heard {
  private(set) var frames: [[UInt8]] = []
  private(set) var errors = 0
  private var decoder: DirectionDecoder

  var wireProtocol: WireProtocol? { decoder.wireProtocol }
  var leadIn: [UInt8] { decoder.leadIn }
  var proxyHeader: [UInt8] { decoder.proxyHeader }
  var hasPreface: Bool { decoder.hasPreface }
  var undecodedBytes: UInt64 { decoder.undecodedBytes }
  var cutShort: (there: Int, header: H2FrameHeader?)? { decoder.cutShort }
  var heldBytes: Int { decoder.heldBytes }

  /// Bytes of frames and those that belong to none.
  var accounted: Int { frames.bytes.count + Int(decoder.undecodedBytes) }

  init(isFromBeginning: Bool = true) { decoder = DirectionDecoder(isFromBeginning: isFromBeginning) }

  /// All of `bytes` in pieces of `size`, and the end.
  convenience init(_ bytes: some Collection<UInt8>, size: Int = .max, isFromBeginning: Bool = true) {
    self.init(isFromBeginning: isFromBeginning)
    append(bytes, size: size)
    end()
  }

  func append(_ bytes: some Collection<UInt8>, size: Int = .max) {
    let bytes = Array(bytes)
    var start = 0
    while start < bytes.count {
      let piece = Array(bytes[start..<start + min(size, bytes.count - start)])
      decoder.append(piece.span.bytes)
      drain()
      start += piece.count
    }
  }

  func assign(_ known: WireProtocol) {
    decoder.assign(known)
    drain()
  }

  func lose(_ count: Int) {
    decoder.lose(count)
    drain()
  }

  func end() {
    decoder.end()
    drain()
  }

  private func drain() {
    while true {
      do {
        switch try decoder.next() {
        case .bolt(let frame): frames.append(Array(decoder.bytes[frame.range]))
        case .http2(let frame):
          frames.append(
            Array(decoder.bytes[frame.payload.lowerBound - 9..<frame.payload.upperBound]))
        case nil: return
        }
      } catch {
        errors += 1
      }
    }
  }
}

extension [[UInt8]] {
  var bytes: [UInt8] { Array<UInt8>(joined()) }
}
