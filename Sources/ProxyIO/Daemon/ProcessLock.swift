import Glibc

/// An open pid file, by which a daemon is watched until it has ended.
struct ProcessLock: ~Copyable {
  let path: String
  private let descriptor: Int32

  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The process that holds the file; nil: it has ended.
  var holder: Int32? { FileLock.holder(descriptor) }
}
