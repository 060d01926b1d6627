import MosnBytes

/// The head of a block (draft-ietf-opsawg-pcapng §3.1):
///
///     0 type 4 | 4 total length 4 | 8 body … | padding to 4 | total length 4
struct PcapngBlock {
  struct Kind: RawRepresentable, Hashable, CustomStringConvertible {
    let rawValue: UInt32

    static let sectionHeader = Kind(rawValue: 0x0A0D_0D0A)
    static let interfaceDescription = Kind(rawValue: 1)
    static let packet = Kind(rawValue: 2)
    static let simplePacket = Kind(rawValue: 3)
    static let interfaceStatistics = Kind(rawValue: 5)
    static let enhancedPacket = Kind(rawValue: 6)
    static let decryptionSecrets = Kind(rawValue: 10)

    var description: String {
      switch self {
      case .sectionHeader: "section header"
      case .interfaceDescription: "interface description"
      case .packet, .simplePacket, .enhancedPacket: "packet"
      case .interfaceStatistics: "interface statistics"
      case .decryptionSecrets: "decryption secrets"
      default: "type \(rawValue)"
      }
    }

    /// Length of the body's fixed fields; nil for kinds that are passed over unread.
    var fixedLength: Int? {
      switch self {
      case .sectionHeader: 16
      case .interfaceDescription: 8
      case .packet, .enhancedPacket: 20
      case .simplePacket: 4
      case .interfaceStatistics: 12
      case .decryptionSecrets: 8
      default: nil
      }
    }
  }

  static let headLength = 8
  static let frameLength = 12

  let kind: Kind
  /// As declared: may be any number.
  let totalLength: UInt32
  /// Of the first byte, in the file's stream.
  let offset: Int64

  /// `head` has at least 8 bytes.
  @inline(__always)
  init(head: RawSpan, order: ByteOrder, offset: Int64) {
    kind = Kind(rawValue: head.integer(UInt32.self, at: 0, order))
    totalLength = head.integer(UInt32.self, at: 4, order)
    self.offset = offset
  }

  /// Bytes the block takes: some writers declare the length without the padding.
  @inline(__always)
  var paddedLength: Int { (Int(totalLength) + 3) & ~3 }

  /// Bytes between the head and the trailing length.
  @inline(__always)
  var bodyLength: Int { paddedLength - Self.frameLength }
}

/// The options at the end of a block's body:
///
///     0 code 2 | 2 length 2 | 4 value … | padding to 4
struct PcapngOptions {
  let order: ByteOrder

  /// Calls `body` with each option until the list ends. False if an option runs beyond the block.
  func forEach(in block: RawSpan, from offset: Int, _ body: (UInt16, RawSpan) -> Void) -> Bool {
    var offset = offset
    while offset + 4 <= block.byteCount {
      let code = block.integer(UInt16.self, at: offset, order)
      let length = Int(block.integer(UInt16.self, at: offset + 2, order))
      if code == 0 { return true }
      let value = offset + 4
      guard value + length <= block.byteCount else { return false }
      body(code, block.extracting(value..<value + length))
      offset = value + (length + 3) & ~3
    }
    return true
  }
}
