import Glibc

/// The terminal that standard output is, if it is one.
enum Terminal {
  static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether it obeys no escape sequences, or nobody says which.
  static var isDumb: Bool {
    guard let name = getenv("TERM") else { return true }
    return strcmp(name, "dumb") == 0 || name.pointee == 0
  }

  /// Its columns now; nil where it does not tell.
  static var columns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
