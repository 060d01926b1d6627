import CMosnPcap
import Glibc

extension CaptureInterface {
  /// The interfaces of this machine that could be listened to, in libpcap's order (most useful first).
  static func all() throws(CaptureError) -> [CaptureInterface] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    let (status, message) = withErrorText { pcap_findalldevs(&first, $0) }
    if status != 0 { throw .cannotListInterfaces(message: message) }
    defer { pcap_freealldevs(first) }
    var interfaces: [CaptureInterface] = []
    var next = first
    while let device = next?.pointee {
      interfaces.append(CaptureInterface(device))
      next = device.next
    }
    return interfaces
  }

  private init(_ device: pcap_if_t) {
    self.init(
      name: device.name.map { String(cString: $0) }, details: device.description.map { String(cString: $0) },
      isLoopback: device.flags & UInt32(bitPattern: PCAP_IF_LOOPBACK) != 0,
      isUp: device.flags & UInt32(bitPattern: PCAP_IF_UP) != 0)
    var next = device.addresses
    while let address = next?.pointee {
      if let text = Self.numeric(address.addr) { addresses.append(text) }
      next = address.next
    }
  }

  /// An IPv4 or IPv6 address in digits; nil for others (packet sockets name their link address here).
  private static func numeric(_ address: UnsafeMutablePointer<sockaddr>?) -> String? {
    guard let address else { return nil }
    let length: Int
    switch Int32(address.pointee.sa_family) {
    case AF_INET: length = MemoryLayout<sockaddr_in>.size
    case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
    default: return nil
    }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let size = socklen_t(text.count)
    guard getnameinfo(address, socklen_t(length), &text, size, nil, 0, NI_NUMERICHOST) == 0 else {
      return nil
    }
    return text.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
