import CMosnPcap
import Glibc

/// The bytes of an open file, pipe or terminal.
///
/// A regular file is there and ends where it ends. Anything else may have to be waited for: before that `beforeWaiting`
/// is called, and a wish to stop ends the wait once nothing comes any more.
final class FileSource: ByteSource {
  let path: String
  /// Size of a regular file; nil for anything that has none.
  let size: Int64?
  /// Bytes read so far.
  private(set) var bytesRead: Int64 = 0
  /// Called before each read of what is no regular file: it may wait.
  var beforeWaiting: (() -> Void)?
  private var grace = StopGrace()
  private let stopSwitch: StopSwitch
  /// Where the descriptor stood at first: standard input may have been read from before.
  private let start: off_t
  private var descriptor: Int32

  /// Opens `path`; "-" is standard input.
  init(path: String, stopSwitch: StopSwitch) throws(CaptureError) {
    let isStandardInput = path == "-"
    let name = isStandardInput ? "standard input" : path
    if isStandardInput && isatty(STDIN_FILENO) == 1 { throw .standardInputIsTerminal }
    // A named pipe that nobody writes to yet would be waited for here, where no signal ends it.
    let descriptor =
      isStandardInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.error(opening: name, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = errno
      close(descriptor)
      throw Self.error(opening: name, reason)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .isDirectory(path: name)
    }
    self.path = name
    self.descriptor = descriptor
    self.stopSwitch = stopSwitch
    start = lseek(descriptor, 0, SEEK_CUR)
    size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var cutShort: String? { nil }

  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    if size == nil { beforeWaiting?() }
    while size == nil ? waitForBytes() : !stopSwitch.isRequested {
      let count = Glibc.read(descriptor, room.baseAddress, room.count)
      if count >= 0 {
        bytesRead &+= Int64(count)
        return count
      }
      if errno != EINTR, errno != EAGAIN {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
    }
    return 0
  }

  /// Waits until something can be read, be it the end; false if reading is to stop and nothing is under way any more.
  private func waitForBytes() -> Bool {
    while true {
      let stops = stopSwitch.isRequested
      if stops, grace.isOver { return false }
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&ready, 1, stops ? StopGrace.silence : LiveCapture.timeout)
      if count > 0 || count < 0 && errno != EINTR { return true }
      if stops, count == 0 { return false }
    }
  }

  /// Whether `takeStream` has handed the file over.
  var isTaken: Bool { descriptor < 0 }

  /// Hands the file over as a C stream that starts at its first byte, so that libpcap can read at its own
  /// speed; nil where that is not possible (a pipe). Nothing is to be read here afterwards.
  func takeStream(bufferSize: Int) -> UnsafeMutablePointer<FILE>? {
    guard size != nil, lseek(descriptor, start, SEEK_SET) == start, let stream = fdopen(descriptor, "r")
    else {
      return nil
    }
    descriptor = -1
    setvbuf(stream, nil, _IOFBF, bufferSize)
    return stream
  }

  private static func error(opening path: String, _ code: Int32) -> CaptureError {
    switch code {
    case ENOENT, ENOTDIR: .noSuchFile(path: path)
    case EACCES, EPERM: .permissionDenied(path: path)
    default: .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }
}
