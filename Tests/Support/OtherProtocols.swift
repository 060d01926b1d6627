/// Binary protocols that are neither HTTP/2 nor bolt, as one side might speak them: what comes from a seed is the same
/// every time.
public enum OtherProtocol: String, CaseIterable, Sendable {
  case kafka, postgres, cassandra, smb2, dceRPC, zooKeeper, memcached, mySQL, mongoDB, thrift, numbers,
    protobuf, program

  /// The messages of one side, answers and calls alike.
  public func messages(seed: UInt64) -> [[UInt8]] {
    var speaker = Speaker(
      random: SeededRandom(seed: seed ^ UInt64(rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })))
    return (0..<speaker.number(20...60)).map { speaker.message(self, Int32($0)) }
  }
}

private struct Speaker {
  var random: SeededRandom

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func message(_ kind: OtherProtocol, _ turn: Int32) -> [UInt8] {
    switch kind {
    case .kafka:
      // API key and version, correlation, client; then topics with offsets.
      framed(big(Int16(number(0...18))) + big(Int16(number(0...12))) + big(turn) + text16() + numbers(0...40))
    case .postgres: rows()
    case .cassandra: cassandra(stream: turn)
    case .smb2:
      framed(
        [0xFE, 0x53, 0x4D, 0x42, 64, 0, 1, 0, 0, 0, 0, 0] + little(Int32(number(3...16))) + little(turn)
          + zeros(40) + numbers(2...60, isLittle: true) + value())
    case .dceRPC:
      dceRPC(call: turn)
    case .zooKeeper:
      framed(big(turn) + big(Int64(7 + Int64(turn))) + big(Int32(0)) + framed(value()) + stat())
    case .memcached: memcached(opaque: turn)
    case .mySQL: mySQL()
    case .mongoDB: mongoDB(turn)
    case .thrift:
      framed(
        [0x80, 1, 0, 2] + framed(word()) + big(turn) + (0..<number(1...8)).flatMap { field(Int16($0)) } + [0])
    case .numbers: numberArray()
    case .protobuf: framed((1...number(2...12)).flatMap { [UInt8($0 << 3 | 2)] + short(value()) })
    case .program: program()
    }
  }
}

extension Speaker {
  private mutating func rows() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<number(1...30) {
      var row = big(Int16(4))
      for _ in 0..<4 { row += number(0...4) == 0 ? big(Int32(-1)) : framed(value()) }
      bytes += [0x44] + big(Int32(row.count + 4)) + row
    }
    return bytes
  }

  private mutating func cassandra(stream: Int32) -> [UInt8] {
    let count = Int32(number(0...20))
    var body = big(Int32(2)) + big(Int32(4)) + big(Int32(3)) + big(count)
    for _ in 0..<count * 3 { body += number(0...4) == 0 ? big(Int32(-1)) : framed(value()) }
    return [0x84, 0] + big(Int16(stream)) + [8] + framed(body)
  }

  private mutating func dceRPC(call: Int32) -> [UInt8] {
    let stub = numbers(2...120, isLittle: true)
    return [5, 0, 2, 3, 0x10, 0, 0, 0] + little(Int32(24 + stub.count)) + little(call)
      + little(Int32(stub.count))
      + zeros(4) + stub
  }

  private mutating func memcached(opaque: Int32) -> [UInt8] {
    let held = (0..<number(1...10)).flatMap { _ in value() }
    return [0x81, 0, 0, 0, 4, 0, 0, 0] + big(Int32(4 + held.count)) + big(opaque) + big(Int64(small()))
      + zeros(4)
      + held
  }

  private mutating func mySQL() -> [UInt8] {
    (0..<number(1...30)).flatMap { number in
      let body = [0, 0] + numbers(1...6, isLittle: true) + short(word())
      return little(Int32(body.count))[..<3] + [UInt8(number)] + body
    }
  }

  private mutating func mongoDB(_ turn: Int32) -> [UInt8] {
    var fields: [UInt8] = []
    for _ in 0..<number(1...20) {
      fields +=
        number(0...1) == 0
        ? [0x10] + word() + [0] + little(small()) : [0x12] + word() + [0] + little(small()) + zeros(4)
    }
    let document = little(Int32(fields.count + 5)) + fields + [0]
    return little(Int32(21 + document.count)) + little(turn) + zeros(4) + little(Int32(2_013)) + zeros(5)
      + document
  }

  private mutating func stat() -> [UInt8] {
    big(Int64(7)) + big(Int64(7)) + big(Int64(1_700_000_000_000)) + big(Int64(1_700_000_000_000)) + zeros(24)
      + big(Int32(4)) + zeros(4) + big(Int64(7))
  }

  private mutating func field(_ number: Int16) -> [UInt8] {
    switch self.number(0...2) {
    case 0: [8] + big(number) + big(small())
    case 1: [10] + big(number) + big(Int64(small()))
    default: [11] + big(number) + framed(word())
    }
  }

  private mutating func numberArray() -> [UInt8] {
    let (start, step) = (small(), Int32([0, 1, 1, 2, 256, 65_536][number(0...5)]))
    let width = number(0...3)
    return (0..<Int32(number(8...300))).flatMap { index -> [UInt8] in
      let value = start &+ step &* index
      return switch width {
      case 0: big(value)
      case 1: little(value)
      case 2: big(Int64(value))
      default: little(value) + [0, 0, 0, 0]
      }
    }
  }

  /// Tables, text and code as an executable has them.
  private mutating func program() -> [UInt8] {
    switch number(0...3) {
    case 0: (0..<number(10...60)).flatMap { _ in little(small()) + little(small()) + zeros(8) }
    case 1: (0..<number(10...80)).flatMap { _ in word() + [0] }
    case 2: random.bytes(number(100...1_000))
    default:
      (0..<number(10...60)).flatMap { _ in
        [1, UInt8(number(0...2)), 0, UInt8(number(0...2))] + zeros(number(4...30))
      }
    }
  }
}

// MARK: - What messages are made of

extension Speaker {
  /// As programs have them: mostly small.
  private mutating func small() -> Int32 {
    [0, 0, 1, 1, 2, 4, 8, Int32(number(0...15)), Int32(number(0...255)), Int32(number(0...65_535))][
      number(0...9)]
  }

  private mutating func value() -> [UInt8] {
    switch number(0...5) {
    case 0: word()
    case 1: big(small())
    case 2: big(Int64(small()))
    case 3: little(small())
    case 4: random.bytes(number(1...40))
    default: zeros(number(1...16))
    }
  }

  private mutating func numbers(_ counts: ClosedRange<Int>, isLittle: Bool = false) -> [UInt8] {
    (0..<number(counts)).flatMap { _ in isLittle ? little(small()) : big(small()) }
  }

  private mutating func word() -> [UInt8] { (0..<number(1...20)).map { _ in UInt8(number(0x61...0x7A)) } }

  private mutating func text16() -> [UInt8] {
    let text = word()
    return big(Int16(text.count)) + text
  }

  private func short(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
  private func framed(_ bytes: [UInt8]) -> [UInt8] { big(Int32(bytes.count)) + bytes }
  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
  private func little(_ value: Int32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}
