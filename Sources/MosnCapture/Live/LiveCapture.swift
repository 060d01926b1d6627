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
  private let reader: InterfaceReader
  private let nanosecondsPerTick: Int64
  private var number = 0

  init(interface name: String, options: CaptureOptions, stopSwitch: StopSwitch) throws(CaptureError) {
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
    self.name = name
    nanosecondsPerTick = hasNanoseconds ? 1 : 1_000
    warning = status > 0 ? Self.text(of: status, handle) : nil
    isOpen = true
    let reader = InterfaceReader(handle, queueSize: options.queueSize, stopSwitch: stopSwitch)
    guard let reader else { throw .interfaceFailed(name: name, message: "there is no thread to read it") }
    self.reader = reader
    interface = CaptureInterface(name: name, linkType: linkType, snapshotLength: options.snapshotLength)
  }

  deinit { reader.abandon() }

  /// The counters so far.
  var statistics: CaptureStatistics? {
    reader.counters.map {
      CaptureStatistics(
        received: UInt64($0.ps_recv), droppedByKernel: UInt64($0.ps_drop),
        droppedByInterface: UInt64($0.ps_ifdrop))
    }
  }

  /// Waits for a packet, at most about `timeout`.
  func next() throws(CaptureError) -> Reading {
    // Asked before the queue is: what was put there before the end is taken first.
    let end = reader.end
    if let packet = take() { return packet }
    switch end {
    case .stopped: return .ended(.stopped)
    case .failed(let message): throw .interfaceFailed(name: name, message: message)
    case nil: break
    }
    beforeWaiting?()
    return wait() ?? .idle
  }

  private func take() -> Reading? {
    guard let (waiting, bytes) = reader.queue.next() else { return nil }
    var header = waiting
    number += 1
    header.ts.tv_usec &*= Int(nanosecondsPerTick)
    return .packet(CapturedPacket(header, linkType: interface.linkType ?? .ethernet, number: number), bytes)
  }

  /// Until a packet has come or there is room for output. A signal ends the wait as well.
  private func wait() -> Reading? {
    reader.wake.expect()
    defer { reader.wake.forget() }
    if let packet = take() { return packet }
    let output = pendingOutput?()
    var ready = [pollfd(fd: reader.wake.descriptor, events: Int16(POLLIN), revents: 0)]
    if let output { ready.append(pollfd(fd: output, events: Int16(POLLOUT), revents: 0)) }
    _ = poll(&ready, nfds_t(ready.count), Self.timeout)
    return take()
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
