import Glibc

/// What stands behind the options: files up to the first word that names none, and then a filter, as tcpdump has it.
struct Operands {
  private(set) var files: [String]
  /// The rest as one filter; nil where nothing is left.
  private(set) var filter: String?
  /// The first word of that: maybe the name of a file that is missing.
  private(set) var firstOfFilter: String?

  /// - Parameters:
  ///   - read: files named by options.
  ///   - isLive: whether packets come from an interface: then no operand is a file.
  init(_ operands: [String], read: [String], isLive: Bool) {
    let named = isLive ? [] : operands.prefix { Self.isFile($0) }
    files = read + named
    let rest = operands.dropFirst(named.count)
    firstOfFilter = rest.first
    if !rest.isEmpty { filter = rest.joined(separator: " ") }
  }

  private static func isFile(_ name: String) -> Bool { name == "-" || access(name, F_OK) == 0 }
}
