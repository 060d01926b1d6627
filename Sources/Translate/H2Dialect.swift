/// How a peer on HTTP/2 speaks of bolt, which decides how it is answered.
public enum H2Dialect: UInt8, Sendable, Hashable, CaseIterable {
  /// One of ours: the property set with the map field.
  case mosnd
  /// MOSN 0.2.1 to 0.4: the property set.
  case mosn
  /// SOFARPC's own HTTP/2: `POST /interface/method` with `sofa_head_serialize_type`.
  case sofarpc
  /// Any other: curl, h2load, a gateway.
  case plain

  /// Whether the property set is there.
  public var hasProperties: Bool { self == .mosnd || self == .mosn }
}
