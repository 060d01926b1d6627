/// Stand-in until the real one lands.
public struct LinkType: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let ethernet = LinkType(rawValue: 1)
}
