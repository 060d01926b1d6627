import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The file descriptors of the process: how many there may be, and what is done and said when they run out.
final class Descriptors: Sendable {
  /// How many the process may have.
  let limit: Int
  /// What that was before it was raised.
  let limitBefore: Int
  /// A client's connection is refused from this number on.
  private let clientsEnd: Atomic<Int>
  private let figures: ProcessFigures
  /// When a shortage may be mentioned again.
  private let silence = Atomic<UInt64>(0)
  private static let silenceTime: UInt64 = 60_000_000_000

  /// Raises the limit as far as the system lets us. To be made before anything is opened that stays open.
  init(figures: ProcessFigures) {
    self.figures = figures
    // Nothing may get the number of a standard output that is closed: what is logged there would go into it.
    while case let descriptor = open("/dev/null", O_RDWR), descriptor >= 0 {
      guard descriptor > STDERR_FILENO else { continue }
      close(descriptor)
      break
    }
    limitBefore = Self.current
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limits = rlimit()
    if getrlimit(resource, &limits) == 0 {
      limits.rlim_cur = limits.rlim_max
      setrlimit(resource, &limits)
    }
    limit = Self.current
    clientsEnd = Atomic(limit)
  }

  /// Negative for the system when there is none.
  private static var current: Int {
    let limit = sysconf(Int32(_SC_OPEN_MAX))
    return limit < 0 ? .max : limit
  }

  /// Makes sure that as many event loops can be had; SwiftNIO ends the process over one that cannot.
  func check(eventLoops count: Int) throws(DaemonError) {
    // One to wait with, one to be woken by, one for timers.
    let needed = inUse + 3 * count
    guard needed <= limit else { throw .descriptors(limit: limit, needed: needed) }
  }

  /// Clients may take their share of what is not open now. Of the rest their calls reach the hosts, a reload reads its
  /// files, and the administration interface answers.
  ///
  /// - Parameter share: per cent.
  func reserve(share: Int) {
    let free = limit - inUse
    // Who has one descriptor left gives it to a client.
    let rest = free / 100 * (100 - share) + free % 100 * (100 - share) / 100
    clientsEnd.store(limit - rest, ordering: .relaxed)
  }

  /// The lowest number that is free, which is the one the kernel gives next: so many are in use.
  private var inUse: Int {
    let lowest = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard lowest >= 0 else { return limit }
    close(lowest)
    return Int(lowest)
  }

  /// Whether a client may keep its connection.
  ///
  /// - Parameter descriptor: the connection's, which tells how many are in use.
  func admits(_ descriptor: CInt) -> Bool { descriptor < clientsEnd.load(ordering: .relaxed) }

  /// Counts a connection that was not taken or made, and says so in the log; once a minute is enough.
  func noteShortage(_ log: Log, _ what: @autoclosure () -> String) {
    figures.descriptorShortages.add(1, ordering: .relaxed)
    let (now, until) = (MonotonicClock.now, silence.load(ordering: .relaxed))
    guard now >= until,
      silence.compareExchange(expected: until, desired: now + Self.silenceTime, ordering: .relaxed).exchanged
    else { return }
    log.write(.warn, "\(what()); at most \(limit) descriptors (ulimit -n, LimitNOFILE)")
  }

  /// Whether the system had no descriptor, or no memory, for another socket: nobody's fault at the other end.
  static func isShortage(_ error: any Error) -> Bool {
    switch error {
    case let error as IOError: [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode)
    case let error as NIOConnectionError: error.connectionErrors.contains { isShortage($0.error) }
    default: false
    }
  }
}
