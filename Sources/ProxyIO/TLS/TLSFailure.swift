#if TLS
  import NIOSSL
#endif

/// What went wrong with TLS, in words for the log.
enum TLSFailure {
  static let notBuilt = "this mosnd was built without TLS (package trait TLS)"

  /// Nil: the error has nothing to do with TLS.
  static func text(_ error: any Error) -> String? {
    #if TLS
      switch error {
      case NIOSSLError.handshakeFailed(let error): return "TLS handshake failed: \(error)"
      case NIOSSLError.uncleanShutdown: return "TLS connection cut without close_notify"
      case let error as NIOSSLError: return "TLS: \(error)"
      case let error as NIOSSLExtraError: return "TLS: \(error)"
      case let error as BoringSSLError: return "TLS: \(error)"
      default: return nil
      }
    #else
      return nil
    #endif
  }
}
