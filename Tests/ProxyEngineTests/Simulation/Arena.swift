import BoltCodec
import H2Codec
import MosnConfig
import ProxyEngine

/// Engines of one process with four kinds of listeners, and well-behaved callers of each.
final class Arena {
  let network: SimulatedNetwork
  let budget: ProcessBudget
  let bolt: BoltServer
  let http2: HTTP2Server
  private(set) var nodes: [ProxyNode] = []
  private(set) var boltCallers: [BoltClient] = []
  private(set) var http2Callers: [HTTP2Client] = []
  private var calls: UInt32 = 0

  /// `down` and `up` of each listener.
  private static let kinds = [
    (name: "bb", down: "SofaRpc", up: "SofaRpc"), (name: "bh", down: "SofaRpc", up: "Http2"),
    (name: "hb", down: "Http2", up: "SofaRpc"), (name: "hh", down: "Http2", up: "Http2"),
  ]

  init(
    _ network: SimulatedNetwork, _ limits: ProxyLimits = ProxyLimits(), engines: Int = 1,
    cluster: String = "",
    route more: String = ""
  ) throws {
    self.network = network
    budget = ProcessBudget(engines: engines)
    bolt = BoltServer(network, "127.0.0.1:8080")
    http2 = HTTP2Server(network, "127.0.0.1:8081")
    for engine in 0..<engines {
      let listeners = Self.kinds.enumerated().map { number, kind in
        (
          name: kind.name, port: 2000 + 100 * engine + number, down: kind.down, up: kind.up,
          routers: route(to: kind.up == "Http2" ? "h2" : "bolt", more)
        )
      }
      let configuration = try configuration(
        listeners,
        clusters: [("bolt", ["127.0.0.1:8080"], cluster), ("h2", ["127.0.0.1:8081"], cluster)])
      nodes.append(
        ProxyNode(network, configuration, limits: limits, seed: UInt64(7 + engine), budget: budget))
    }
    for node in nodes { node.others = nodes.filter { $0 !== node } }
    for engine in 0..<engines {
      boltCallers += ["bb", "bh"].map { BoltClient(network, address($0, engine: engine)) }
      http2Callers += ["hb", "hh"].map { HTTP2Client(network, address($0, engine: engine)) }
    }
  }

  func address(_ kind: String, engine: Int = 0) -> String {
    "127.0.0.1:\(2000 + 100 * engine + (Self.kinds.firstIndex { $0.name == kind } ?? 0))"
  }

  /// The most that all engines held, as each was at its worst.
  var mostBuffered: Int { nodes.reduce(0) { $0 + $1.mostBuffered } }

  /// Every caller calls every 20 ms; what went wrong and the longest time that an answer took.
  func callForSomeTime(_ milliseconds: UInt64) -> (failures: [String], slowest: UInt64) {
    var failures: [String] = []
    var slowest: UInt64 = 0
    for _ in 0..<max(1, milliseconds / 20) {
      calls += 1
      let begin = network.now
      for caller in boltCallers { caller.send(.call(calls, "small")) }
      let streams = http2Callers.map { $0.post([1, 2, 3]) }
      network.run(milliseconds: 20)
      for (number, caller) in boltCallers.enumerated() {
        let status = caller.answers[calls]?.first?.head.status
        if status != .success {
          failures.append("bolt \(number), call \(calls): \(String(describing: status))")
        }
        slowest = max(slowest, (caller.times[calls] ?? network.now) - begin)
      }
      for (number, caller) in http2Callers.enumerated() {
        let answer = caller.answers[streams[number]]
        if answer?.status != 200 || answer?.isEnded != true {
          failures.append("http2 \(number), stream \(streams[number]): \(String(describing: answer))")
        }
        slowest = max(slowest, (answer?.isEnded == true ? answer?.time ?? 0 : network.now) - begin)
      }
    }
    return (failures, slowest)
  }
}

/// A client that sends what it likes.
final class RawPeer: Peer {
  private(set) var received: [UInt8] = []
  private(set) var isClosed = false
  private var link: Link?
  private var unsent: [UInt8] = []
  private var isOpen = false

  init(_ network: SimulatedNetwork, _ address: String) { link = network.connect(to: address, self) }

  func send(_ bytes: [UInt8]) {
    unsent += bytes
    if isOpen { flush() }
  }

  private func flush() {
    if !isClosed { link?.send(unsent, from: self) }
    unsent = []
  }

  func opened(_ link: Link) {
    isOpen = true
    flush()
  }

  func receive(_ bytes: [UInt8], on link: Link) { received += bytes }
  func closed(_ link: Link, failure: String?) { isClosed = true }
  func close() { link?.reset(from: self) }
}

extension RawPeer {
  /// SETTINGS, and the acknowledgement of the other side's.
  static var settings: [UInt8] { [0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 0, 4, 1, 0, 0, 0, 0] }

  /// POST requests without an end, each with a field that the first puts into the table and all refer to.
  static func heads(_ count: Int, value: Int, times: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    let fixed =
      literal(":method", "POST") + literal(":scheme", "http") + literal(":authority", "a")
      + literal(":path", "/")
      + literal("service", "testSofa")
    for number in 0..<count {
      var block = fixed
      var left = times
      if number == 0 {
        block += literal("x-b", String(repeating: "v", count: value), indexed: true)
        left -= 1
      }
      // The newest entry of the dynamic table.
      block += [UInt8](repeating: 0x80 | 62, count: left)
      bytes += frame(1, flags: 4, on: UInt32(2 * number + 1), block)
    }
    return bytes
  }

  static func data(_ count: Int, on stream: UInt32) -> [UInt8] {
    frame(0, flags: 0, on: stream, [UInt8](repeating: 7, count: count))
  }

  static func frame(_ type: UInt8, flags: UInt8, on stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let length = UInt32(payload.count)
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + (0..<4).map { UInt8(stream >> UInt32(24 - 8 * $0) & 255) } + payload
  }

  private static func literal(_ name: String, _ value: String, indexed: Bool = false) -> [UInt8] {
    [indexed ? 0x40 : 0] + string(name) + string(value)
  }

  private static func string(_ text: String) -> [UInt8] {
    var rest = text.utf8.count
    guard rest >= 127 else { return [UInt8(rest)] + Array(text.utf8) }
    var bytes: [UInt8] = [127]
    rest -= 127
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)] + Array(text.utf8)
  }

  /// A bolt request as far as its content, which is so long.
  static func beginning(of content: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    try? BoltEncoder.encode(.call(1, ""), into: &bytes)
    let length = BoltHead.request(id: 0).length
    for place in 0..<4 { bytes[length - 4 + place] = UInt8(content >> UInt32(24 - 8 * place) & 255) }
    return bytes
  }
}
