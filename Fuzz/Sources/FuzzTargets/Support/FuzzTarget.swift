/// Something that takes bytes from strangers, with what must hold whatever the bytes are.
///
/// `run` throws a `FuzzFailure` when a property does not hold. It is deterministic: all choices come from the input,
/// so that a file kept is a failure kept.
public struct FuzzTarget: Sendable {
  public let name: String
  /// What is fed, and what must hold; one line for `scripts/fuzz --list`.
  public let summary: String
  /// Longest input worth trying, in bytes.
  public let longestInput: Int
  public let run: @Sendable ([UInt8]) throws -> Void

  public init(
    _ name: String, _ summary: String, longestInput: Int = 4096,
    run: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.longestInput = longestInput
    self.run = run
  }
}

extension FuzzTarget {
  /// Every target that needs nothing but this project. One more target is one more line here.
  public static let all: [FuzzTarget] = [
    boltDecoder, boltHeaderMap, boltMessage,
    h2Frames, hpack, huffman, h2Server, h2Client, h2Pair,
    translateBolt, translateHTTP2,
    packets, fragments, reassembly, wire, capture, inspect,
    hessian, protobuf, contents, inflation,
    config, proxy, proxyBytes, proxyConfig,
  ]
}
