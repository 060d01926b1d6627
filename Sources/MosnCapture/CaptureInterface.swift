import MosnPackets

/// A network interface: one that a capture was taken on, or one that could be listened to.
public struct CaptureInterface: Hashable, Sendable {
  /// The name, e.g. `eth0`; nil where a file gives none.
  public var name: String?
  public var details: String?
  /// The filter that was set when the file was recorded.
  public var filter: String?
  /// Numeric addresses; for interfaces of this machine.
  public var addresses: [String] = []
  public var isLoopback = false
  public var isUp = true
  /// Nil for an interface that is only listed.
  public var linkType: LinkType?
  /// Bytes kept of each packet; 0 for no limit.
  public var snapshotLength = 0
  /// Counters of the recorder, where it left any.
  public var statistics: CaptureStatistics?
}

/// What a recorder counted. Nil is "not told".
public struct CaptureStatistics: Hashable, Sendable {
  public var received: UInt64?
  /// Lost because the recorder was too slow.
  public var droppedByKernel: UInt64?
  /// Lost in the network interface or its driver.
  public var droppedByInterface: UInt64?

  public init(received: UInt64? = nil, droppedByKernel: UInt64? = nil, droppedByInterface: UInt64? = nil) {
    self.received = received
    self.droppedByKernel = droppedByKernel
    self.droppedByInterface = droppedByInterface
  }

  static func + (one: Self, other: Self) -> Self {
    func sum(_ a: UInt64?, _ b: UInt64?) -> UInt64? {
      guard let a, let b else { return a ?? b }
      return a &+ b
    }
    return Self(
      received: sum(one.received, other.received),
      droppedByKernel: sum(one.droppedByKernel, other.droppedByKernel),
      droppedByInterface: sum(one.droppedByInterface, other.droppedByInterface))
  }
}

/// Secrets a pcapng file carries to read its own packets (Decryption Secrets Block).
public struct DecryptionSecrets: Hashable, Sendable {
  /// The format of `bytes`, open.
  public struct Format: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// NSS key log lines.
    public static let tlsKeyLog = Format(rawValue: 0x544C_534B)
    public static let sshKeyLog = Format(rawValue: 0x5353_484B)
    public static let wireGuardKeyLog = Format(rawValue: 0x5747_4B4C)
  }

  public var format: Format
  public var bytes: [UInt8]
}
