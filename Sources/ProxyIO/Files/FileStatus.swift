import Glibc

/// What a file is, whose it is, and who may change it.
struct FileStatus {
  private var status = stat()

  /// Of an open file; nil with `errno` set when it has none.
  init?(_ descriptor: Int32) {
    guard fstat(descriptor, &status) == 0 else { return nil }
  }

  /// Of a name in a folder, not of what a symbolic link leads to; nil when there is no such name.
  init?(_ name: String, in folder: Int32) {
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
  }

  var owner: uid_t { status.st_uid }
  /// `0755`
  var modeText: String {
    let digits = String(status.st_mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Neither ours nor root's.
  var isStrangers: Bool { owner != 0 && owner != geteuid() }
  /// A user's private group has the user's number, and nobody else in it.
  var othersWrite: Bool {
    status.st_mode & S_IWOTH != 0 || status.st_mode & S_IWGRP != 0 && status.st_gid != owner
  }
  /// Of a folder: whether others can remove and rename what is not theirs in it.
  var othersExchange: Bool { othersWrite && status.st_mode & S_ISVTX == 0 }

  var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  /// Whether a file can be reached by other names, too.
  var hasOtherNames: Bool { isRegular && status.st_nlink > 1 }

  func isSame(as other: FileStatus?) -> Bool {
    status.st_dev == other?.status.st_dev && status.st_ino == other?.status.st_ino
  }

  /// Refuses what a stranger could have put in a file's place.
  func check(_ path: String) throws(DaemonError) {
    if isLink { throw .untrusted(path, reason: "is a symbolic link") }
    if isStrangers { throw .untrusted(path, reason: "belongs to user \(owner)") }
    if hasOtherNames { throw .untrusted(path, reason: "has other names, too") }
  }
}
