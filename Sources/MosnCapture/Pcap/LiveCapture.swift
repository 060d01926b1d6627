import CMosnPcap
import Glibc
import MosnPackets

/// Packets of a network interface as they pass.
final class LiveCapture {
  /// How long a wait for packets lasts before the wish to stop is looked at, in milliseconds: short for a
  /// person at the keyboard, long for a processor.
  static let timeout: Int32 = 100
  /// How long a packet may wait in the kernel's block for others, in milliseconds: shorter, so that the wait above sees
  /// every block. Blocks (TPACKET_V3) hold packets one behind the other; libpcap's immediate mode has a slot of the snapshot
  /// length for each instead, of which 16 MiB hold 64.
  private static let blockTimeout: Int32 = 50

  let interface: CaptureInterface
  var beforeWaiting: (() -> Void)?
  /// A descriptor that there is something to write to; that it can be written to ends a wait.
  var pendingOutput: (() -> Int32?)?
  /// What libpcap says although it goes on.
  let warning: String?
  private let name: String
  private let handle: OpaquePointer
  private let nanosecondsPerTick: Int64
  private var number = 0

  init(interface name: String, options: CaptureOptions) throws(CaptureError) {
    let (created, message) = withErrorText { pcap_create(name, $0) }
    guard let handle = created else { throw .interfaceFailed(name: name, message: message) }
    var isOpen = false
    defer { if !isOpen { pcap_close(handle) } }

    pcap_set_snaplen(handle, Int32(clamping: options.snapshotLength))
    pcap_set_promisc(handle, options.promiscuous ? 1 : 0)
    pcap_set_timeout(handle, Self.blockTimeout)
    pcap_set_buffer_size(handle, Int32(clamping: options.kernelBufferSize))
    let hasNanoseconds = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0
    let status = pcap_activate(handle)
    if status < 0 { throw Self.error(status, name, handle) }
    let (blocking, reason) = withErrorText { pcap_setnonblock(handle, 1, $0) }
    if blocking != 0 { throw .interfaceFailed(name: name, message: reason) }
    let linkType = LinkType(dlt: pcap_datalink(handle))
    if let text = options.filter {
      let filter = try CaptureFilter(text, live: handle)
      if !filter.install(on: handle) {
        throw .interfaceFailed(name: name, message: String(cString: pcap_geterr(handle)))
      }
    }
    isOpen = true
    self.handle = handle
    self.name = name
    nanosecondsPerTick = hasNanoseconds ? 1 : 1_000
    warning = status > 0 ? Self.text(of: status, handle) : nil
    interface = CaptureInterface(name: name, linkType: linkType, snapshotLength: options.snapshotLength)
  }

  deinit { pcap_close(handle) }

  /// The counters so far.
  var statistics: CaptureStatistics? {
    var counters = pcap_stat()
    guard pcap_stats(handle, &counters) == 0 else { return nil }
    return CaptureStatistics(
      received: UInt64(counters.ps_recv), droppedByKernel: UInt64(counters.ps_drop),
      droppedByInterface: UInt64(counters.ps_ifdrop))
  }

  /// Waits for a packet, at most about `timeout`.
  func next() throws(CaptureError) -> Reading {
    if case .packet(let packet, let bytes) = try read() { return .packet(packet, bytes) }
    beforeWaiting?()
    return wait() ? try read() : .idle
  }

  private func read() throws(CaptureError) -> Reading {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var data: UnsafePointer<UInt8>?
    switch pcap_next_ex(handle, &header, &data) {
    case 1:
      guard var header = header?.pointee else { return .idle }
      number += 1
      header.ts.tv_usec &*= Int(nanosecondsPerTick)
      let bytes = UnsafeRawBufferPointer(start: data, count: Int(header.caplen))
      return .packet(CapturedPacket(header, linkType: interface.linkType ?? .ethernet, number: number), bytes)
    case 0: return .idle
    default: throw .interfaceFailed(name: name, message: String(cString: pcap_geterr(handle)))
    }
  }

  /// libpcap itself would wait for a packet however long that takes (measured: its own timeout does not end a
  /// wait in which no packet came), so it is set not to block. A signal ends the wait as well.
  ///
  /// Returns whether packets have come.
  private func wait() -> Bool {
    let output = pendingOutput?()
    var ready = [pollfd(fd: pcap_get_selectable_fd(handle), events: Int16(POLLIN), revents: 0)]
    if let output { ready.append(pollfd(fd: output, events: Int16(POLLOUT), revents: 0)) }
    return poll(&ready, nfds_t(ready.count), Self.timeout) > 0 && ready[0].revents != 0
  }

  private static func error(_ status: Int32, _ name: String, _ handle: OpaquePointer) -> CaptureError {
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      return .noPermissionToCapture(interface: name, program: runningProgram)
    case PCAP_ERROR_NO_SUCH_DEVICE:
      let all = (try? CaptureInterface.all()) ?? []
      return .noSuchInterface(name: name, available: all.compactMap(\.name))
    case PCAP_ERROR_IFACE_NOT_UP:
      return .interfaceFailed(name: name, message: "it is down (bring it up with: ip link set \(name) up)")
    default: return .interfaceFailed(name: name, message: text(of: status, handle))
    }
  }

  private static func text(of status: Int32, _ handle: OpaquePointer) -> String {
    let message = String(cString: pcap_geterr(handle))
    return message.isEmpty ? String(cString: pcap_statustostr(status)) : message
  }

  private static var runningProgram: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count)
    guard count > 0 else { return "PROGRAM" }
    return path.withUnsafeBytes { String(decoding: $0.prefix(count), as: UTF8.self) }
  }
}
