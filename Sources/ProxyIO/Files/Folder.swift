import Glibc

/// An open folder, in which files are opened by their names.
///
/// It was reached name by name without following a symbolic link that a stranger made or could exchange, so it is the
/// folder that its path means to us. Strangers are all users but ourselves and root.
struct Folder: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// - Parameter isMade: whether folders that are missing are made.
  init(_ path: String, isMade: Bool = false) throws(DaemonError) {
    self.path = path
    descriptor = try Self.walk(to: path, isMade: isMade)
  }

  deinit { close(descriptor) }

  /// The folder of a path, and the name in it: `a/b` and `c`.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  // MARK: What stands in it

  /// As openat(2).
  func open(_ name: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    openat(descriptor, name, flags | O_CLOEXEC, mode)
  }

  /// Of a name, not of what a symbolic link leads to; nil when there is no such name.
  func status(of name: String) -> FileStatus? { FileStatus(name, in: descriptor) }

  /// As unlinkat(2).
  func remove(_ name: String) { unlinkat(descriptor, name, 0) }

  /// As renameat(2).
  func rename(_ name: String, to other: String) -> Int32 {
    renameat(descriptor, name, descriptor, other)
  }

  // MARK: Who could change that

  /// Whether strangers cannot put anything into it.
  var isOurs: Bool { FileStatus(descriptor).map { !$0.isStrangers && !$0.othersWrite } ?? false }

  /// Refuses a folder in which strangers could exchange our files. To one like /tmp they can only add their own.
  func check() throws(DaemonError) {
    guard let status = FileStatus(descriptor) else { throw .file(path, reason: SystemError.text(errno)) }
    if status.isStrangers { throw .untrusted(path, reason: "belongs to user \(status.owner)") }
    if status.othersExchange {
      throw .untrusted(path, reason: "others can exchange files in it (mode \(status.modeText))")
    }
  }

  // MARK: The way to it

  /// As the kernel's own.
  private static let mostLinks = 40
  /// With O_PATH, which Swift's module of glibc lacks: a folder may be passed through that may not be read.
  private static let flags = 0o10000000 | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

  private static func walk(to path: String, isMade: Bool) throws(DaemonError) -> Int32 {
    /// The next one last.
    var names = names(path)
    var links = 0
    var here = Glibc.open(path.hasPrefix("/") ? "/" : ".", flags)
    while here >= 0, let name = names.popLast() {
      var next = openat(here, name, flags)
      if next < 0, errno == ENOENT, isMade {
        mkdirat(here, name, 0o755)
        next = openat(here, name, flags)
      }
      let (number, passed) = (errno, here)
      defer { close(passed) }
      if next < 0, number == ENOTDIR, links < mostLinks, let target = try link(name, in: here, on: path) {
        links += 1
        names += Self.names(target)
        next = target.hasPrefix("/") ? Glibc.open("/", flags) : openat(here, ".", flags)
      } else if next < 0 {
        throw .file(path, reason: SystemError.text(number))
      }
      here = next
    }
    guard here >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    return here
  }

  private static func names(_ path: String) -> [String] {
    path.split(separator: "/").reversed().map(String.init)
  }

  /// Where a symbolic link leads to; nil when the name is none.
  private static func link(_ name: String, in folder: Int32, on path: String) throws(DaemonError) -> String? {
    guard let link = FileStatus(name, in: folder), link.isLink else { return nil }
    let others = FileStatus(folder).map { $0.isStrangers || $0.othersExchange } ?? true
    guard !link.isStrangers, !others else {
      throw .untrusted(path, reason: "the symbolic link \(name) on its way is under the control of others")
    }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(folder, name, &target, target.count)
    return count > 0 ? String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }
}
