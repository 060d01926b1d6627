/// Which packet of a capture: its number in its file, and where it stands among all that were read.
///
/// Packets are compared by the order in which they were read, which is that of their numbers as long as there is one file.
public struct PacketNumber: Hashable, Sendable {
  /// Its number in its file, from 1, as other tools show it.
  public var number: Int
  /// How many were read before it, from all files, and the file: both in one word, for every message and piece has one.
  private var orderAndFile: UInt64

  public init(_ number: Int, file: Int = 0) { self.init(number, file: file, order: number) }

  init(_ number: Int, file: Int, order: Int) {
    self.number = number
    orderAndFile = UInt64(truncatingIfNeeded: order) << 16 | UInt64(UInt16(clamping: file))
  }

  /// The file it is from, of several that are read together, from 1; 0 where there is one.
  public var file: Int { Int(orderAndFile & 0xFFFF) }
}

extension PacketNumber: Comparable {
  public static func < (left: Self, right: Self) -> Bool { left.orderAndFile < right.orderAndFile }
}

extension PacketNumber: ExpressibleByIntegerLiteral {
  public init(integerLiteral number: Int) { self.init(number) }
}

extension PacketNumber: CustomStringConvertible {
  /// For the texts of findings.
  public var description: String { file == 0 ? "\(number)" : "\(number) of file \(file)" }
}
