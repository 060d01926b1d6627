import MosnHessian
import MosnProtobuf

/// Shows contents in the form they are written in, one at a time, with the memory of those before.
public struct ContentReader: Sendable {
  /// Bytes of a content that are looked at, and that come out of a packed one.
  public let maxContent: Int
  private let unpacking: ContentUnpacking?
  var hessian = HessianTree()
  private let schema: ProtobufSchema?
  private var protobuf: ProtobufTree
  private var json = JSONText()
  private var plain = PlainText()

  /// - Parameters:
  ///   - schema: names and types of protocol buffers, of the methods that are called.
  ///   - unpacking: what reads gzip and deflate; without it packed contents are bytes.
  public init(maxContent: Int, schema: ProtobufSchema? = nil, unpacking: ContentUnpacking? = nil) {
    self.maxContent = maxContent
    self.schema = schema
    self.unpacking = unpacking
    protobuf = ProtobufTree(schema: schema)
  }
}

extension ContentReader {
  /// The reader for as long as its owner is changed beside it; what stays behind has no memory.
  mutating func withdrawn() -> ContentReader {
    var reader = ContentReader(maxContent: maxContent, schema: schema, unpacking: unpacking)
    swap(&reader, &self)
    return reader
  }

  /// How a content is shown.
  enum Shape {
    /// A line for each value.
    case tree(indentation: Int)
    /// One value of JSON: a whole one, also where the content is not.
    case json
    case line(width: Int)
  }

  struct Outcome {
    /// Which rule the content broke, where, what was expected and what was found; nil when it broke none: what is said of
    /// a content that was cut is not held against it.
    var fault: String?
    /// Whether all that was read could be shown.
    var isWhole: Bool
  }

  /// Appends a content that is not packed, in its form; nil, and nothing, where that is not known.
  mutating func append(
    _ content: SentContent, as shape: Shape, to output: inout [UInt8]
  ) -> Outcome? {
    guard let form = content.form, content.coding == nil, !content.bytes.isEmpty else { return nil }
    return switch form {
    case .hessian: Self.append(&hessian, content, shape, &output)
    case .protobuf: appendProtobuf(content, as: shape, to: &output)
    case .json: Self.append(&json, content, shape, &output)
    case .text: Self.append(&plain, content, shape, &output)
    }
  }

  private mutating func appendProtobuf(
    _ content: SentContent, as shape: Shape, to output: inout [UInt8]
  ) -> Outcome {
    protobuf.message = content.path.flatMap { path in
      schema?.message(of: String(decoding: path, as: UTF8.self), isAnswer: content.isAnswer)
    }
    return Self.append(&protobuf, content, shape, &output)
  }

  /// Names and indentation make text longer than what it shows; a small content cannot become a large one all the same.
  private static let expansion = 16
  private static let headroom = 4096

  private static func append(
    _ tree: inout some ContentTree, _ content: SentContent, _ shape: Shape, _ output: inout [UInt8]
  ) -> Outcome {
    let bytes = content.bytes.span.bytes
    tree.read(bytes)
    let (product, overflow) = bytes.byteCount.multipliedReportingOverflow(by: expansion)
    let limit = overflow ? .max : product + headroom
    let isWhole =
      switch shape {
      case .tree(let indentation):
        tree.appendTree(of: bytes, to: &output, limit: limit, indentation: indentation)
      case .json: tree.appendJSON(of: bytes, to: &output, limit: limit)
      case .line(let width): tree.appendLine(of: bytes, to: &output, width: width, limit: headroom)
      }
    return Outcome(fault: content.isCut && tree.stopsAtEnd ? nil : tree.stop, isWhole: isWhole)
  }

  /// What a packed content holds, up to `limit` bytes; nil where it is not packed, or nobody can unpack it.
  func unpacked(_ content: SentContent, limit: Int) -> (content: SentContent, end: UnpackedContent.End)? {
    guard let coding = content.coding, let unpacking else { return nil }
    let inside = unpacking(content.bytes.span.bytes, coding, limit)
    let length = inside.end == .whole ? inside.bytes.count : nil
    var unpacked = content
    (unpacked.bytes, unpacked.length, unpacked.coding) = (inside.bytes[...], length, nil)
    return (unpacked, inside.end)
  }
}
