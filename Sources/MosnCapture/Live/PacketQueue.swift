import CMosnPcap
import Synchronization

/// Packets on their way from the thread that reads an interface to the one that decodes: a ring of octets with one
/// writer and one reader, who wait for each other elsewhere.
///
///     taken ┃ header octets ┃ header octets ┃ written
///
/// A record never lies across the end of the ring; an empty one is begun from its first octet again, so that no more
/// memory is ever touched than has waited at a time.
final class PacketQueue: @unchecked Sendable {
  /// Octets written and taken since the beginning; their difference waits.
  private let written = Atomic(0)
  private let taken = Atomic(0)
  private let ring: UnsafeMutableRawPointer
  private let capacity: Int
  /// The reader's: behind the record it was lent last.
  private var position = 0

  /// Before the octets of each packet. What has no packet fills the ring up to its end.
  private struct Record {
    var length: Int
    var header: pcap_pkthdr?
  }

  private static let alignment = 16
  private static let headLength = rounded(MemoryLayout<Record>.size)

  /// - Parameter capacity: octets; at least two of the longest packets find room.
  init(capacity: Int) {
    self.capacity = Self.rounded(max(capacity, 2 * (Self.headLength + CaptureOptions.longestSnapshot)))
    ring = .allocate(byteCount: self.capacity, alignment: Self.alignment)
  }

  deinit { ring.deallocate() }

  /// The writer's: appends a packet; false when there is no room for it.
  func append(_ header: pcap_pkthdr, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let length = Self.headLength + Self.rounded(bytes.count)
    var end = written.load(ordering: .relaxed)
    let taken = taken.load(ordering: .acquiring)
    let rest = capacity - end % capacity
    let isEmptied = end == taken && rest != capacity && rest + length <= capacity
    if isEmptied || rest < length {
      guard capacity - (end - taken) >= rest + length else { return false }
      store(Record(length: rest, header: nil), at: end % capacity)
      end += rest
    }
    guard capacity - (end - taken) >= length else { return false }
    store(Record(length: length, header: header), at: end % capacity)
    if let start = bytes.baseAddress {
      (ring + end % capacity + Self.headLength).copyMemory(from: start, byteCount: bytes.count)
    }
    written.store(end + length, ordering: .sequentiallyConsistent)
    return true
  }

  /// The reader's: the next packet, whose octets are lent until the next call; nil when none waits.
  func next() -> (pcap_pkthdr, UnsafeRawBufferPointer)? {
    while true {
      taken.store(position, ordering: .releasing)
      guard position < written.load(ordering: .sequentiallyConsistent) else { return nil }
      let start = ring + position % capacity
      let record = start.load(as: Record.self)
      position += record.length
      guard let header = record.header else { continue }
      return (header, UnsafeRawBufferPointer(start: start + Self.headLength, count: Int(header.caplen)))
    }
  }

  private func store(_ record: Record, at offset: Int) {
    (ring + offset).storeBytes(of: record, as: Record.self)
  }

  private static func rounded(_ length: Int) -> Int { (length + alignment - 1) & ~(alignment - 1) }
}
