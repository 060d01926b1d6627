/// SMB over TCP, all versions: the length of a message, and its mark.
///
///     0 00   1 length   4 FE (2), FF (1), FD (encrypted), FC (compressed)   5 SMB
enum SMB: Recogniser {
  static let wireProtocol = UnreadProtocol.smb

  static func client(_ bytes: RawSpan) -> Evidence { evidence(bytes) }
  static func server(_ bytes: RawSpan) -> Evidence { evidence(bytes) }

  private static func evidence(_ bytes: RawSpan) -> Evidence {
    guard bytes.octet(0) == 0, let mark = bytes.octet(4), mark >= 0xFC else { return .none }
    return bytes.begins(with: "SMB", at: 5) ? .strong : .none
  }
}
