import BoltCodec
import Support

/// Frames as real peers write them.
enum Sample {
  /// SOFABolt's Java encoder: the string "hi", v1.
  static let requestV1 = [UInt8](
    hex: "0101 0001 01 00000064 01 00000bb8 0010 0000 00000003 6a6176612e6c616e672e537472696e67 026869")
  /// The same with v2, ver1 2, CRC-32 on.
  static let requestV2Summed = [UInt8](
    hex:
      "0202 01 0001 01 00000064 01 01 00000bb8 0010 0000 00000003 6a6176612e6c616e672e537472696e67 026869 260f3e13"
  )
  /// v2, ver1 1, switch 1: no CRC-32, whatever the switch says.
  static let requestV2Version1 = [UInt8](
    hex:
      "0201 01 0001 01 00000064 01 01 00000bb8 0010 0000 00000003 6a6176612e6c616e672e537472696e67 026869")
  static let heartbeat = [UInt8](hex: "0101 0000 01 00000001 01 ffffffff 0000 0000 00000000")
  static let heartbeatAck = [UInt8](hex: "0100 0000 01 00000001 01 0000 0000 0000 00000000")
  static let heartbeatV2 = [UInt8](hex: "0202 01 0000 01 00000001 01 00 ffffffff 0000 0000 00000000")
  static let heartbeatAckV2 = [UInt8](hex: "0202 00 0000 01 00000001 01 00 0000 0000 0000 00000000")
  static let goaway = [UInt8](hex: "0101 0064 01 00000007 01 00000000 0000 0000 00000000")
  static let oneway = [UInt8](hex: "0102 0001 01 00000009 0b ffffffff 0001 0000 00000002 41 0102")
  static let busy = [UInt8](hex: "0100 0002 01 00000064 01 0004 0000 0000 00000000")

  static let all = [
    requestV1, requestV2Summed, requestV2Version1, heartbeat, heartbeatAck, heartbeatV2, heartbeatAckV2,
    goaway, oneway, busy,
  ]

  /// A SOFARPC-like call, with a header map.
  static func call(id: UInt32, content: Int = 100, version: BoltVersion = .v1, summed: Bool = false)
    -> [UInt8]
  {
    var head = BoltHead.request(id: id, timeout: 3000)
    head.version = version
    head.ver1 = summed ? 2 : 1
    head.switches = summed ? 1 : 0
    let message = BoltMessage(
      head, className: "com.alipay.sofa.rpc.core.request.SofaRequest",
      headers: [
        .init("sofa_head_target_service", "com.example.EchoService:1.0"),
        .init("sofa_head_method_name", "echo"), .init("type", "sync"), .init("empty", ""),
      ],
      content: (0..<content).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    return encoded(message)
  }
}

func encoded(_ message: BoltMessage) -> [UInt8] {
  var bytes: [UInt8] = []
  try? BoltEncoder.encode(message, into: &bytes)
  return bytes
}

func parsed(_ bytes: [UInt8], at start: Int = 0, streamOffset: UInt64 = 0) throws(BoltError) -> BoltFrame? {
  try BoltFrame.parse(bytes.span.bytes, at: start, streamOffset: streamOffset)
}

/// Where a search from `start` on finds the first frame.
func firstPlausible(_ bytes: [UInt8], from start: Int = 0) -> Int? {
  BoltFrame.firstPlausible(in: bytes.span.bytes, from: start)
}

func crc32(_ bytes: [UInt8]) -> UInt32 { CRC32.checksum(bytes.span.bytes) }

/// What a decoder gave for one stretch of bytes, with everything by value.
enum Outcome: Equatable {
  case frame(BoltHead, bytes: [UInt8], offset: UInt64, crc: BoltChecksum)
  case error(BoltError)
}

extension BoltDecoder {
  /// Takes frames and errors until more bytes are needed; a final error is taken once.
  mutating func drain() -> [Outcome] {
    var outcomes: [Outcome] = []
    while true {
      do throws(BoltError) {
        guard let frame = try next() else { return outcomes }
        outcomes.append(
          .frame(frame.head, bytes: Array(bytes[frame.range]), offset: frame.streamOffset, crc: frame.crc))
      } catch {
        if outcomes.last == .error(error) { return outcomes }
        outcomes.append(.error(error))
        if mode == .endpoint, error.scope == .connection { return outcomes }
      }
    }
  }

  mutating func drain(_ bytes: [UInt8]) -> [Outcome] {
    append(bytes)
    return drain()
  }
}

extension [Outcome] {
  var ids: [UInt32] {
    compactMap {
      if case .frame(let head, _, _, _) = $0 { head.id } else { nil }
    }
  }

  var rules: [BoltError.Rule] {
    compactMap {
      if case .error(let error) = $0 { error.rule } else { nil }
    }
  }
}
