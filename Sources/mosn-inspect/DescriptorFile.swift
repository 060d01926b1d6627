import Glibc
import MosnProtobuf

/// Why a file of `--proto` cannot be used.
enum DescriptorFileError: Error {
  case unreadable(path: String, errno: Int32)
  case tooLong(path: String)
  case noDescriptors(path: String)
}

extension DescriptorFileError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let path, ENOENT): "\(path): no such file"
    case .unreadable(let path, let code): "\(path): \(String(cString: strerror(code)))"
    case .tooLong(let path): "\(path): longer than \(DescriptorFile.longest >> 20) MiB"
    case .noDescriptors(let path):
      "\(path): no file descriptor set; protoc -o FILE --include_imports X.proto writes one"
    }
  }

  /// The status of sysexits(3) that fits.
  var exitCode: Int32 {
    switch self {
    case .unreadable(_, ENOENT): EX_NOINPUT
    case .unreadable(_, EACCES): EX_NOPERM
    case .unreadable: EX_IOERR
    case .tooLong, .noDescriptors: EX_DATAERR
    }
  }
}

/// A file of `--proto`.
enum DescriptorFile {
  /// Far above what the messages of a company take.
  static let longest = 64 << 20

  /// What the files say together; nil where there are none.
  static func schema(of paths: [String]) throws(DescriptorFileError) -> ProtobufSchema? {
    if paths.isEmpty { return nil }
    var schema = ProtobufSchema()
    for path in paths {
      let bytes = try read(path)
      do { try schema.add(descriptors: bytes) } catch { throw .noDescriptors(path: path) }
    }
    schema.link()
    return schema
  }

  private static func read(_ path: String) throws(DescriptorFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
      if bytes.count > longest { throw .tooLong(path: path) }
    }
  }
}
