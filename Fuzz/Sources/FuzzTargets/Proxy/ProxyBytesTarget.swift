import MosnConfig
import ProxyEngine

extension FuzzTarget {
  static let proxyBytes = FuzzTarget(
    "proxy-bytes",
    "raw bytes of a client or a server: the calls of neighbours are answered as ever, and nothing is left",
    longestInput: 4096
  ) { input in
    let budget = TimeBudget(bytes: 10 * input.count)
    let street = ProxyStreet(input)
    defer { street.network.end() }
    street.run()
    try street.check()
    try budget.check()
  }
}

/// A proxy with two clusters, a stranger who connects or is connected to, and neighbours who behave.
private final class ProxyStreet {
  let network: SimulatedNetwork
  private let node: ProxyNode
  private let stranger: ProxyStranger
  private let isServer: Bool
  private let good: ProxyCallee
  /// One that has a connection of its own, and in front of a strange server one that calls it too.
  private let neighbour: ProxyCaller
  private let victim: ProxyCaller?
  private var strangeCalls: Set<String> = []

  /// By pair of protocols.
  static let configurations: [MosnConfiguration] = ["SofaRpc", "Http2"].flatMap { down in
    ["SofaRpc", "Http2"].compactMap { up in
      let bad = """
        {"match": {"headers": [{"name": "service", "value": "bad"}]},
         "route": {"cluster_name": "bad", "timeout": "1s"}}
        """
      return try? configuration(
        [("l", 2045, down, up, bad + "," + route(to: "good", #""timeout": "1s""#))],
        clusters: [("good", ["127.0.0.1:8080"], ""), ("bad", ["127.0.0.1:8081"], "")])
    }
  }

  /// The first byte says who the stranger is, in which pieces its bytes come, and how they end; the rest are they.
  init(_ input: [UInt8]) {
    let shape = input.first ?? 0
    network = SimulatedNetwork(random: InputRandom(seed: [shape]))
    network.largestPiece = [9, 300, 20_000, 20_000][Int(shape >> 3 & 3)]
    node = ProxyNode(network, Self.configurations[Int(shape & 3)])
    isServer = shape & 4 != 0
    let (toHTTP2, fromHTTP2) = (shape & 1 != 0, shape & 2 != 0)
    stranger = ProxyStranger(
      Array(input.dropFirst()), ending: [.none, .finish, .close, .reset][Int(shape >> 5 & 3)],
      // Without SETTINGS no call would come.
      greeting: isServer && toHTTP2 && shape < 0x80 ? [0, 0, 0, 4, 0, 0, 0, 0, 0] : nil,
      waits: isServer && shape < 0x80)
    good = ProxyCallee(isHTTP2: toHTTP2, network, at: "127.0.0.1:8080")
    neighbour = ProxyCaller("neighbour", isHTTP2: fromHTTP2, network, at: "127.0.0.1:2045")
    victim = isServer ? ProxyCaller("victim", isHTTP2: fromHTTP2, network, at: "127.0.0.1:2045") : nil
  }

  func run() {
    if isServer {
      network.listen(at: "127.0.0.1:8081") { [stranger] in
        stranger.links.append($0)
        return stranger
      }
    }
    neighbour.call(padding: 10)
    network.run(milliseconds: 2)
    if !isServer { stranger.links.append(network.connect(to: "127.0.0.1:2045", stranger)) }
    for round in 0..<6 {
      if let victim, round < 3, let text = victim.call(service: "bad", padding: 100) {
        strangeCalls.insert(text)
      }
      victim?.call(padding: round)
      neighbour.call(padding: round * 100)
      network.run(for: 300_000)
    }
    network.run(milliseconds: 2_000)
    neighbour.call(padding: 1)
    network.run(milliseconds: 10)
  }

  func check() throws {
    for caller in [neighbour, victim].compactMap(\.self) {
      try expect(!caller.isClosed, "the \(caller.name) was thrown out")
      for call in caller.calls {
        let outcome = caller.outcome(of: call).outcome
        let label = "\(call.text.prefix(20)): \(outcome)"
        if !strangeCalls.contains(call.text) {
          try expect(outcome == .echoed, label)
        } else if case .wrong = outcome {
          throw FuzzFailure(description: label)
        } else {
          try expect(outcome != .pending || caller.hasUnreadAnswer(to: call), label)
        }
      }
    }
    try expect(node.mostBuffered < 8 << 20, "held \(node.mostBuffered) bytes")
    for caller in [neighbour, victim] { caller?.leave() }
    for link in stranger.links where !link.isClosed { link.reset(from: stranger) }
    network.run(milliseconds: 10)
    try expect(node.proxy.downstreamConnections == 0, "\(node.proxy.downstreamConnections) clients are left")
    good.die()
    for link in stranger.links where !link.isClosed { link.reset(from: stranger) }
    network.run(milliseconds: 10)
    try expect(node.proxy.upstreamConnections == 0, "\(node.proxy.upstreamConnections) servers are left")
    try expect(node.leftovers.isEmpty, "left: \(node.leftovers)")
  }
}

/// A peer that sends what it was given, whatever it hears.
private final class ProxyStranger: Peer {
  enum Ending { case none, finish, close, reset }

  var links: [Link] = []
  private let bytes: [UInt8]
  private let ending: Ending
  private let greeting: [UInt8]?
  /// For a call to answer, whose bolt id then stands where the bytes say `id!!`.
  private let waits: Bool
  private var heard = 0
  private var hasSpoken: Set<ObjectIdentifier> = []

  init(_ bytes: [UInt8], ending: Ending, greeting: [UInt8]?, waits: Bool) {
    (self.bytes, self.ending, self.greeting, self.waits) = (bytes, ending, greeting, waits)
  }

  func opened(_ link: Link) {
    if let greeting { link.send(greeting, from: self) }
    if !waits { speak(bytes, on: link) }
  }

  func receive(_ received: [UInt8], on link: Link) {
    heard += received.count
    // HTTP/2: preface and SETTINGS go before a call.
    guard waits, heard > (greeting == nil ? 9 : 150) else { return }
    speak(greeting == nil ? answer(to: received) : bytes, on: link)
  }

  private func answer(to call: [UInt8]) -> [UInt8] {
    guard call.count >= 9 else { return bytes }
    var bytes = bytes
    for start in 0..<max(0, bytes.count - 3) where bytes[start..<start + 4].elementsEqual("id!!".utf8) {
      bytes.replaceSubrange(start..<start + 4, with: call[5..<9])
    }
    return bytes
  }

  private func speak(_ bytes: [UInt8], on link: Link) {
    guard hasSpoken.insert(ObjectIdentifier(link)).inserted else { return }
    link.send(bytes, from: self)
    switch ending {
    case .none: break
    case .finish: link.endSending(from: self)
    case .close: link.close(from: self)
    // Behind the bytes, which a reset would overtake.
    case .reset: link.network.after(1_000_000) { [self] in if !link.isClosed { link.reset(from: self) } }
    }
  }
}
