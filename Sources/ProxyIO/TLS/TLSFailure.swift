#if TLS
  import NIOSSL
#endif

/// What went wrong with TLS, in words for the log.
enum TLSFailure {
  static let notBuilt = "this mosnd was built without TLS (package trait TLS)"

  #if TLS
    /// Nil: the error has nothing to do with TLS.
    static func text(_ error: any Error) -> String? {
      switch error {
      case _ where isEnd(error): "closed during the TLS handshake"
      case NIOSSLError.handshakeFailed(let error): "TLS handshake failed: \(words(error))"
      case NIOSSLError.uncleanShutdown: "TLS connection cut without close_notify"
      case let error as NIOSSLError: "TLS: \(error)"
      case let error as NIOSSLExtraError: "TLS: \(error)"
      case let error as BoringSSLError: "TLS: \(words(error))"
      default: nil
      }
    }

    /// Whether the peer has left amid the handshake, as those do who only look whether a port is open.
    static func isEnd(_ error: any Error) -> Bool {
      guard case NIOSSLError.handshakeFailed(.sslError(let stack)) = error else { return false }
      return stack == [.eofDuringHandshake]
    }

    private static func words(_ error: BoringSSLError) -> String {
      switch error {
      case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack),
        .failedToSetALPN(let stack):
        stack.map(words).joined(separator: ", ")
      default: "\(error)"
      }
    }

    /// `peer did not return a certificate`, out of `Error: 268435648 error:100000c0:SSL
    /// routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE at FILE:348`.
    private static func words(_ error: BoringSSLInternalError) -> String {
      let text = "\(error)"
      guard let name = text.firstRange(of: "OPENSSL_internal:") else { return text }
      let rest = text[name.upperBound...]
      let end = rest.firstRange(of: " at ")?.lowerBound ?? rest.endIndex
      return String(rest[..<end].map { $0 == "_" ? " " : $0 }).lowercased()
    }
  #else
    static func text(_ error: any Error) -> String? { nil }
    static func isEnd(_ error: any Error) -> Bool { false }
  #endif
}
