/// The names of files that are read together, as lines show them: without their folder, unless that tells them apart.
struct FileNames: Sendable {
  private let names: [[UInt8]]
  private let width: Int

  /// Columns that a name may take before it is cut at its beginning: what differs stands at the end, mostly.
  private static let widest = 24

  init(_ paths: [String]) {
    let last = paths.map { Array($0.utf8.split(separator: UInt8(ascii: "/")).last ?? [][...]) }
    let names = Set(last).count == last.count ? last : paths.map { Array($0.utf8) }
    self.names = names
    width = min(Self.widest, names.map(\.count).max() ?? 0)
  }

  /// The name of a file, counted from 1.
  subscript(number: Int) -> ArraySlice<UInt8>? {
    names.indices.contains(number - 1) ? names[number - 1][...] : nil
  }

  /// Writes the column of a packet's file; nothing where there is one file.
  func write(_ number: Int, into output: inout Output) {
    guard let name = self[number] else { return }
    let start = output.bytes.count
    if name.count > width {
      output.append("…" as StaticString)
      output.append(untrusted: name.suffix(width - 1))
      output.spaces(2)
    } else {
      output.append(untrusted: name)
      output.pad(from: start, to: width + 2)
    }
  }
}
