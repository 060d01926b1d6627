/// What the fragments of one datagram have in common (RFC 791 §3.2, RFC 8200 §4.5), within one network.
struct DatagramKey: Hashable, Sendable {
  private let source, destination: IPAddress
  private let identification: UInt32
  /// Part of the key in IPv4 alone.
  private let ipProtocol: IPProtocol?
  private let network: NetworkTag

  init(_ packet: Packet, _ fragment: IPFragment) {
    source = packet.source
    destination = packet.destination
    identification = fragment.identification
    ipProtocol = packet.source.family == .ipv4 ? fragment.ipProtocol : nil
    network = packet.network
  }
}

/// The pieces of one datagram that have arrived.
///
/// Invariant: `pieces` are sorted, not empty and do not overlap; `byteCount` is the sum of their lengths.
struct DatagramAssembly: Sendable {
  let serial: UInt64
  /// Capture time of the first piece, in nanoseconds.
  let began: Int64
  private(set) var byteCount = 0

  private var pieces: [Piece] = []
  /// Known once the last piece has arrived.
  private var end: Int?
  /// Known once the first piece has arrived.
  private var header: DatagramHeader?
  private var hasConflict = false

  private struct Piece {
    let start: Int
    let bytes: [UInt8]
    var end: Int { start + bytes.count }
  }

  init(serial: UInt64, began: Int64) {
    self.serial = serial
    self.began = began
  }

  var pieceCount: Int { pieces.count }

  /// Adds those bytes of a fragment that are not there yet.
  mutating func insert(_ fragment: IPFragment, _ bytes: RawSpan) -> FragmentOutcome.Refusal? {
    let payload = fragment.usablePayload
    let (start, stop) = (fragment.offset, fragment.offset + payload.count)
    let reached = pieces.last?.end ?? 0
    if fragment.more {
      if let end, stop > end { return .contradictingEnd }
    } else {
      guard end ?? stop == stop, reached <= stop else { return .contradictingEnd }
      end = stop
    }
    if start == 0, header == nil { header = DatagramHeader(fragment, bytes) }
    fill(start..<stop, from: bytes.extracting(payload))
    return nil
  }

  /// The datagram, if it is whole.
  func datagram() -> ReassembledDatagram? {
    guard let end, byteCount == end, let header else { return nil }
    var bytes = header.bytes(carrying: end)
    bytes.reserveCapacity(bytes.count + end)
    for piece in pieces { bytes += piece.bytes }
    return ReassembledDatagram(bytes: bytes, hasConflict: hasConflict)
  }

  /// Fills the holes in `range` from `source`, whose byte 0 belongs at the range's beginning.
  private mutating func fill(_ range: Range<Int>, from source: RawSpan) {
    var position = range.lowerBound
    var index = firstPiece(endingAfter: position)
    while position < range.upperBound {
      let holeEnd = index < pieces.count ? min(pieces[index].start, range.upperBound) : range.upperBound
      if position < holeEnd {
        let bytes = source.copy(position - range.lowerBound..<holeEnd - range.lowerBound)
        pieces.insert(Piece(start: position, bytes: bytes), at: index)
        byteCount += bytes.count
        position = holeEnd
      } else {
        let piece = pieces[index]
        let overlapEnd = min(piece.end, range.upperBound)
        let again = source.copy(position - range.lowerBound..<overlapEnd - range.lowerBound)
        let held = piece.bytes[position - piece.start..<overlapEnd - piece.start]
        hasConflict = hasConflict || !again.elementsEqual(held)
        position = overlapEnd
      }
      index += 1
    }
  }

  private func firstPiece(endingAfter position: Int) -> Int {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].end > position { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// The header all fragments were sent with, kept from the first.
private struct DatagramHeader: Sendable {
  private let bytes: [UInt8]
  private let nextHeaderOffset: Int
  private let ipProtocol: IPProtocol

  init(_ fragment: IPFragment, _ packet: RawSpan) {
    bytes = packet.copy(fragment.header)
    nextHeaderOffset = fragment.nextHeaderOffset - fragment.header.lowerBound
    ipProtocol = fragment.ipProtocol
  }

  /// The header as it was before fragmentation: no fragment fields, the length that of the whole, or 0 ("as far
  /// as the bytes reach") if it does not fit.
  func bytes(carrying payloadLength: Int) -> [UInt8] {
    let isIPv4 = (bytes.first ?? 0) >> 4 == 4
    let ipv6HeaderLength = 40
    let length = payloadLength + bytes.count - (isIPv4 ? 0 : ipv6HeaderLength)
    let field = UInt16(exactly: length) ?? 0
    let lengthOffset = isIPv4 ? 2 : 4
    return bytes.enumerated().map { index, byte in
      switch index {
      case lengthOffset: UInt8(truncatingIfNeeded: field >> 8)
      case lengthOffset + 1: UInt8(truncatingIfNeeded: field)
      case nextHeaderOffset: ipProtocol.rawValue
      case 6, 7: isIPv4 ? 0 : byte
      default: byte
      }
    }
  }
}

extension IPFragment {
  /// Pieces before the last end on a multiple of eight; what is over cannot be placed.
  var usablePayload: Range<Int> {
    payload.lowerBound..<payload.lowerBound + (more ? payload.count & ~7 : payload.count)
  }

  /// Why the fragment is of no use on its own account; `captured` is what its packet's bytes count.
  func refusal(captured: Int) -> FragmentOutcome.Refusal? {
    let longest = 65_535
    if payload.count < payloadLength || payload.upperBound > captured { return .truncated }
    if usablePayload.isEmpty { return .empty }
    if offset + usablePayload.count > longest { return .tooLong }
    return nil
  }
}

extension RawSpan {
  fileprivate func copy(_ range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBytes { [UInt8]($0) }
  }
}
