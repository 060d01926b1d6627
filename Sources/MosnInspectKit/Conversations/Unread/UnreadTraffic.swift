/// What a connection says that is not decoded here, as far as its first bytes tell.
public struct UnreadTraffic: Sendable, Equatable {
  /// Nil where nothing certain can be said.
  public var wireProtocol: UnreadProtocol?
  /// For people, such as `TLS 1.3, SNI pay.svc, ALPN h2, no keys` or `not decoded (begins 00 00 00 1e)`. It may quote what a
  /// stranger wrote.
  public var text: String
  /// What the text says, for programs: a name such as `sni` and its value.
  public var facts: [Fact] = []
  /// The first bytes of each direction, where nothing can be said of them.
  public var beginnings: [[UInt8]] = []

  public struct Fact: Sendable, Equatable {
    public var name: Name
    public var value: String

    public enum Name: Sendable { case tlsVersion, sni, alpn, alpnOffered, firstLine, product }
  }
}
