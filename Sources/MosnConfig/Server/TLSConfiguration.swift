/// TLS of a listener or towards a cluster.
public struct TLSConfiguration: Hashable, Sendable {
  public internal(set) var path = ""
  public var isEnabled = false
  /// The name that is asked for and verified.
  public var serverName = ""
  /// A path, or PEM text.
  public var certificateAuthority = ""
  public var certificateChain = ""
  public var privateKey = ""
  /// As a server: ask for the client's certificate and verify it.
  public var verifyClient = false
  public var requireClientCertificate = false
  /// As a client: take any certificate.
  public var insecureSkip = false
  /// OpenSSL's names between colons; empty: the library's choice.
  public var cipherSuites = ""
  /// Names between commas; empty: the library's choice.
  public var curves = ""
  public var minimumVersion = TLSVersion.auto
  public var maximumVersion = TLSVersion.auto
  /// Names between commas.
  public var alpn = ""
  /// Certificates come from where mosnd has none from: a discovery service, an extension of MOSN.
  var hasCertificatesElsewhere = false

  public init() {}
}

public struct TLSVersion: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let auto = TLSVersion(rawValue: "tls_auto")
  public static let tls10 = TLSVersion(rawValue: "tlsv1_0")
  public static let tls11 = TLSVersion(rawValue: "tlsv1_1")
  public static let tls12 = TLSVersion(rawValue: "tlsv1_2")
  public static let tls13 = TLSVersion(rawValue: "tlsv1_3")
}

extension TLSVersion: ConfigurationValue {
  static let known: [TLSVersion] = [.auto, .tls10, .tls11, .tls12, .tls13]
  static let shape = known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
  static let example = JSONValue(.string(TLSVersion.auto.rawValue))

  /// Whatever its case. A name that is not known is looked at where TLS is switched on.
  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> TLSVersion? {
    guard let text = String.read(json, at: path, &reader), !text.isEmpty else { return nil }
    return TLSVersion(rawValue: text.lowercased())
  }

  var json: JSONValue? { JSONValue(.string(rawValue)) }
}

extension TLSConfiguration: ConfigurationObject {
  private static let knownCurves: Set = ["x25519", "p256", "p384", "p521"]

  static let title = "TLS context"
  static let keys: [Key<Self>] = [
    Key("status", \.isEnabled, "Switches TLS on."),
    Key("server_name", \.serverName, "The name that is asked for and verified."),
    Key("ca_cert", \.certificateAuthority, "Path or PEM text of the authorities."),
    Key("cert_chain", \.certificateChain, "Path or PEM text of the certificates."),
    Key("private_key", \.privateKey, "Path or PEM text of the key."),
    Key("verify_client", \.verifyClient, "Listener: ask for a certificate and verify it."),
    Key(
      "require_client_cert", \.requireClientCertificate, since: "1.6",
      "Listener: refuse clients without one."),
    Key("insecure_skip", \.insecureSkip, "Cluster: take any certificate."),
    Key("cipher_suites", \.cipherSuites, "OpenSSL's names between colons."),
    Key("ecdh_curves", \.curves, "Names between commas: x25519, p256, p384, p521."),
    Key("min_version", \.minimumVersion, "The oldest version."),
    Key("max_version", \.maximumVersion, "The newest version."),
    Key("alpn", \.alpn, "Names between commas: h2, http/1.1, sofa."),
    .noEffect("type", "string", "Picks an extension of MOSN."),
    .noEffect("ticket", "string", "Parsed by MOSN, without effect there too."),
    .noEffect("extend_verify", "object", "For extensions of MOSN."),
    .noEffect(
      "fall_back", "boolean", since: "0.26", "Plain text when certificates are missing: never in mosnd."),
    .noEffect("callbacks", "array of string", since: "1.6", "For extensions of MOSN."),
    .noEffect("sds_source", "object", since: "0.26", "Certificates from a discovery service."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    hasCertificatesElsewhere = !given.isDisjoint(with: ["sds_source", "type", "fall_back"])
    guard isEnabled else { return }
    for (name, other) in [("cert_chain", "private_key"), ("private_key", "cert_chain")]
    where given.contains(name) && !given.contains(other) {
      reader.report(.error, "\(path).\(name)", "\(other) is required beside it")
    }
    for (key, version) in [("min_version", minimumVersion), ("max_version", maximumVersion)]
    where !TLSVersion.known.contains(version) {
      reader.report(.error, "\(path).\(key)", "unknown TLS version: \(version.rawValue)")
    }
    for curve in PrivateKeys.masked(curves).split(separator: ",")
    where !Self.knownCurves.contains(curve.lowercased()) {
      reader.report(.error, "\(path).ecdh_curves", "unknown curve: \(curve)")
    }
    let order = TLSVersion.known
    if maximumVersion != .auto, let least = order.firstIndex(of: minimumVersion),
      let most = order.firstIndex(of: maximumVersion), least > most
    {
      reader.report(.error, "\(path).min_version", "is above max_version: no handshake can succeed")
    }
    if insecureSkip {
      reader.report(.warning, "\(path).insecure_skip", "certificates of servers are not verified")
    }
  }
}
