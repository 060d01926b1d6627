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
  /// As a server: what these two come to is `clientCertificates`.
  public var verifyClient = false
  /// Nil: nothing said.
  public var requireClientCertificate: Bool?
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

  /// Says the same, wherever in the file it stands.
  public func isAlike(_ other: TLSConfiguration) -> Bool {
    var other = other
    other.path = path
    return self == other
  }
}

extension TLSConfiguration {
  /// What a server asks of its clients. A certificate that is asked for is always verified.
  public enum ClientCertificates: Sendable {
    case none, optional, required
  }

  /// MOSN 0.2.1 has `verify_client` alone, and requires what it verifies; later versions require it only where
  /// `require_client_cert` says so. Where nothing is said the stricter reading counts.
  public var clientCertificates: ClientCertificates {
    switch (verifyClient, requireClientCertificate) {
    case (_, true), (true, nil): .required
    case (true, false): .optional
    case (false, _): .none
    }
  }
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
    Key(
      "verify_client", \.verifyClient,
      "Listener: refuse clients whose certificate is not of `ca_cert`, and those without one."),
    Key(
      "require_client_cert", \.requireClientCertificate, since: "1.6",
      "Listener: true is `verify_client`, too; false beside it lets clients without a certificate in."),
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

  /// What the contexts of a listener ask of clients, and how clients could get round it.
  ///
  /// - Parameter plainTextAt: the path of the key that lets plain text in; nil: it is not let in.
  static func checkClientCertificates(
    of contexts: [Self], plainTextAt: String?, _ reader: inout ConfigurationReader
  ) {
    let required = contexts.filter { $0.clientCertificates == .required }
    for context in contexts where context.clientCertificates != .none {
      context.checkClientCertificates(&reader)
    }
    guard !required.isEmpty else { return }
    if let plainTextAt {
      reader.report(.warning, plainTextAt, "clients that speak plain text need no certificate")
    }
    for context in contexts where context.clientCertificates != .required {
      reader.report(
        .warning, context.path,
        "requires no certificate: a client gets here, and round the contexts that do, by its server name")
    }
  }

  private func checkClientCertificates(_ reader: inout ConfigurationReader) {
    if certificateAuthority.isEmpty {
      guard verifyClient else {
        return reader.report(
          .error, "\(path).require_client_cert",
          "ca_cert is required beside it: a certificate that is not verified says nothing")
      }
      reader.report(
        .warning, "\(path).verify_client", "without ca_cert clients are verified by the system's authorities")
    }
    if requireClientCertificate == nil {
      reader.report(
        .note, "\(path).verify_client",
        "clients without a certificate are refused, as by MOSN 0.2.1; later ones refuse them with require_client_cert"
      )
    }
  }
}
