import ContentProperties
import MosnHessian
import Support
import Testing

@Suite struct HessianReadingTests {
  @Test func everyForm() throws {
    for vector in HessianVector.all {
      let isSame = try values(vector.bytes) == vector.values
      #expect(isSame, "\(vector.bytes.prefix(40))")
    }
  }

  @Test func aNaNStaysOne() throws {
    guard case .double(let value)? = try values(hex("44 7ff8000000000000")).first else {
      return #expect(Bool(false))
    }
    #expect(value.isNaN)
  }

  /// However a content is cut, it is said where; what stood before is there.
  @Test func everyTruncation() throws {
    for vector in HessianVector.all where vector.bytes.count < 1000 {
      for count in vector.bytes.indices {
        let cut = Array(vector.bytes.prefix(count))
        try fuzzHessian(cut)
        guard let failure = failure(cut) else {
          // Between two values, or before the first one.
          let read = try values(cut)
          #expect(read == Array(vector.values.prefix(read.count)), "\(vector.bytes), \(count)")
          continue
        }
        #expect(
          [.truncated, .length].contains(failure.rule) && failure.offset <= count,
          "\(failure), \(vector.bytes)")
      }
    }
  }

  @Test func longVectorsCutSomewhere() throws {
    for vector in HessianVector.all where vector.bytes.count >= 1000 {
      for count in [1, 2, 3, 4, 40_000, vector.bytes.count - 1] {
        let error = failure(Array(vector.bytes.prefix(count)))
        #expect(error?.rule == .truncated || error?.rule == .length, "\(count): \(String(describing: error))")
      }
    }
  }

  @Test func tokenByToken() throws {
    let bytes = hex("4f 91 41 91 0161 6f 90 56 6e01 4a00 7a")
    var reader = HessianReader()
    var kinds: [HessianToken.Kind] = []
    while let token = try reader.next(in: bytes.span.bytes) { kinds.append(token.kind) }
    #expect(kinds == [.object, .list, .reference, .end, .end])
    #expect(reader.depth == 0 && reader.offset == bytes.count && reader.containers == 2)
  }

  @Test func anErrorIsFinal() throws {
    let bytes = hex("91 5a 91")
    var reader = HessianReader()
    _ = try reader.next(in: bytes.span.bytes)
    for _ in 0..<2 {
      let error = #expect(throws: HessianError.self) { _ = try reader.next(in: bytes.span.bytes) }
      #expect(error?.rule == .unknownCode && error?.offset == 1 && error?.found == 0x5a)
    }
  }

  @Test func whatAWriterWritesIsRead() throws {
    for seed in 0..<300 {
      var random = ValueMaker(seed: UInt64(seed))
      let written = random.values()
      var choices = SeededRandom(seed: UInt64(seed))
      var writer = HessianWriter { choices.below($0) }
      for value in written { writer.write(value) }
      let read = try values(writer.bytes)
      let isSame = read == written
      #expect(isSame, "seed \(seed)")
      if seed % 5 == 0 { try fuzzHessian(writer.bytes) }
    }
  }

  @Test func randomBytes() throws {
    var random = SeededRandom(seed: 16)
    for _ in 0..<500 {
      let bytes = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      try fuzzHessian(bytes)
    }
  }

  /// Bytes exchanged, doubled and left out in contents that were right.
  @Test func damagedContents() throws {
    var random = SeededRandom(seed: 17)
    let contents =
      HessianVector.all.map(\.bytes).filter { $0.count < 1000 } + [
        SofaFixtures.request, SofaFixtures.exception,
      ]
    for _ in 0..<500 {
      var bytes = contents[random.below(contents.count)] + contents[random.below(contents.count)]
      for _ in 0...random.below(4) where !bytes.isEmpty {
        let place = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[place], at: place)
        }
      }
      try fuzzHessian(bytes)
    }
  }
}

/// Values of any kind, in one another.
struct ValueMaker {
  private var random: SeededRandom
  private var containers = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func values() -> [HessianValue] { (0...random.below(4)).map { _ in value(depth: 0) } }

  private mutating func value(depth: Int) -> HessianValue {
    switch random.below(depth < 5 ? 13 : 9) {
    case 0: return .null
    case 1: return .boolean(random.below(2) == 0)
    case 2: return .int(Int32(truncatingIfNeeded: number()))
    case 3: return .long(number())
    case 4: return .double([0, 1, -128, 32767, 3.25, 0.1, -.infinity, Double(number())][random.below(8)])
    case 5: return .date(number())
    case 6: return .string(text())
    case 7: return .binary((0..<random.below(40)).map { UInt8($0) })
    case 8:
      return containers == 0 ? .remote(type: type(), address: text()) : .reference(random.below(containers))
    default: return container(depth: depth)
    }
  }

  private mutating func container(depth: Int) -> HessianValue {
    containers += 1
    switch random.below(3) {
    case 0:
      return .list(type: type(), (0..<random.below(5)).map { _ in value(depth: depth + 1) })
    case 1:
      // `T` first in a map without a type may be taken for the number of a type.
      let entries = (0..<random.below(5)).map { index in
        HessianValue.Entry(index == 0 ? .string(text()) : value(depth: depth + 1), value(depth: depth + 1))
      }
      return .map(type: type(), entries)
    default:
      let names = ["id", "name", "né", "x"].prefix(random.below(5))
      return .object(type: "a.Class\(names.count)", names.map { .init($0, value(depth: depth + 1)) })
    }
  }

  private mutating func number() -> Int64 {
    Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(64))
  }

  private mutating func type() -> String? { [nil, nil, "[int", "java.util.TreeMap", "é"][random.below(5)] }

  private mutating func text() -> String {
    let pieces = ["a", "", "é", "你好", "😀", "\n", "\u{202e}", "long enough for a chunk of its own", "\u{0}"]
    return (0..<random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
  }
}
