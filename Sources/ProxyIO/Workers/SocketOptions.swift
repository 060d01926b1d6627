import Glibc
import NIOCore

/// How sockets are read, on either side of the proxy.
enum SocketOptions {
  static let receiveAllocator = ReceiveAllocator()
  /// The kernel asks a peer that has been silent for a minute whether it is there, and ends the connection after three
  /// questions in half a minute: a call without a limit must not wait for a host that lost its power. No proxy or
  /// server on the way sees anything of it.
  static let keepAlive: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
    (.init(level: .socket, name: .so_keepalive), 1),
    (.init(level: .tcp, name: .init(rawValue: TCP_KEEPIDLE)), 60),
    (.init(level: .tcp, name: .init(rawValue: TCP_KEEPINTVL)), 10),
    (.init(level: .tcp, name: .init(rawValue: TCP_KEEPCNT)), 3),
  ]
  /// Connections that wait to be accepted.
  static let backlog: Int32 = 1024
}

extension SocketAddress? {
  /// `127.0.0.1:2045`, `[::1]:2045`.
  var text: String {
    guard let self, let host = self.ipAddress, let port = self.port else { return "-" }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
