import MosnHessian
import MosnProtobuf

/// A form of content: what each offers to those who show one that is written so.
protocol ContentTree {
  /// Reads another content with the memory of the one before.
  mutating func read(_ bytes: RawSpan)
  /// Why and where reading stopped; nil when all was read.
  var stop: String? { get }
  /// Whether it stopped for want of bytes: of a content that was cut that says nothing.
  var stopsAtEnd: Bool { get }
  /// Each appends at most `limit` bytes and returns whether that was enough.
  func appendTree(of bytes: RawSpan, to output: inout [UInt8], limit: Int, indentation: Int) -> Bool
  func appendJSON(of bytes: RawSpan, to output: inout [UInt8], limit: Int) -> Bool
  func appendLine(of bytes: RawSpan, to output: inout [UInt8], width: Int, limit: Int) -> Bool
}

extension HessianTree: ContentTree {
  var stop: String? { failure?.description }
  var stopsAtEnd: Bool { failure?.rule == .truncated || failure?.rule == .length }
}

extension ProtobufTree: ContentTree {
  var stop: String? { failure?.description }
  var stopsAtEnd: Bool { failure?.rule == .truncated || failure?.rule == .length }
}
