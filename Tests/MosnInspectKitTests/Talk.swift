import MosnPackets

/// A TCP connection written by hand: packets of raw IPv4 with the sequence numbers they would have.
struct Talk {
  struct Sent {
    var bytes: [UInt8]
    var time: Int64
    var originalLength: Int
  }

  enum Side: Int {
    case client, server
    var other: Side { self == .client ? .server : .client }
  }

  var sent: [Sent] = []
  private var next: [UInt32]
  private let clientPort: UInt16
  let serverPort: UInt16
  private var identification: UInt16 = 0
  /// The receive window that each side announces.
  var windows: [UInt16] = [256, 256]
  /// Nanoseconds since the epoch; every packet takes a millisecond.
  var time: Int64

  init(
    clientPort: UInt16 = 40_000, serverPort: UInt16 = 12_200, at time: Int64 = 1_700_000_000_000_000_000,
    initial: (UInt32, UInt32) = (1_000, 5_000)
  ) {
    (self.clientPort, self.serverPort, self.time) = (clientPort, serverPort, time)
    next = [initial.0, initial.1]
  }

  /// The three-way handshake.
  mutating func open() {
    send(.client, flags: .syn)
    send(.server, flags: [.syn, .acknowledgement])
    send(.client, flags: .acknowledgement)
  }

  /// Bytes in segments of at most `size`.
  mutating func say(_ side: Side, _ bytes: [UInt8], size: Int = 1_400) {
    for start in stride(from: 0, to: bytes.count, by: size) {
      send(side, Array(bytes[start..<min(start + size, bytes.count)]))
    }
  }

  /// Bytes that were sent and not captured.
  mutating func lose(_ side: Side, _ count: Int) { next[side.rawValue] &+= UInt32(count) }

  mutating func close() {
    send(.client, flags: [.fin, .acknowledgement])
    send(.server, flags: [.fin, .acknowledgement])
    send(.client, flags: .acknowledgement)
  }

  /// One packet; of its payload only `captured` bytes are kept by the recorder.
  mutating func send(
    _ side: Side, _ payload: [UInt8] = [], flags: TCPFlags = [.acknowledgement, .push], captured: Int? = nil
  ) {
    let packet = segment(side, payload, flags: flags)
    let length = UInt32(payload.count) + (flags.contains(.syn) || flags.contains(.fin) ? 1 : 0)
    next[side.rawValue] &+= length
    let kept = packet.prefix(packet.count - payload.count + (captured ?? payload.count))
    time += 1_000_000
    sent.append(Sent(bytes: Array(kept), time: time, originalLength: packet.count))
  }

  /// A packet of somebody who only pretends to be this side: its number is `ahead` of the next, and the next stays.
  mutating func forge(_ side: Side, _ payload: [UInt8] = [], flags: TCPFlags = .reset, ahead: Int = 0) {
    let rightful = next[side.rawValue]
    next[side.rawValue] &+= UInt32(truncatingIfNeeded: ahead)
    send(side, payload, flags: flags)
    next[side.rawValue] = rightful
  }

  /// A packet without a place in the stream that acknowledges so many bytes of the other side's more than it has sent.
  mutating func forgeAnswer(_ side: Side, flags: TCPFlags, acknowledging ahead: UInt32) {
    next[side.other.rawValue] &+= ahead
    send(side, flags: flags)
    next[side.other.rawValue] &-= ahead
  }

  /// Takes the last packet off, to be sent later.
  mutating func takeLast() -> Sent { sent.removeLast() }

  /// Sends the packet again that was sent `back` packets ago, as its sender would: with another identification.
  mutating func retransmit(_ back: Int = 1) {
    var again = sent[sent.count - back]
    identification &+= 1
    again.bytes.replaceSubrange(4..<6, with: Self.big(identification))
    time += 1_000_000
    again.time = time
    sent.append(again)
  }

  private mutating func segment(_ side: Side, _ payload: [UInt8], flags: TCPFlags) -> [UInt8] {
    identification &+= 1
    let ports = side == .client ? (clientPort, serverPort) : (serverPort, clientPort)
    let hosts: ([UInt8], [UInt8]) =
      side == .client ? ([10, 0, 0, 1], [10, 0, 0, 2]) : ([10, 0, 0, 2], [10, 0, 0, 1])
    let acknowledged = flags.contains(.acknowledgement) ? next[side.other.rawValue] : 0
    let tcp =
      Self.big(ports.0) + Self.big(ports.1) + Self.big(next[side.rawValue]) + Self.big(acknowledged)
      + Self.big(5 << 12 | flags.rawValue) + Self.big(windows[side.rawValue]) + [0, 0, 0, 0] + payload
    return [0x45, 0] + Self.big(UInt16(20 + tcp.count)) + Self.big(identification) + [0x40, 0, 64, 6, 0, 0]
      + hosts.0 + hosts.1 + tcp
  }

  static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
  static func big(_ value: UInt32) -> [UInt8] {
    big(UInt16(value >> 16)) + big(UInt16(truncatingIfNeeded: value))
  }
}
