import NIOCore

/// How sockets are read, on either side of the proxy.
enum SocketOptions {
  /// Small while little comes, so that idle connections cost little; up to what one pass can use.
  static let receiveAllocator = AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 8192, maximum: 65_536)
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
