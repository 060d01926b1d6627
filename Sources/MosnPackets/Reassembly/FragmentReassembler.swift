/// Puts IP datagrams together from their fragments (RFC 791 §3.2, RFC 8200 §4.5), as a bystander.
///
/// Order does not matter and repeated fragments do no harm. Where fragments overlap, the bytes that came first
/// stay, and if the bytes differ the datagram says so in `hasConflict`: receivers do not agree on this (some keep
/// the first, some the last, Linux drops the datagram), so that no choice is always what the receiver saw.
///
/// Memory is bounded by `FragmentLimits`, whatever arrives.
public struct FragmentReassembler: Sendable {
  public let limits: FragmentLimits
  /// Datagrams given up, for age or for room.
  public private(set) var abandoned = 0

  private var assemblies: [DatagramKey: DatagramAssembly] = [:]
  private var queue = AssemblyQueue()
  private var heldBytes = 0
  private var begun: UInt64 = 0

  public init(limits: FragmentLimits = .standard) { self.limits = limits }

  /// Datagrams waiting for pieces.
  public var inFlight: Int { assemblies.count }

  /// Takes the fragment of `packet`.
  ///
  /// A completed datagram may itself carry, in a tunnel, a fragment: then its parsed packet is to be handed in
  /// again, with `ReassembledDatagram.bytes`.
  ///
  /// - Parameters:
  ///   - bytes: what `packet` was parsed from.
  ///   - time: the capture time in nanoseconds, since any epoch.
  public mutating func receive(_ packet: Packet, bytes: RawSpan, at time: Int64) -> FragmentOutcome {
    abandonExpired(at: time)
    guard let fragment = packet.fragment else { return .refused(.noFragment) }
    if let refusal = fragment.refusal(captured: bytes.byteCount) { return .refused(refusal) }

    let key = DatagramKey(packet, fragment)
    while heldBytes + fragment.payload.count > limits.bytes {
      guard abandonOldest() else { return .refused(.noRoom) }
    }
    // Taken out of the table, so that it changes in place.
    var assembly = assemblies.removeValue(forKey: key) ?? begin(key, at: time)
    heldBytes -= assembly.byteCount
    let refusal = assembly.insert(fragment, bytes)
    guard assembly.pieceCount <= limits.fragmentsPerDatagram else {
      abandoned += 1
      return .refused(.tooManyFragments)
    }
    if let datagram = assembly.datagram() { return .complete(datagram) }
    heldBytes += assembly.byteCount
    assemblies[key] = assembly
    return refusal.map { .refused($0) } ?? .kept
  }
}

/// What became of a fragment.
public enum FragmentOutcome: Hashable, Sendable {
  /// Kept; pieces are still missing.
  case kept
  /// It was the missing piece.
  case complete(ReassembledDatagram)
  /// Not kept.
  case refused(Refusal)

  public enum Refusal: Hashable, Sendable {
    /// The packet is not a fragment.
    case noFragment
    /// The capture cut the fragment.
    case truncated
    /// A piece without payload, or one before the last with less than eight bytes.
    case empty
    /// The datagram would have more than 65,535 bytes of payload.
    case tooLong
    /// It says that the datagram ends elsewhere than pieces before it have said or reached.
    case contradictingEnd
    /// `FragmentLimits.fragmentsPerDatagram`: the datagram is given up.
    case tooManyFragments
    /// Larger than `FragmentLimits.bytes` on its own.
    case noRoom
  }
}

/// An IP datagram as it was before it was fragmented.
public struct ReassembledDatagram: Hashable, Sendable {
  /// The IP header and, without the fragment header of IPv6, all that follows. The length field is that of the
  /// whole, or 0 if it does not fit there.
  public let bytes: [UInt8]
  /// Whether fragments overlapped and did not agree.
  public let hasConflict: Bool

  /// Reads the datagram as `Packet.parse` reads a packet; ranges are offsets into `bytes`. What stood before the
  /// IP header (VLANs, an outer tunnel) is known from the fragments' own packets alone.
  public func parse() -> Packet { Packet.parse(datagram: bytes.span.bytes) }
}

// MARK: - Giving up

extension FragmentReassembler {
  private mutating func begin(_ key: DatagramKey, at time: Int64) -> DatagramAssembly {
    while assemblies.count >= max(limits.datagramsInFlight, 1), abandonOldest() {}
    begun &+= 1
    queue.append(key, serial: begun) { assemblies[$0]?.serial == $1 }
    return DatagramAssembly(serial: begun, began: time)
  }

  /// False if none is left.
  private mutating func abandonOldest() -> Bool {
    while let (key, serial) = queue.popFirst() {
      guard let assembly = assemblies[key], assembly.serial == serial else { continue }
      abandon(key, assembly)
      return true
    }
    return false
  }

  private mutating func abandonExpired(at time: Int64) {
    while let (key, serial) = queue.first {
      if let assembly = assemblies[key], assembly.serial == serial {
        guard time &- assembly.began > limits.lifetime else { return }
        abandon(key, assembly)
      }
      _ = queue.popFirst()
    }
  }

  private mutating func abandon(_ key: DatagramKey, _ assembly: DatagramAssembly) {
    heldBytes -= assembly.byteCount
    assemblies[key] = nil
    abandoned += 1
  }
}

/// Assemblies in the order they began. Completed ones leave stale entries behind, which are dropped when they
/// reach the front or outnumber the live ones.
private struct AssemblyQueue: Sendable {
  typealias Entry = (key: DatagramKey, serial: UInt64)

  private var entries: [Entry] = []
  private var head = 0
  private var compactAt = 64

  var first: Entry? { head < entries.count ? entries[head] : nil }

  mutating func append(_ key: DatagramKey, serial: UInt64, isLive: (DatagramKey, UInt64) -> Bool) {
    if entries.count >= compactAt {
      entries = entries[head...].filter { isLive($0.key, $0.serial) }
      head = 0
      compactAt = max(64, 2 * entries.count)
    }
    entries.append((key, serial))
  }

  mutating func popFirst() -> Entry? {
    guard let entry = first else { return nil }
    head += 1
    return entry
  }
}
