import Glibc

/// Small files, read whole.
enum FileBytes {
  /// Configuration, certificates: far below this; a device that never ends is not read for ever.
  static let mostBytes = 64 << 20
  /// A pipe that nobody writes into is not waited for longer, in milliseconds.
  static let longestSilence: Int32 = 10_000

  static func read(_ path: String) throws(DaemonError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path, reason: SystemError.text(errno)) }
    defer { close(descriptor) }
    return try read(descriptor, path)
  }

  /// - Parameter path: for errors.
  static func read(_ descriptor: Int32, _ path: String) throws(DaemonError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&events, 1, longestSilence) != 0 else {
        throw .file(path, reason: "nothing has come for \(longestSilence / 1000) s")
      }
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw .file(path, reason: SystemError.text(errno))
      }
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
      guard bytes.count <= mostBytes else { throw .file(path, reason: "longer than \(mostBytes) bytes") }
    }
  }

  /// Where a path in a configuration leads: as MOSN does, from the working folder; else beside the configuration, so
  /// that samples run from anywhere.
  static func path(_ path: String, beside folder: String) -> String {
    path.hasPrefix("/") || access(path, F_OK) == 0 ? path : "\(folder)/\(path)"
  }

  /// The files of a folder whose names end like this, in the order of their names; empty ones are left out.
  static func readAll(
    in folder: String, suffix: String
  ) throws(DaemonError) -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    var total = 0
    for name in try names(in: folder).sorted() where name.hasSuffix(suffix) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      let bytes = try read(path)
      total += bytes.count
      guard total <= mostBytes else { throw .file(folder, reason: "longer than \(mostBytes) bytes") }
      if !bytes.isEmpty { files.append((path, bytes)) }
    }
    return files
  }

  private static func names(in folder: String) throws(DaemonError) -> [String] {
    guard let directory = opendir(folder) else { throw .file(folder, reason: SystemError.text(errno)) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
