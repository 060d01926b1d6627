import CMosnMalloc
import Glibc
import MosnConfig
import NIOCore
import NIOPosix

/// The forwarding daemon: sockets, logs and signals around the engines.
///
/// The thread that calls `run` waits for signals and does nothing else; an event loop per processor carries the
/// traffic, and one more thread writes the logs.
public final class Daemon {
  private let file: String
  private let processFile: ProcessFile
  private let signals: Signals
  private let figures = ProcessFigures()
  private let sinks: LogSinks
  private let workers: WorkerGroup
  private var settings: EdgeSettings
  private var acceptors: [Acceptor] = []
  private var admin: AdminInterface?
  private var probes: HealthProbes?
  private let claim: ProcessClaim
  private var reloads = 0

  /// Listens when it returns. To be called before any other thread exists: it blocks signals for those to come.
  ///
  /// - Parameters:
  ///   - file: what was read, without errors.
  ///   - processFile: where the process id goes.
  public init(_ file: ConfigurationFile, processFile: ProcessFile) throws(DaemonError) {
    guard let configuration = file.configuration else { throw .configuration(file: file.path) }
    // Otherwise malloc keeps what large buffers took, and takes new memory for smaller ones.
    mallopt(M_MMAP_THRESHOLD, 1 << 20)
    signals = Signals()
    let descriptors = Descriptors(figures: figures)
    claim = try processFile.claim()
    self.processFile = processFile
    self.file = file.path
    do throws(DaemonError) {
      // And one that writes the logs.
      try descriptors.check(eventLoops: configuration.workerCount + 1)
      // After the signals are blocked: a thread without that would be ended by them, and the process with it.
      sinks = LogSinks(
        writer: MultiThreadedEventLoopGroup(numberOfThreads: 1).next(), figures: figures,
        mostWaiting: EdgeLimits(configuration.server.limits).logUnwritten)
      settings = try EdgeSettings(configuration, folder: file.folder, sinks: sinks)
      workers = try Self.workers(settings, descriptors)
    } catch {
      claim.release()
      throw error
    }
    log(.info, "load config from: \(file.path)")
    for remark in file.remarks { log(.warn, remark) }
    for warning in sinks.takeWarnings() { log(.warn, warning) }
    if descriptors.limit > descriptors.limitBefore {
      log(.info, "descriptors: the limit was \(descriptors.limitBefore) and is \(descriptors.limit) now")
    }
    log(.debug, "configuration: \(configuration.printed)")
    do throws(DaemonError) {
      acceptors = try openListeners(of: configuration)
      if let address = configuration.admin?.networkAddress {
        let admin = try AdminInterface.open(at: address, workers: workers, process: figures)
        log(.info, "administration on http://\(admin.address)/metrics")
        self.admin = admin
      }
    } catch {
      end()
      throw error
    }
    startProbes()
    descriptors.reserve(share: settings.limits.descriptorShare)
    log(
      .info,
      "started, process \(getpid()), \(configuration.workerCount) event loops, pid file \(processFile.path)")
  }

  /// Works until a signal ends it.
  ///
  /// - Returns: the exit status.
  public func run() -> Int32 {
    var signals = signals
    var nextTrim = MonotonicClock.now + Self.trimInterval
    while true {
      guard let signal = signals.wait(nanoseconds: nextTrim - min(MonotonicClock.now, nextTrim)) else {
        malloc_trim(0)
        nextTrim = MonotonicClock.now + Self.trimInterval
        continue
      }
      switch signal {
      case SIGHUP: reload()
      case SIGUSR1:
        sinks.reopen()
        log(.info, "logs reopened")
      case SIGTERM: return stop(&signals, "SIGTERM")
      case SIGINT: return stop(&signals, "SIGINT")
      case SIGQUIT:
        log(.info, "SIGQUIT: stopping at once")
        end()
        return EXIT_SUCCESS
      default: break
      }
    }
  }

  /// How often memory that nothing uses goes back to the system. Of itself malloc keeps what a crowd of connections
  /// needed at its worst.
  private static let trimInterval: UInt64 = 30_000_000_000

  // MARK: Stopping

  /// Lets calls finish, for as long as the configuration allows.
  private func stop(_ signals: inout Signals, _ name: String) -> Int32 {
    let grace = UInt64(clamping: settings.configuration.server.gracefulTimeout.rawValue)
    log(
      .info,
      "\(name): stopping; calls under way may finish within \(settings.configuration.server.gracefulTimeout)")
    for acceptor in acceptors { acceptor.close() }
    let process = getpid()
    workers.drain().whenComplete { _ in kill(process, SIGUSR2) }
    // The last of it is for the answers to those who have waited in vain.
    let last = min(grace / 10, Self.longestEnd)
    let end = MonotonicClock.now + (grace - last)
    var status = EXIT_SUCCESS
    waiting: while true {
      let now = MonotonicClock.now
      guard now < end, let signal = signals.wait(nanoseconds: end - now) else {
        log(.warn, "not all calls have finished in time")
        workers.end(within: last)
        break
      }
      switch signal {
      case SIGUSR2:
        log(.info, "all calls have finished")
        break waiting
      case SIGINT where name == "SIGINT":
        log(.warn, "second SIGINT: stopping at once")
        status = 130
        break waiting
      case SIGQUIT: break waiting
      default: break
      }
    }
    self.end()
    return status
  }

  /// The longest time for answering calls that are given up, in nanoseconds.
  private static let longestEnd: UInt64 = 500_000_000

  /// What is still open the system closes with the process.
  private func end() {
    for acceptor in acceptors { acceptor.close() }
    admin?.close()
    probes?.stop()
    log(.info, "stopped")
    sinks.finish()
    claim.release()
  }

  // MARK: Reloading

  /// Reads the file again; when anything about it is wrong nothing changes.
  private func reload() {
    reloads += 1
    do throws(DaemonError) {
      try applyFile()
      log(.info, "reload: done")
      noteReload(failure: nil)
    } catch {
      log(.error, "reload: \(error); nothing has changed")
      noteReload(failure: "\(error)")
    }
  }

  private func noteReload(failure: String?) {
    do throws(DaemonError) {
      try claim.noteReload(number: reloads, failure: failure)
    } catch {
      log(.warn, "reload: whoever asked for it cannot be told: \(error)")
    }
  }

  private func applyFile() throws(DaemonError) {
    log(.info, "reload: load config from: \(file)")
    let read = try ConfigurationFile(file)
    for diagnostic in read.diagnostics {
      log(diagnostic.severity == .error ? .error : .warn, diagnostic.description(in: file))
    }
    guard let configuration = read.configuration else {
      let errors = read.diagnostics.filter { $0.severity == .error }.map { $0.description(in: file) }
      throw .refused(errors.joined(separator: "\n"))
    }
    let settings = try EdgeSettings(configuration, folder: read.folder, sinks: sinks)
    for warning in sinks.takeWarnings() { log(.warn, warning) }
    if configuration.workerCount != self.settings.configuration.workerCount {
      log(.warn, "reload: processor counts when the daemon starts")
    }
    // What is new is opened before anything else changes, because it may fail.
    let opened = try openListeners(of: configuration)
    self.settings = settings
    workers.apply(settings)
    startProbes()
    let kept = Set(configuration.bound.map(\.address))
    for acceptor in acceptors where !kept.contains(acceptor.address) {
      log(.info, "no longer listening on \(acceptor.address)")
      acceptor.close()
    }
    acceptors = acceptors.filter { kept.contains($0.address) } + opened
  }

  /// Opens the listeners that are not open, or none.
  private func openListeners(of configuration: MosnConfiguration) throws(DaemonError) -> [Acceptor] {
    let present = Set(acceptors.map(\.address))
    var opened: [Acceptor] = []
    for (listener, address) in configuration.bound where !present.contains(address) {
      do throws(DaemonError) {
        opened.append(try Acceptor.open(listener, at: address, workers: workers))
      } catch {
        for acceptor in opened { acceptor.close() }
        throw error
      }
      log(.info, "listening on \(address) (\(listener.name)\(listener.protocols))")
    }
    return opened
  }

  /// In place of those there were.
  private func startProbes() {
    let (workers, log) = (workers, settings.log)
    probes = HealthProbes.start(settings.configuration, on: workers.group.next(), after: probes) { finding in
      workers.note(finding)
      let host = "\(finding.host) (\(finding.cluster))"
      if let reason = finding.reason {
        log.write(.warn, "\(host) is unhealthy: \(reason)")
      } else if !finding.isKnown {
        log.write(.info, "\(host) is healthy again")
      }
    }
  }

  private static func workers(
    _ settings: EdgeSettings, _ descriptors: Descriptors
  ) throws(DaemonError) -> WorkerGroup {
    do {
      return try WorkerGroup(
        count: settings.configuration.workerCount, settings: settings, descriptors: descriptors)
    } catch {
      throw .refused("event loops cannot be started: \(error)")
    }
  }

  /// Values of the configuration are quoted: a key may be among them.
  private func log(_ level: LogLevel, _ text: String) { settings.log.write(level, PrivateKeys.masked(text)) }
}

extension MosnConfiguration {
  /// Event loops.
  fileprivate var workerCount: Int {
    let wanted = Int(server.processor.rawValue)
    return wanted > 0 ? min(wanted, 256) : max(1, System.coreCount)
  }
}

extension ListenerConfiguration {
  /// `: SofaRpc to Http2`
  fileprivate var protocols: String {
    guard let proxy else { return "" }
    let from = proxy.downstream.names.map(\.rawValue).joined(separator: ",")
    let to = proxy.upstream.names.map(\.rawValue).joined(separator: ",")
    let tls = self.tls.isEmpty ? "" : inspector ? ", TLS or plain" : ", TLS"
    return ": \(from)\(to.isEmpty ? "" : " to \(to)")\(tls)"
  }
}
