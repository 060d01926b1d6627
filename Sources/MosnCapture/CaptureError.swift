/// Why a capture cannot be read. The description is written for the person at the terminal.
public enum CaptureError: Error, Hashable, Sendable {
  case noSuchFile(path: String)
  case permissionDenied(path: String)
  case isDirectory(path: String)
  /// Standard input was asked for, but nothing is piped into it.
  case standardInputIsTerminal
  case empty(path: String)
  case notACapture(path: String, looksLike: String)
  /// `format` is "pcap" or "pcapng".
  case unsupportedVersion(path: String, format: String, version: String)
  /// The file ends before the first packet could begin.
  case cutInHeader(path: String, found: Int, expected: Int)
  /// The file breaks its format's rules at `offset`, a byte of the (unpacked) stream.
  case damaged(path: String, offset: Int64, problem: String)
  /// The operating system refused to read.
  case unreadable(path: String, reason: String)
  /// `message` is libpcap's; `column`, from 1, is where what it could read ends.
  case badFilter(filter: String, column: Int, message: String)
  /// Behind the files stands a word that names none, and what begins with it is no filter either.
  case neitherFileNorFilter(name: String, filter: String, column: Int, message: String)
  case noSuchInterface(name: String, available: [String])
  /// `program` is the path of the running program.
  case noPermissionToCapture(interface: String, program: String)
  /// Anything else libpcap reports for an interface.
  case interfaceFailed(name: String, message: String)
  case cannotListInterfaces(message: String)
}

extension CaptureError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchFile(let path): "\(path): no such file"
    case .permissionDenied(let path): "\(path): permission denied"
    case .isDirectory(let path): "\(path): is a directory, not a capture file"
    case .standardInputIsTerminal:
      "standard input is a terminal; pipe a capture into it, e.g. tcpdump -w - | …"
    case .empty(let path): "\(path): the file is empty (0 bytes)"
    case .notACapture(let path, let looksLike):
      "\(path): not a capture file (pcap or pcapng); it looks like \(looksLike)"
    case .unsupportedVersion(let path, let format, let version):
      "\(path): \(format) version \(version) is not supported"
    case .cutInHeader(let path, let found, let expected):
      "\(path): the file ends inside its file header (\(found) of \(expected) bytes); it holds no packets"
    case .damaged(let path, let offset, let problem): "\(path): damaged at byte \(offset): \(problem)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .badFilter(let filter, let column, let message):
      "the filter \"\(filter)\" is not valid at column \(column) "
        + "(\"\(filter.dropFirst(column - 1))\"): \(message)"
    case .neitherFileNorFilter(let name, let filter, let column, let message):
      "\(name): no such file, and \"\(filter)\" is no filter: \(message) at column \(column)"
    case .noSuchInterface(let name, let available):
      "no interface named \(name); "
        + (available.isEmpty ? "none was found" : "there are: \(available.joined(separator: ", "))")
    case .noPermissionToCapture(let interface, let program):
      """
      no permission to capture on \(interface). Either run with sudo, or grant the program the right once:
        sudo setcap cap_net_raw,cap_net_admin=eip \(program)
      """
    case .interfaceFailed(let name, let message): "cannot capture on \(name): \(message)"
    case .cannotListInterfaces(let message): "cannot list the network interfaces: \(message)"
    }
  }
}
