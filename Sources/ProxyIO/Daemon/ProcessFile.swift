import Glibc

/// The pid file of a daemon: by it `stop` and `reload` find the process.
///
/// The daemon holds a lock on it as long as it lives. The kernel tells who holds the lock, so nothing is believed that
/// stands in the file: it may be left behind by a daemon that died, and its number be another process's. A lock takes
/// the right to write, which only we and root have: the file and its folder are checked for that by both sides. Beside
/// it, in `PATH.reload`, stands how the last reload ended.
public struct ProcessFile: Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  /// Where the file is for a configuration when nobody says otherwise: a folder of the user's own, and a name made of
  /// the configuration's path.
  public init(forConfiguration configuration: String) {
    path = "\(Self.folder)/mosnd-\(Self.digest(Self.absolute(configuration))).pid"
  }

  private static var folder: String {
    // sudo may have left another user's.
    if let name = getenv("XDG_RUNTIME_DIR"), let folder = try? Folder(String(cString: name)), folder.isOurs {
      return folder.path
    }
    return geteuid() == 0 && access("/run", W_OK) == 0 ? "/run/mosnd" : "/tmp/mosnd-\(geteuid())"
  }

  // MARK: The daemon's side

  /// Writes the own process id into it and keeps it locked until the process ends.
  func claim() throws(DaemonError) -> ProcessClaim {
    let (folderPath, name) = Folder.split(path)
    let folder = try Folder(folderPath, isMade: true)
    try folder.check()
    while true {
      try check(folder.status(of: name))
      let descriptor = folder.open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644)
      guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
      let status = FileStatus(descriptor)
      do throws(DaemonError) {
        try check(status)
        guard FileLock.take(descriptor) else {
          if let holder = FileLock.holder(descriptor) { throw .alreadyRunning(pid: holder, file: path) }
          throw .file(path, reason: SystemError.text(errno))
        }
      } catch {
        close(descriptor)
        throw error
      }
      // One that ended just now may have removed it in between.
      guard let status, status.isSame(as: folder.status(of: name)) else {
        close(descriptor)
        continue
      }
      let claim = ProcessClaim(
        path: path, folder: folder, name: name, descriptor: descriptor, status: status)
      try claim.write()
      return claim
    }
  }

  // MARK: The other side

  /// For as long as it is wanted to know who holds it; nil: it is not there.
  func open() throws(DaemonError) -> ProcessLock? {
    guard let descriptor = try open(name: Folder.split(path).name) else { return nil }
    return ProcessLock(path: path, descriptor: descriptor)
  }

  /// The number of the last reload, from 1, and why it failed; an empty text: it did not. Nil: there was none.
  func lastReload() throws(DaemonError) -> (number: Int, failure: String)? {
    guard let descriptor = try open(name: ProcessClaim.reloadName(Folder.split(path).name)) else {
      return nil
    }
    defer { close(descriptor) }
    let lines = String(decoding: try FileBytes.read(descriptor, path), as: UTF8.self).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = lines.first.flatMap({ Int($0) }) else { return nil }
    return (number, lines.count > 1 ? String(lines[1]) : "")
  }

  private func open(name: String) throws(DaemonError) -> Int32? {
    let folder: Folder
    do throws(DaemonError) {
      folder = try Folder(Folder.split(path).folder)
    } catch .file {
      return nil
    }
    try folder.check()
    guard let status = folder.status(of: name) else { return nil }
    try check(status)
    let descriptor = folder.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    do throws(DaemonError) {
      try check(FileStatus(descriptor))
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Refuses a file that strangers made or may lock.
  private func check(_ status: FileStatus?) throws(DaemonError) {
    guard let status else { return }
    try status.check(path)
    guard status.isRegular else { throw .untrusted(path, reason: "is no file") }
    if status.othersWrite { throw .untrusted(path, reason: "others can write it (mode \(status.modeText))") }
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
