#if TLS
  import MosnConfig
  import NIOCore
  import NIOSSL

  /// Certificates, keys and names of a `tls_context`, as NIOSSL wants them.
  enum TLSFile {
    /// - Parameter value: a path, or PEM text.
    static func certificates(
      _ value: String, _ key: String, _ configuration: TLSContext, _ folder: String
    ) throws(DaemonError) -> [NIOSSLCertificate] {
      let place = "\(configuration.path).\(key)"
      guard !value.isEmpty else { throw .tls(path: place, reason: "is required") }
      do {
        return try NIOSSLCertificate.fromPEMBytes(try bytes(value, place, folder))
      } catch let error as DaemonError {
        throw error
      } catch {
        throw .tls(path: place, reason: "no certificates in PEM form: \(shown(value))")
      }
    }

    static func privateKey(
      _ configuration: TLSContext, _ folder: String
    ) throws(DaemonError) -> NIOSSLPrivateKey {
      let place = "\(configuration.path).private_key"
      do {
        return try NIOSSLPrivateKey(bytes: try bytes(configuration.privateKey, place, folder), format: .pem)
      } catch let error as DaemonError {
        throw error
      } catch {
        throw .tls(path: place, reason: "no private key in PEM form: \(shown(configuration.privateKey))")
      }
    }

    /// What servers and clients have in common.
    static func apply(
      _ configuration: TLSContext, to settings: inout NIOSSL.TLSConfiguration, _ folder: String
    ) throws(DaemonError) {
      settings.minimumTLSVersion = version(configuration.minimumVersion) ?? .tlsv12
      settings.maximumTLSVersion = version(configuration.maximumVersion)
      if !configuration.certificateAuthority.isEmpty {
        settings.trustRoots = .certificates(
          try certificates(configuration.certificateAuthority, "ca_cert", configuration, folder))
      }
      if !configuration.cipherSuites.isEmpty { settings.cipherSuites = configuration.cipherSuites }
      let curves = names(configuration.curves).compactMap { Self.curves[$0.lowercased()] }
      if !curves.isEmpty { settings.curves = curves }
      let alpn = names(configuration.alpn)
      if !alpn.isEmpty { settings.applicationProtocols = alpn }
    }

    static func context(
      _ settings: NIOSSL.TLSConfiguration, _ configuration: TLSContext
    ) throws(DaemonError) -> NIOSSLContext {
      do {
        return try NIOSSLContext(configuration: settings)
      } catch {
        throw .tls(path: configuration.path, reason: "\(error)")
      }
    }

    private static let curves: [String: NIOTLSCurve] = [
      "x25519": .x25519, "p256": .secp256r1, "p384": .secp384r1, "p521": .secp521r1,
    ]

    private static func version(_ version: TLSContextVersion) -> NIOSSL.TLSVersion? {
      switch version {
      case .tls10: .tlsv1
      case .tls11: .tlsv11
      case .tls12: .tlsv12
      case .tls13: .tlsv13
      default: nil
      }
    }

    private static func names(_ list: String) -> [String] {
      list.split { $0 == "," || $0 == " " }.map(String.init)
    }

    private static func bytes(_ value: String, _ place: String, _ folder: String) throws(DaemonError)
      -> [UInt8]
    {
      if value.contains("-----BEGIN") { return Array(value.utf8) }
      do throws(DaemonError) {
        return try FileBytes.read(FileBytes.path(value, beside: folder))
      } catch {
        throw .tls(path: place, reason: "\(error)")
      }
    }

    private static func shown(_ value: String) -> String {
      value.contains("-----BEGIN") ? "the text given" : value
    }
  }
#endif
