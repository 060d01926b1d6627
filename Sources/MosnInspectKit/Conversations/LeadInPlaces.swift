/// Where the bytes of a direction came from before its protocol was known.
struct LeadInPlaces {
  /// Of its first byte.
  private(set) var first: Place?
  /// The segments of what may be HTTP/1.1 with the position of their first byte, the latest ones as a ring.
  private var segments: [(start: Int, packet: PacketNumber, time: Int64)] = []
  private var next = 0
  private var count = 0
  private var isText = false

  /// Segments remembered: more than the request of an upgrade comes in.
  private static let limit = 16

  var heldBytes: Int {
    segments.capacity * MemoryLayout<(start: Int, packet: PacketNumber, time: Int64)>.stride
  }

  mutating func note(_ bytes: RawSpan, at place: Place) {
    guard bytes.byteCount > 0 else { return }
    if first == nil {
      first = place
      isText = (0x41...0x5a).contains(bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
    }
    guard isText else { return }
    let segment = (start: count, packet: place.packet, time: place.time)
    if segments.count < Self.limit { segments.append(segment) } else { segments[next] = segment }
    next = (next + 1) % Self.limit
    count += bytes.byteCount
  }

  /// Where the byte at this position came from; of one that lies too far back, where all began.
  func place(of position: Int) -> Place? {
    guard var place = first else { return nil }
    if let segment = segments.filter({ $0.start <= position }).max(by: { $0.start < $1.start }) {
      (place.packet, place.time) = (segment.packet, segment.time)
    }
    return place
  }

  /// The protocol is known, and nobody asks any more.
  mutating func forget() { segments = [] }
}
