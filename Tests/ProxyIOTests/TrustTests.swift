import BoltCodec
import Foundation
import Testing

@testable import ProxyIO

/// What others could have put in place of a file that the daemon writes or believes.
@Suite struct TrustTests {
  /// For everybody but the test, who may enter and read.
  private let folder: URL
  private let precious: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "mosnd-trust-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    precious = folder.appending(path: "precious")
    try "precious".write(to: precious, atomically: false, encoding: .utf8)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path() }

  enum Trap: CaseIterable {
    case link, danglingLink, hardLink, writable, fifo, openFolder, groupFolder
    case strangersFile, strangersFolder, strangersLink, openFolderLink

    /// Only root can give files away.
    var needsRoot: Bool { [.groupFolder, .strangersFile, .strangersFolder, .strangersLink].contains(self) }

    var reason: String {
      switch self {
      case .link, .danglingLink: "is a symbolic link"
      case .hardLink: "has other names, too"
      case .writable: "others can write it (mode 0666)"
      case .fifo: "is no file"
      case .openFolder: "others can exchange files in it (mode 0777)"
      case .groupFolder: "others can exchange files in it (mode 0775)"
      case .strangersFile, .strangersFolder: "belongs to user 65534"
      case .strangersLink, .openFolderLink: "the symbolic link way on its way is under the control of others"
      }
    }

    static var possible: [Trap] { allCases.filter { geteuid() == 0 || !$0.needsRoot } }
  }

  /// - Returns: the path that leads into the trap.
  private func set(_ trap: Trap) throws -> String {
    let path = path("x")
    func write() throws { try "1\n".write(toFile: path, atomically: false, encoding: .utf8) }
    switch trap {
    case .link: #expect(symlink(precious.path(), path) == 0)
    case .danglingLink: #expect(symlink(self.path("nothing"), path) == 0)
    case .hardLink: #expect(Foundation.link(precious.path(), path) == 0)
    case .writable:
      try write()
      #expect(chmod(path, 0o666) == 0)
    case .fifo: #expect(mkfifo(path, 0o644) == 0)
    case .openFolder:
      try write()
      #expect(chmod(folder.path(), 0o777) == 0)
    case .groupFolder:
      try write()
      #expect(chown(folder.path(), geteuid(), 65534) == 0 && chmod(folder.path(), 0o775) == 0)
    case .strangersFile:
      try write()
      #expect(chown(path, 65534, 65534) == 0)
    case .strangersFolder:
      try write()
      #expect(chown(folder.path(), 65534, 65534) == 0)
    case .strangersLink, .openFolderLink:
      let way = self.path("way")
      #expect(mkdir(self.path("real"), 0o755) == 0 && symlink("real", way) == 0)
      if trap == .strangersLink { #expect(lchown(way, 65534, 65534) == 0) }
      if trap == .openFolderLink { #expect(chmod(folder.path(), 0o777) == 0) }
      return way + "/x"
    }
    return path
  }

  @Test(arguments: Trap.possible)
  func `neither side believes a pid file that others could have put there`(trap: Trap) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = ProcessFile(try set(trap))
    func isRefused(_ error: DaemonError) -> Bool {
      guard case .untrusted = error else { return false }
      return "\(error)".contains(trap.reason) && error.exitStatus == 77
    }
    let claim = #expect(throws: DaemonError.self) { _ = try file.claim() }
    #expect(claim.map(isRefused) == true, "\(String(describing: claim))")
    let order = #expect(throws: DaemonError.self) { _ = try Orders(to: file).stop(withinSeconds: 0) }
    #expect(order.map(isRefused) == true, "\(String(describing: order))")
    #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
  }

  /// 01777: for everybody, as /tmp is, where nobody can exchange what is not his. 0775: as folders are made on systems
  /// where each user has a group.
  @Test(arguments: geteuid() == getegid() ? [0o1777, 0o775] : [0o1777])
  func `a pid file may stand in a folder where others cannot exchange it`(mode: mode_t) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(chmod(folder.path(), mode) == 0)
    let file = ProcessFile(path("x"))
    let claim = try file.claim()
    #expect(try String(contentsOfFile: path("x"), encoding: .utf8) == "\(getpid())\n")
    claim.release()
    #expect(!FileManager.default.fileExists(atPath: path("x")))
  }

  @Test func `what took the place of the pid file is not removed`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let claim = try ProcessFile(path("x")).claim()
    try "another's".write(toFile: path("x"), atomically: true, encoding: .utf8)
    claim.release()
    #expect(try String(contentsOfFile: path("x"), encoding: .utf8) == "another's")
  }

  /// Left behind by a daemon that died; its number is another process's now.
  @Test func `a process that does not hold the file is left alone`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let bystander = try Program("/bin/sleep", ["60"])
    try "\(bystander.pid)\n".write(toFile: path("x"), atomically: false, encoding: .utf8)
    // Everybody who may read can have a lock of this kind.
    let descriptor = open(path("x"), O_RDONLY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    let (status, output) = try Program.run("mosnd", ["stop", "--pid", path("x")])
    #expect(status == 69)
    #expect(output == "mosnd: not running: no process holds \(path("x"))")
    #expect(kill(bystander.pid, 0) == 0)
  }

  // MARK: Logs

  @Test(
    arguments: Trap.possible.filter {
      ![.openFolder, .groupFolder, .writable, .strangersFolder].contains($0)
    })
  func `a log does not go where others lead it`(trap: Trap) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try set(trap)
    #expect(chmod(folder.path(), 0o777) == 0)
    guard trap != .fifo else {
      _ = try LogOutput(path: path)
      return
    }
    let error = #expect(throws: DaemonError.self) { _ = try LogOutput(path: path) }
    #expect(error.map { "\($0)".contains(trap.reason) } == true, "\(String(describing: error))")
    #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
  }

  @Test func `in a folder of one's own a log may be a link`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try LogOutput(path: try set(.link))
    #expect([UInt8]("+".utf8).withUnsafeBytes { output.write($0) } == 1)
    #expect(try String(contentsOf: precious, encoding: .utf8) == "precious+")
  }

  @Test func `a log in a folder that others can write is a file of its own`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(chmod(folder.path(), 0o777) == 0)
    let output = try LogOutput(path: path("deep/x.log"))
    #expect([UInt8]("+".utf8).withUnsafeBytes { output.write($0) } == 1)
    #expect(try String(contentsOfFile: path("deep/x.log"), encoding: .utf8) == "+")
  }

  // MARK: The configuration

  /// Signals are blocked while a daemon reads it again: it must not wait for ever.
  @Test func `a FIFO is read to its end`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(mkfifo(path("x"), 0o600) == 0)
    let path = path("x")
    let writer = Thread {
      let descriptor = open(path, O_WRONLY)
      write(descriptor, "late", 4)
      close(descriptor)
    }
    writer.start()
    #expect(try FileBytes.read(path) == Array("late".utf8))
  }
}
