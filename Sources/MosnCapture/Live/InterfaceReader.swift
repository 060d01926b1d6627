import CMosnPcap
import Glibc
import Synchronization

/// Empties an interface's buffer in the kernel in a thread of its own, which does nothing else: packets are dropped where
/// they are not fetched in time, and decoding takes as long as it takes.
final class InterfaceReader: @unchecked Sendable {
  let queue: PacketQueue
  /// Ends a wait for the queue.
  let wake: Wake
  private let handle: OpaquePointer
  private let stopSwitch: StopSwitch
  private let isAbandoned = Atomic(false)
  private let hasEnded = Atomic(false)
  /// Set before `hasEnded`.
  private var failure: String?
  /// libpcap's handles are not for two threads.
  private let lock = Mutex(())
  private var thread = pthread_t()

  /// Milliseconds the thread waits for room in the queue.
  private static let pause: Int32 = 1

  /// Begins to read. The handle, which does not block, is the reader's from here on.
  ///
  /// Nil when no thread or descriptor is to be had; the handle is closed then, too.
  init?(_ handle: OpaquePointer, queueSize: Int, stopSwitch: StopSwitch) {
    self.handle = handle
    self.stopSwitch = stopSwitch
    queue = PacketQueue(capacity: queueSize)
    guard let wake = Wake() else {
      pcap_close(handle)
      return nil
    }
    self.wake = wake
    let reader = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<InterfaceReader>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, reader.toOpaque())
    guard status == 0 else {
      reader.release()
      return nil
    }
    pthread_detach(thread)
  }

  deinit { pcap_close(handle) }

  /// Lets the thread end: nobody takes packets any more.
  func abandon() { isAbandoned.store(true, ordering: .relaxed) }

  /// Why there will be no more packets than wait in the queue; nil while there may be.
  var end: Ending? {
    guard hasEnded.load(ordering: .acquiring) else { return nil }
    return failure.map { .failed($0) } ?? .stopped
  }

  enum Ending { case stopped, failed(String) }

  /// The counters so far.
  var counters: pcap_stat? {
    var counters = pcap_stat()
    return lock.withLock { _ in pcap_stats(handle, &counters) } == 0 ? counters : nil
  }

  // MARK: The thread

  private func run() {
    var grace = StopGrace()
    while !isAbandoned.load(ordering: .relaxed) {
      let stops = stopSwitch.isRequested
      if stops, grace.isOver { break }
      switch fetch() {
      case .packet: continue
      case .none: if !wait(), stops { finish(nil) }
      case .failed(let message): finish(message)
      }
      if hasEnded.load(ordering: .relaxed) { return }
    }
    finish(nil)
  }

  private func finish(_ failure: String?) {
    self.failure = failure
    hasEnded.store(true, ordering: .releasing)
    wake.wake()
  }

  private enum Fetched { case packet, none, failed(String) }

  private func fetch() -> Fetched {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var data: UnsafePointer<UInt8>?
    switch lock.withLock({ _ in pcap_next_ex(handle, &header, &data) }) {
    case 1:
      if let header = header?.pointee {
        enqueue(header, UnsafeRawBufferPointer(start: data, count: Int(header.caplen)))
      }
      return .packet
    case 0: return .none
    default: return .failed(String(cString: pcap_geterr(handle)))
    }
  }

  /// Without room for it a packet waits, and the ones behind it in the kernel, which counts those it drops.
  private func enqueue(_ header: pcap_pkthdr, _ bytes: UnsafeRawBufferPointer) {
    while !queue.append(header, bytes) {
      if isAbandoned.load(ordering: .relaxed) { return }
      wake.wake()
      poll(nil, 0, Self.pause)
    }
    wake.wake()
  }

  /// libpcap itself would wait for a packet however long that takes (measured: its own timeout does not end a
  /// wait in which no packet came), so it is set not to block. Returns whether packets have come.
  private func wait() -> Bool {
    var ready = pollfd(fd: pcap_get_selectable_fd(handle), events: Int16(POLLIN), revents: 0)
    return poll(&ready, 1, LiveCapture.timeout) > 0
  }
}
