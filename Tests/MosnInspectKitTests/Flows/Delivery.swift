@testable import MosnInspectKit
@testable import MosnPackets

/// A reassembler and what it delivered, with lost bytes as zeros.
final class Delivery {
  var limits = InspectLimits()
  /// Nanoseconds.
  var time: Int64 = 0
  private(set) var bytes: [UInt8] = []
  private(set) var gaps: [Range<Int>] = []
  private(set) var ends = 0
  /// Bytes, without the lost ones.
  private(set) var delivered = 0
  private var reassembler = Reassembler()

  var pendingBytes: Int { reassembler.pendingBytes }
  var counters: Reassembler.Counters { reassembler.counters }
  var gapSizes: [Int] { gaps.map(\.count) }

  /// Whether a SYN with this sequence number is of another connection.
  func isNewConnection(synchronising sequence: UInt32) -> Bool {
    reassembler.isNewConnection(synchronising: TCPSequence(rawValue: sequence))
  }

  /// A segment of which `captured` bytes are there.
  func receive(
    _ sequence: UInt32, _ payload: [UInt8] = [], flags: TCPFlags = [], captured: Int? = nil
  ) {
    let kept = captured ?? payload.count
    let segment = TCPSegment(
      sourcePort: 1, destinationPort: 2, sequence: TCPSequence(rawValue: sequence),
      acknowledgement: TCPSequence(rawValue: 0), flags: flags, window: 0, options: 0..<0, payload: 0..<kept,
      payloadLength: payload.count)
    let part = Array(payload[..<kept])
    reassembler.receive(segment, part.span.bytes, at: Arrival(packet: 1, time: time), limits: limits)
    take(part)
  }

  func acknowledge(_ sequence: UInt32) {
    reassembler.acknowledge(TCPSequence(rawValue: sequence), at: time, limits: limits)
    take([])
  }

  func finish() {
    reassembler.finish()
    take([])
  }

  private func take(_ payload: [UInt8]) {
    for piece in reassembler.ready {
      switch piece {
      case .captured(let range):
        bytes += payload[range]
        delivered += range.count
      case .kept(let kept, let from, _):
        bytes += kept[from...]
        delivered += kept.count - from
      case .gap(let count, _):
        gaps.append(bytes.count..<bytes.count + count)
        // Gaps of any size are told, and not all are worth filling.
        if count < 1 << 16 { bytes += [UInt8](repeating: 0, count: count) }
      case .end: ends += 1
      }
    }
    reassembler.clear()
  }
}
