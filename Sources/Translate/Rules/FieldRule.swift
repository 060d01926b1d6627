/// A row of the header contract: a field of HTTP/2 that is not simply an entry of bolt's header map.
///
/// `FieldRule.all` holds every row. Both directions walk them, and docs/translation.md shows them.
public struct FieldRule: Sendable {
  public let name: StaticString
  /// What the field says; nil when nobody asks.
  public let property: Property?
  public let role: Role
  /// The numbers that are accepted, where the role is `number` or the field is checked like one.
  public let values: ClosedRange<Int64>
  public let sent: Sending
  public let meaning: StaticString
  /// Which peers need or send it.
  public let peers: StaticString

  init(
    _ name: StaticString, _ role: Role, says property: Property? = nil,
    values: ClosedRange<Int64> = 0...(.max),
    sent: Sending = .never, _ meaning: StaticString = "", peers: StaticString
  ) {
    self.name = name
    self.property = property
    self.role = role
    self.values = values
    self.sent = sent
    self.meaning = meaning
    self.peers = peers
  }

  /// What a receiver makes of the field. A key of a header map that has the name of a row is written as a field of
  /// its own only when the role is `added` or `read`; otherwise it travels in the map field alone.
  public enum Role: UInt8, Sendable, CaseIterable {
    /// Of bolt's head; a number.
    case number
    /// Of bolt's head; text.
    case text
    /// Follows from something else and is passed over on receipt.
    case derived
    /// Belongs to MOSN or to us and never enters a header map.
    case hidden
    /// Belongs to one hop of HTTP and is never carried over.
    case hop
    /// Says in a header map what a pseudo-header field says.
    case target
    /// Added by HTTP on the way: dropped beside the property set, unless the map field claims it.
    case added
    /// An entry of the header map that is also looked at.
    case read
  }

  /// What a field says.
  public enum Property: UInt8, Sendable, CaseIterable {
    case protocolCode, type, command, version, ver1, switches, requestID, codec, timeout
    case classLength, headerLength, contentLength, className, status, receiveTime
    case streamID, endStream, tryTimeout, globalTimeout, hijackStatus, map
    case bodyLength, host, path, query, method, contentType, serializeType, targetService, methodName, service
  }

  /// When the field is written.
  public enum Sending: UInt8, Sendable, CaseIterable {
    case never
    case always
    case requests
    case responses
    /// In requests, under `Options.isCompatible`.
    case compatibleRequests
    /// For frames of bolt v2.
    case v2
    /// When there is no content.
    case withoutContent
  }
}

extension FieldRule.Role {
  /// Whether a field with this role may become an entry of a header map.
  @inline(__always)
  var mayEnter: Bool {
    switch self {
    case .number, .text, .derived, .hidden, .hop: false
    case .target, .added, .read: true
    }
  }

  /// Whether an entry of a header map may become a field of a name with this role: no receiver takes it for something
  /// else.
  @inline(__always)
  var isFree: Bool {
    switch self {
    case .number, .text, .derived, .hidden, .hop, .target: false
    case .added, .read: true
    }
  }
}
