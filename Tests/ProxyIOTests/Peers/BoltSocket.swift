import BoltCodec
import Foundation

/// A blocking TCP socket that speaks bolt, for either end.
final class BoltSocket {
  private let descriptor: Int32
  private var decoder = BoltDecoder()

  /// A client's.
  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(text: "connect: \(errno)") }
    setTimeout()
  }

  /// A server's.
  init(accepted descriptor: Int32) {
    self.descriptor = descriptor
    setTimeout()
  }

  deinit { close(descriptor) }

  func send(_ message: BoltMessage) throws {
    var bytes: [UInt8] = []
    try BoltEncoder.encode(message, into: &bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Foundation.send(
          descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(text: "send: \(errno)") }
      sent += count
    }
  }

  /// FIN; the peer may still send.
  func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

  func request(
    _ id: UInt32, headers: [BoltMessage.Header] = [.init("service", "testSofa")], content: [UInt8] = []
  ) throws {
    try send(BoltMessage(.request(id: id, timeout: 10_000), headers: headers, content: content))
  }

  /// The next message; nil when the peer has ended the connection.
  func receive() throws -> BoltMessage? {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let frame = try decoder.next() { return try BoltMessage(frame, in: decoder.bytes) }
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count == 0 { return nil }
      guard count > 0 else { throw Failure(text: "recv: \(errno)") }
      decoder.append(chunk.prefix(count))
    }
  }

  struct Failure: Error { let text: String }

  static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Nothing waits for ever.
  private func setTimeout() {
    var time = timeval(tv_sec: Int(Program.patience), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}

/// A listening socket on a free port. Connections wait in its queue until they are accepted.
final class BoltListener {
  let port: UInt16
  private let descriptor: Int32

  /// - Parameter port: any free one unless told.
  init(port: UInt16 = 0) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = BoltSocket.loopback(port)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard result else { throw BoltSocket.Failure(text: "listen: \(errno)") }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  func accept() throws -> BoltSocket {
    let accepted = Foundation.accept(descriptor, nil, nil)
    guard accepted >= 0 else { throw BoltSocket.Failure(text: "accept: \(errno)") }
    return BoltSocket(accepted: accepted)
  }

  /// Ports that were free a moment ago, all different.
  static func freePorts(_ count: Int) throws -> [UInt16] {
    try (0..<count).map { _ in try BoltListener() }.map(\.port)
  }
}
