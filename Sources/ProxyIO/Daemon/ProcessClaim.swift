import Glibc

/// The pid file in the hands of the daemon whose it is.
struct ProcessClaim: ~Copyable {
  private let path: String
  private let folder: Folder
  private let name: String
  private let descriptor: Int32
  private let status: FileStatus

  /// - Parameter descriptor: of the file in the folder, checked and locked.
  init(path: String, folder: consuming Folder, name: String, descriptor: Int32, status: FileStatus) {
    self.path = path
    self.folder = folder
    self.name = name
    self.descriptor = descriptor
    self.status = status
  }

  /// Writes the own process id, and forgets how reloads of an earlier daemon ended.
  func write() throws(DaemonError) {
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, Glibc.write(descriptor, text, text.count) == text.count else {
      throw .file(path, reason: SystemError.text(errno))
    }
    folder.remove(Self.reloadName(name))
  }

  /// Removes the file, unless another has taken its place. Its lock ends with the process.
  func release() {
    if status.isSame(as: folder.status(of: name)) { folder.remove(name) }
    folder.remove(Self.reloadName(name))
  }

  /// Of the file beside the pid file.
  static func reloadName(_ name: String) -> String { name + ".reload" }

  /// Tells how a reload ended to whoever asked for it. Who reads the file sees the old text or the new.
  ///
  /// - Parameter failure: nil when it worked.
  func noteReload(number: Int, failure: String?) throws(DaemonError) {
    let text = Array("\(number)\n\(failure ?? "")".utf8)
    let name = Self.reloadName(name)
    let new = name + ".new"
    folder.remove(new)
    let descriptor = folder.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .file(Self.reloadName(path), reason: SystemError.text(errno)) }
    let count = Glibc.write(descriptor, text, text.count)
    close(descriptor)
    guard count == text.count, folder.rename(new, to: name) == 0 else {
      throw .file(Self.reloadName(path), reason: SystemError.text(errno))
    }
  }
}
