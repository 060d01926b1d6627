import Glibc
import MosnConfig

/// Why the daemon, or an order to it, could not do what it was asked to. The world's fault, or the file's.
public enum DaemonError: Error, Sendable, Equatable {
  /// The configuration has errors, which have been printed.
  case configuration(file: String)
  /// A file could not be read or written.
  case file(String, reason: String)
  /// A file that strangers could have put there, or could exchange.
  case untrusted(String, reason: String)
  /// A listener could not be bound.
  case listener(name: String, address: String, errno: Int32)
  /// The process may not have as many descriptors as it needs to begin with.
  case descriptors(limit: Int, needed: Int)
  /// Certificates or keys that cannot be used.
  case tls(path: String, reason: String)
  /// There is a daemon with this pid file already.
  case alreadyRunning(pid: Int32, file: String)
  case notRunning(file: String)
  /// The daemon runs in another PID namespace.
  case outOfSight(file: String)
  /// The daemon could not be sent a signal.
  case signal(pid: Int32, errno: Int32)
  /// The daemon took the order and failed, and says why.
  case refused(String)
  case noAnswer(pid: Int32, seconds: Int)

  /// The status of sysexits(3) that fits.
  public var exitStatus: Int32 {
    switch self {
    case .configuration: EX_CONFIG
    case .tls: EX_CONFIG
    case .file(_, _): EX_NOINPUT
    case .untrusted: EX_NOPERM
    case .listener(_, _, let number): number == EACCES ? EX_NOPERM : EX_OSERR
    case .descriptors: EX_OSERR
    case .alreadyRunning, .notRunning, .outOfSight: EX_UNAVAILABLE
    case .signal(_, let number): number == EPERM ? EX_NOPERM : EX_UNAVAILABLE
    case .refused: EXIT_FAILURE
    case .noAnswer: EX_TEMPFAIL
    }
  }
}

extension DaemonError: CustomStringConvertible {
  public var description: String { PrivateKeys.masked(text) }

  private var text: String {
    switch self {
    case .configuration(let file): "load config failed: \(file)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .untrusted(let path, let reason): "\(path) \(reason), and is not trusted"
    case .listener(let name, let address, EADDRINUSE):
      "listener \(name): \(address) is in use by another process"
    case .listener(let name, let address, EACCES):
      "listener \(name): no permission to listen on \(address); ports below 1024 need CAP_NET_BIND_SERVICE"
    case .listener(let name, let address, EADDRNOTAVAIL):
      "listener \(name): \(address) is no address of this machine"
    case .listener(let name, let address, let number):
      "listener \(name): cannot listen on \(address): \(SystemError.text(number))"
    case .descriptors(let limit, let needed):
      "the process may have \(limit) descriptors, and needs \(needed) to begin with (ulimit -n, LimitNOFILE)"
    case .tls(let path, let reason): "\(path): \(reason)"
    case .alreadyRunning(let pid, let file): "already running as process \(pid) (\(file))"
    case .notRunning(let file): "not running: no process holds \(file)"
    case .outOfSight(let file): "\(file) is held by a process of another PID namespace: give the order there"
    case .signal(let pid, let number): "process \(pid): \(SystemError.text(number))"
    case .refused(let reason): reason
    case .noAnswer(let pid, let seconds): "process \(pid) has not answered within \(seconds) s"
    }
  }
}

/// What the kernel has to say.
enum SystemError {
  static func text(_ number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else {
        return "error \(number)"
      }
      return String(cString: base)
    }
  }
}
