import Glibc

/// What the lines of a log are written into, without ever waiting for whoever reads them.
///
/// A pipe, a terminal and a socket take only so much while their reader does not read. O_NONBLOCK has them say so; but it
/// belongs to the open file, which a standard output may share with processes that do not expect it.
struct LogOutput: Sendable {
  private let descriptor: Int32
  private let kind: Kind

  private enum Kind: Sendable {
    /// Opened here, with O_NONBLOCK.
    case own
    /// A file or device that takes what it is given, opened by whoever started us.
    case lent
    case socket
    /// A pipe or terminal that is not ours to open again.
    case shared
  }

  /// A descriptor that was there when the process began.
  init(inherited descriptor: Int32) {
    switch Self.type(of: descriptor) {
    case S_IFSOCK: (self.descriptor, kind) = (descriptor, .socket)
    case S_IFIFO, S_IFCHR:
      // Opened again it is another open file, whose O_NONBLOCK is nobody else's concern.
      let own = open("/proc/self/fd/\(descriptor)", Self.flags)
      (self.descriptor, kind) = own >= 0 ? (own, .own) : (descriptor, .shared)
    default: (self.descriptor, kind) = (descriptor, .lent)
    }
  }

  /// Appends to a file, which is made along with its folders when it is missing.
  init(path: String) throws(DaemonError) {
    let (folderPath, name) = Folder.split(path)
    let folder = try Folder(folderPath, isMade: true)
    // Where only we and root put things, a link is as good as a file, such as one to /dev/stdout.
    let isOurs = folder.isOurs
    let link = isOurs ? 0 : O_NOFOLLOW
    if !isOurs { try folder.status(of: name)?.check(path) }
    var descriptor = folder.open(name, Self.flags | O_CREAT | link, 0o644)
    if descriptor < 0, errno == ENXIO {
      // A FIFO that nobody reads yet. With an end for reading of our own it takes lines until somebody does.
      descriptor = folder.open(name, O_RDWR | O_NONBLOCK | link)
    }
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    (self.descriptor, kind) = (descriptor, .own)
    guard !isOurs else { return }
    do throws(DaemonError) {
      try FileStatus(descriptor)?.check(path)
    } catch {
      close()
      throw error
    }
  }

  /// - Returns: how many bytes were taken; 0 when none are at present, whatever the reason.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    while true {
      let count = attempt(bytes)
      if count >= 0 || errno != EINTR { return max(0, count) }
    }
  }

  private func attempt(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .own, .lent:
      return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    case .socket:
      return send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    case .shared:
      var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&events, 1, 0) > 0 else {
        errno = EAGAIN
        return -1
      }
      // What is called writable takes as much at once.
      return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
    }
  }

  func close() {
    if kind == .own { Glibc.close(descriptor) }
  }

  private static let flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

  private static func type(of descriptor: Int32) -> mode_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
  }
}
