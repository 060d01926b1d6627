import MosnBytes
import MosnPackets

/// Whom a load balancer speaks for, out of the header of the PROXY protocol (versions 1 and 2).
public struct ProxyAddresses: Sendable, Equatable {
  public var version: Int
  /// `address:port` of the client and of what it wanted to reach; nil where the header names none.
  public var source: String?
  public var destination: String?
}

extension ProxyAddresses {
  /// Reads a whole header.
  init(_ header: RawSpan) {
    version = header.begins(with: "PROXY ") ? 1 : 2
    if version == 1 { readLine(header) } else { readBinary(header) }
  }

  /// `PROXY TCP4 source destination port port`
  private mutating func readLine(_ header: RawSpan) {
    guard let line = header.firstLine else { return }
    let words = header.text(0, line).split(separator: " ")
    guard words.count == 6 else { return }
    let isV6 = words[1] == "TCP6"
    func endpoint(_ address: Substring, _ port: Substring) -> String {
      isV6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
    source = endpoint(words[2], words[4])
    destination = endpoint(words[3], words[5])
  }

  /// 13 family and transport   14 length   16 source, destination, their ports
  private mutating func readBinary(_ header: RawSpan) {
    switch header.octet(13).map({ $0 >> 4 }) {
    case 1?:
      guard let from = header.long(16), let to = header.long(20), let ports = header.long(24) else { return }
      set(IPAddress(ipv4: UInt32(from)), IPAddress(ipv4: UInt32(to)), ports)
    case 2?:
      guard let one = header.quad(16), let two = header.quad(24), let three = header.quad(32),
        let four = header.quad(40), let ports = header.long(48)
      else { return }
      set(IPAddress(ipv6: one, two), IPAddress(ipv6: three, four), ports)
    default: break
    }
  }

  private mutating func set(_ source: IPAddress, _ destination: IPAddress, _ ports: Int) {
    self.source = "\(Endpoint(address: source, port: UInt16(truncatingIfNeeded: ports >> 16)))"
    self.destination = "\(Endpoint(address: destination, port: UInt16(truncatingIfNeeded: ports)))"
  }
}
