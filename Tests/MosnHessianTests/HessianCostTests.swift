import MosnHessian
import Testing

/// What an input costs, in steps that are counted: no more than twice its bytes.
@Suite struct HessianCostTests {
  /// Each list holds the one before ten times: expanded, 10^n values.
  @Test(arguments: [10, 100, 1000]) func billionLaughs(_ lists: Int) throws {
    var bytes = ascii("V")
    bytes += ascii("V") + ascii("z")
    for number in 1..<lists {
      bytes += ascii("V")
      for _ in 0..<10 { bytes += ascii("K") + [UInt8(number >> 8), UInt8(number & 0xff)] }
      bytes += ascii("z")
    }
    bytes += ascii("z")
    let tree = HessianTree(bytes.span.bytes)
    #expect(tree.failure == nil)
    #expect(tree.nodes.count == 2 + 11 * (lists - 1))
    #expect(tree.steps <= 2 * bytes.count)
    var output: [UInt8] = []
    #expect(tree.appendJSON(of: bytes.span.bytes, to: &output, limit: 1 << 20))
    #expect(output.count < 16 * tree.nodes.count)
    #expect(tree.values(in: bytes.span.bytes).count == 1)
  }

  /// A name of 50 kB, and objects of three bytes that have it: shown, each would cost the name.
  @Test func longNames() {
    let name = [UInt8](repeating: 0x78, count: 50_000)
    var bytes = ascii("O") + [0x91, 0x41, 0x91] + ascii("S") + [0xc3, 0x50] + name
    for _ in 0..<50_000 { bytes += ascii("o") + [0x90] + ascii("N") }
    let tree = HessianTree(bytes.span.bytes)
    #expect(tree.failure == nil && tree.nodes.count == 100_000 && tree.steps <= 2 * bytes.count)
    var output: [UInt8] = []
    #expect(!tree.appendTree(of: bytes.span.bytes, to: &output, limit: 1 << 20))
    #expect(output.count <= 1 << 20)
    output = []
    #expect(!tree.appendJSON(of: bytes.span.bytes, to: &output, limit: 1 << 20))
    #expect(output.count <= 1 << 20)
    #expect(tree.values(in: bytes.span.bytes).count == 50_000)
  }

  @Test func everyShapeIsLinear() {
    let shapes: [(String, (Int) -> [UInt8])] = [
      ("empty strings", { [UInt8](repeating: 0, count: $0) }),
      ("empty chunks", { count in (0..<count).flatMap { _ in hex("73 0000") } + [0] }),
      ("empty data", { count in (0..<count).flatMap { _ in hex("62 0000") } + [0x20] }),
      ("classes", { count in (0..<count).flatMap { _ in hex("4f 90 90") } + hex("4e") }),
      ("fields", { count in hex("4f 90 49") + big(count) + [UInt8](repeating: 0, count: count) + hex("4e") }),
      ("objects of nothing", { count in hex("4f 90 90") + (0..<count).flatMap { _ in hex("6f 90") } }),
      ("lists of nothing", { count in hex("56 740000 7a") + (0..<count).flatMap { _ in hex("76 90 90") } }),
      ("types", { count in (0..<count).flatMap { _ in hex("4d 740000 7a") } }),
      ("self references", { count in hex("56") + (0..<count).flatMap { _ in hex("4a00") } + hex("7a") }),
    ]
    for (name, shape) in shapes {
      let steps = [1000, 2000, 4000].map { HessianTree(shape($0).span.bytes).steps }
      let bytes = [1000, 2000, 4000].map { shape($0).count }
      for (steps, bytes) in zip(steps, bytes) { #expect(steps <= 2 * bytes + 2, "\(name)") }
      #expect(steps[2] - steps[1] <= 2 * (steps[1] - steps[0]) + 4, "\(name): \(steps)")
    }
  }

  private func big(_ count: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(count).bigEndian, Array.init) }

  @Test func memoryIsUsedAgain() {
    var tree = HessianTree()
    for vector in HessianVector.all {
      tree.read(vector.bytes.span.bytes)
      let isSame =
        tree.values(in: vector.bytes.span.bytes)
        == HessianTree(vector.bytes.span.bytes).values(in: vector.bytes.span.bytes)
      #expect(isSame)
    }
  }
}
