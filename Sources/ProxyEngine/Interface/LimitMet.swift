import H2Codec

/// A limit that refused, cut or closed something: which, what it allows and what came.
public struct LimitMet: Sendable, Hashable {
  public let key: Key
  public let most: Int
  public let found: Int

  init(_ key: Key, most: Int, found: Int) { (self.key, self.most, self.found) = (key, most, found) }

  /// As it stands in the configuration, under `limits`.
  public enum Key: String, Sendable, Hashable, CaseIterable {
    case headerEntries = "header_entries"
    case headerListSize = "header_list_size"
    case boltHeaderLength = "bolt_header_length"
    case boltContentLength = "bolt_content_length"
    case crossingBody = "crossing_body"
    case callsPerConnection = "calls_per_connection"
    case bufferedBytes = "buffered_bytes"
    /// The peer's own, announced in its SETTINGS.
    case peersHeaderListSize = "SETTINGS_MAX_HEADER_LIST_SIZE"
  }

  /// Of a header list that HPACK's decoder stopped keeping.
  init(_ excess: HPACKError) {
    self.init(
      excess.rule == .tooManyFields ? .headerEntries : .headerListSize, most: excess.expected,
      found: excess.found)
  }
}

extension LimitMet: CustomStringConvertible {
  public var description: String {
    let name = key == .peersHeaderListSize ? "its own \(key.rawValue)" : "limits.\(key.rawValue)"
    return "\(name): \(found), at most \(most)"
  }
}
