import BoltCodec
import H2Codec
import MosnCapture
import MosnPackets
import MosnWire

/// What one side of a recorded connection wrote, for the targets that read a stream.
///
/// Seeds need not be right: what was lost is left out, what came twice is cut, and order is that of arrival.
struct StreamSeed {
  let bytes: [UInt8]
  let kind: Kind

  enum Kind {
    case bolt, http2Client, http2Server

    var targets: [String] {
      switch self {
      case .bolt: ["bolt-decoder"]
      case .http2Client: ["h2-server", "h2-frames", "h2-nghttp2"]
      case .http2Server: ["h2-client", "h2-frames"]
      }
    }

    /// The first byte of an input of proxy-bytes: the stranger who says this, in large pieces.
    var stranger: UInt8 {
      switch self {
      case .bolt: 0x10
      case .http2Client: 0x12
      case .http2Server: 0x15
      }
    }
  }

  /// The longest input of the targets that read a stream.
  static let longest = 8192
  /// A large capture shows much the same again and again.
  private static let mostDirections = 64
  private static let mostPackets = 50_000

  /// The directions of a capture that speak a protocol known here, from where it begins.
  static func streams(ofCaptureAt path: String) -> [StreamSeed] {
    guard let reader = try? CaptureReader.file(path) else { return [] }
    var directions: [Flow: Direction] = [:]
    var order: [Flow] = []
    var packets = 0
    while packets < mostPackets,
      (try? reader.next({ captured, bytes in
        let packet = Packet.parse(bytes, linkType: captured.linkType, originalLength: captured.originalLength)
        packets += 1
        guard let segment = packet.tcp, let from = packet.sourceEndpoint, let to = packet.destinationEndpoint
        else { return }
        let flow = Flow(from: from, to: to)
        if directions[flow] == nil {
          guard order.count < mostDirections else { return }
          order.append(flow)
        }
        directions[flow, default: Direction()].take(segment, of: bytes)
      })) ?? false
    {}
    return order.compactMap { directions[$0].flatMap { StreamSeed(of: $0.bytes) } }
  }

  private init?(of direction: [UInt8]) {
    var decoder = DirectionDecoder(isFromBeginning: true)
    decoder.append(direction.span.bytes)
    decoder.end()
    switch decoder.wireProtocol {
    case .bolt: kind = .bolt
    case .http2: kind = decoder.hasPreface ? .http2Client : .http2Server
    case nil: return nil
    }
    bytes = Array(direction.dropFirst(decoder.leadIn.count).prefix(Self.longest))
  }
}

private struct Flow: Hashable {
  let from: Endpoint
  let to: Endpoint
}

private struct Direction {
  private(set) var bytes: [UInt8] = []
  private var next: TCPSequence?

  mutating func take(_ segment: TCPSegment, of packet: RawSpan) {
    let isFirst = segment.flags.contains(.syn)
    let start = isFirst ? segment.sequence.advanced(by: 1) : segment.sequence
    let known = max(0, start.distance(to: isFirst ? start : next ?? start))
    // Twice the length: an HTTP/1.1 lead-in is cut off.
    guard known <= segment.payload.count, bytes.count < 2 * StreamSeed.longest else { return }
    packet.withUnsafeBytes {
      bytes += UnsafeRawBufferPointer(rebasing: $0[segment.payload]).dropFirst(known)
    }
    next = start.advanced(by: segment.payload.count)
  }
}
