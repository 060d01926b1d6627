import Glibc

/// The two ends of a pipe that no program which is started meanwhile inherits, so that its end is seen when it is closed.
///
/// pipe2(2) would do that, but Swift's Glibc does not show it; a named pipe is opened so from the first.
public struct PipeEnds {
  public let reading: Int32
  public let writing: Int32

  /// Nil where the system has no more.
  public init?() {
    var folder = Array("/tmp/pipe-ends-XXXXXX".utf8CString)
    guard mkdtemp(&folder) != nil else { return nil }
    let path = String(decoding: folder.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let name = path + "/pipe"
    defer {
      unlink(name)
      rmdir(path)
    }
    guard mkfifo(name, 0o600) == 0 else { return nil }
    // Opening for reading does not wait for a writer, nor reading later.
    reading = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    writing = open(name, O_WRONLY | O_CLOEXEC)
    guard reading >= 0, writing >= 0, fcntl(reading, F_SETFL, 0) == 0 else { return nil }
  }
}
