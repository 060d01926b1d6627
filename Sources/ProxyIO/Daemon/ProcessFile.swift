import Glibc

/// The pid file of a daemon: by it `stop` and `reload` find the process.
///
/// The daemon holds a lock on it as long as it lives, so that a file left behind by one that died is told from one of
/// a daemon that runs, whatever process has the number meanwhile. Beside it, in `PATH.reload`, stands how the last
/// reload ended.
public struct ProcessFile: Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  /// Where the file is for a configuration when nobody says otherwise: a folder of the user's own, and a name made of
  /// the configuration's path.
  public init(forConfiguration configuration: String) {
    let folder =
      getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? "/tmp/mosnd-\(getuid())"
    mkdir(folder, 0o700)
    path = "\(folder)/mosnd-\(Self.digest(Self.absolute(configuration))).pid"
  }

  /// Writes the own process id and keeps the file locked until the process ends.
  func claim() throws(DaemonError) -> Int32 {
    // Truncated only when it is ours.
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .alreadyRunning(pid: pid ?? 0, file: path)
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.count) == text.count else {
      throw .file(path, reason: SystemError.text(errno))
    }
    unlink(reloadPath)
    return descriptor
  }

  func release(_ descriptor: Int32) {
    unlink(path)
    unlink(reloadPath)
    close(descriptor)
  }

  /// The number of the process that holds the file; nil: no process does.
  public var runningPID: Int32? {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return nil }
    return pid
  }

  private var pid: Int32? {
    guard let bytes = try? FileBytes.read(path) else { return nil }
    return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  // MARK: Reloads

  private var reloadPath: String { "\(path).reload" }

  /// - Parameter failure: nil when it worked.
  func noteReload(number: Int, failure: String?) {
    try? FileBytes.write("\(number)\n\(failure ?? "")", to: reloadPath)
  }

  /// The number of the last reload, from 1, and why it failed; an empty text: it did not. Nil: there was none.
  var lastReload: (number: Int, failure: String)? {
    guard let bytes = try? FileBytes.read(reloadPath) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = lines.first.flatMap({ Int($0) }) else { return nil }
    return (number, lines.count > 1 ? String(lines[1]) : "")
  }

  // MARK: Names

  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// FNV-1a: the same for every process.
  private static func digest(_ text: String) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(value, radix: 16)
  }
}
