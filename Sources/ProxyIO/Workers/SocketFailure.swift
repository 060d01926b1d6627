import Glibc
import NIOCore
import NIOPosix

/// What a socket's error is in words for the log.
enum SocketFailure {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as IOError: SystemError.text(error.errnoCode)
    case let error as NIOConnectionError: text(error)
    case let error as ChannelError where isTimeout(error): "connect timed out"
    default: TLSFailure.text(error) ?? "\(error)"
    }
  }

  /// Whether the peer has just left, which is worth no warning.
  static func isEnd(_ error: any Error) -> Bool {
    (error as? IOError)?.errnoCode == ECONNRESET || TLSFailure.isEnd(error)
  }

  static func isTimeout(_ error: any Error) -> Bool {
    if case .some(.connectTimeout) = error as? ChannelError { return true }
    guard let error = error as? NIOConnectionError else { return false }
    return error.connectionErrors.contains { isTimeout($0.error) }
  }

  private static func text(_ error: NIOConnectionError) -> String {
    if let last = error.connectionErrors.last { return text(last.error) }
    if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name \(error.host) is not known" }
    return "\(error)"
  }
}
