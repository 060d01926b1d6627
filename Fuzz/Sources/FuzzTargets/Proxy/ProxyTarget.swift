import BoltCodec
import H2Codec
import MosnConfig
import ProxyEngine

extension FuzzTarget {
  static let proxy = FuzzTarget(
    "proxy",
    "script: each call of a client that stays has one answer, its own, in time, whatever servers do; nothing is left",
    longestInput: 400
  ) { input in
    let budget = TimeBudget(bytes: 100 * input.count)
    var script = FuzzScript(input)
    let world = ProxyWorld(&script)
    defer { world.network.end() }
    for _ in 0..<120 where !script.isOver { world.step(&script) }
    try world.settle()
    try budget.check()
  }
}

/// Clients, a proxy and servers over a simulated network, and what a script has them do.
private final class ProxyWorld {
  let network: SimulatedNetwork
  private let node: ProxyNode
  private let pair: Int
  private let route: Int
  private let isFine: Bool
  private var callers: [ProxyCaller] = []
  private let callees: [ProxyCallee]
  /// Something happened for which a call may fail.
  private var isFaulty = false
  /// Something happened for which a call may be late.
  private var isHindered = false
  private var isDrained = false
  /// Nothing could be written to some connection for a while: who then cannot read what has to be acknowledged, or
  /// leaves an answer waiting for too long, is sent away.
  private var isStalled = false

  static let hosts = ["127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082"]
  static let routes = [
    "", #""timeout": "1s""#, #""timeout": "1s", "retry_policy": {"retry_on": true, "num_retries": 2}"#,
  ]
  /// By pair of protocols, route and number of hosts.
  static let configurations: [MosnConfiguration] = ["SofaRpc", "Http2"].flatMap { down in
    ["SofaRpc", "Http2"].flatMap { up in
      routes.flatMap { route in
        (1...3).compactMap { try? simple(down, up, hosts: Array(hosts.prefix($0)), route: route) }
      }
    }
  }

  private static func configuration(_ pair: Int, _ route: Int, hosts: Int) -> MosnConfiguration {
    configurations[(pair * routes.count + route) * 3 + hosts]
  }

  init(_ script: inout FuzzScript) {
    let shape = Int(script.byte())
    (pair, route, isFine) = (shape & 3, (shape >> 2) % 3, shape >> 7 == 1)
    network = SimulatedNetwork(random: InputRandom(seed: [script.byte()]))
    network.largestPiece = isFine ? 9 : 20_000
    var limits = ProxyLimits()
    // A client that only waits for what the script does next is not to be sent away.
    limits.idleTime = 7_200_000_000_000
    // Calls without a limit of their own have to end, too, for the script to be judged.
    limits.callTime = 60_000_000_000
    node = ProxyNode(network, Self.configuration(pair, route, hosts: script.choice(0..<3)), limits: limits)
    let streams = script.choice(0..<3) == 0 ? 4 : nil
    let (network, pair) = (network, pair)
    callees = Self.hosts.map { ProxyCallee(isHTTP2: pair & 1 == 1, network, at: $0, streams: streams) }
  }

  private func caller(_ script: inout FuzzScript) -> ProxyCaller {
    let index = script.choice(0..<4)
    if index < callers.count, !callers[index].hasFinished { return callers[index] }
    let caller = ProxyCaller(
      "client \(callers.count)", isHTTP2: pair & 2 == 2, network, at: "127.0.0.1:2045")
    callers.append(caller)
    return caller
  }

  // MARK: The script

  func step(_ script: inout FuzzScript) {
    switch script.choice(0..<24) {
    case 0..<7: call(&script)
    case 7..<11: network.run(for: [10_000, 200_000, 2_000_000, 50_000_000][script.choice(0..<4)])
    case 11: network.run(for: [300_000_000, 1_200_000_000, 16_000_000_000][script.choice(0..<3)])
    case 12..<16: instruct(&script)
    case 16: leave(&script)
    case 17: caller(&script).giveUp(script.choice(0..<256))
    case 18: caller(&script).heartbeat()
    case 19:
      let slot = UInt32(script.choice(0..<8))
      node.setWritable(script.flag()) { $0.slot == slot }
      (isHindered, isStalled) = (true, true)
    case 20:
      let consumes = script.flag()
      caller(&script).http2?.consumes = consumes
      if !consumes { isHindered = true }
    case 21: breakHost(&script)
    case 22: node.apply(Self.configuration(pair, route, hosts: script.choice(0..<3)))
    default:
      // Rare: whatever comes after it is refused.
      if script.choice(0..<4) == 0 { drain() }
    }
  }

  private func call(_ script: inout FuzzScript) {
    let how = script.byte()
    let paddings = isFine ? [0, 1, 50, 700] : [0, 10, 3000, how >> 4 == 1 ? 70_000 : 100]
    caller(&script).call(
      padding: paddings[Int(how & 3)], timeout: [-1, 0, 200, 5000][Int(how >> 2 & 3)],
      isOneway: how >> 4 == 7,
      isV2: how >> 4 == 3)
  }

  private func instruct(_ script: inout FuzzScript) {
    let callee = callees[script.choice(0..<3)]
    let behaviour = ProxyCallee.Behaviour.allCases[script.choice(0..<ProxyCallee.Behaviour.allCases.count)]
    callee.behaviours += Array(repeating: behaviour, count: 1 + script.choice(0..<3))
    if behaviour.isFault { isFaulty = true }
  }

  private func leave(_ script: inout FuzzScript) {
    let caller = caller(&script)
    if script.flag() {
      caller.leave()
    } else {
      caller.finish()
      if caller.http2 != nil { isHindered = true }
    }
  }

  private func breakHost(_ script: inout FuzzScript) {
    let index = script.choice(0..<3)
    switch script.choice(0..<5) {
    case 0: network.refusing.insert(Self.hosts[index])
    case 1: network.silent.insert(Self.hosts[index])
    case 2: callees[index].die()
    case 3: node.setHealth(Self.hosts[index], false)
    default:
      network.refusing.remove(Self.hosts[index])
      network.silent.remove(Self.hosts[index])
      node.setHealth(Self.hosts[index], true)
      return
    }
    isFaulty = true
  }

  private func drain() {
    node.drain()
    isDrained = true
  }

  // MARK: What must hold

  func settle() throws {
    node.setWritable(true) { _ in true }
    for caller in callers { caller.http2?.consumes = true }
    network.run(milliseconds: 2_000)
    for _ in 0..<20 where node.proxy.calls > 0 { network.run(milliseconds: 10_000) }
    for caller in callers { try check(caller) }
    try checkArrivals()
    for callee in callees { try expect(callee.complaint == nil, "a server: \(callee.complaint ?? "")") }
    try expect(node.leftovers.isEmpty, "left: \(node.leftovers)")
    try expect(node.mostBuffered < 32 << 20, "held \(node.mostBuffered) bytes")

    for caller in callers { caller.leave() }
    network.run(milliseconds: 10)
    try expect(node.proxy.downstreamConnections == 0, "\(node.proxy.downstreamConnections) clients are left")
    for callee in callees { callee.die() }
    network.run(milliseconds: 10_000)
    try expect(node.proxy.upstreamConnections == 0, "\(node.proxy.upstreamConnections) servers are left")
    try expect(node.leftovers.isEmpty, "at the end left: \(node.leftovers)")
    try expect(!isDrained || node.isDrained, "drained and not done")
  }

  private func check(_ caller: ProxyCaller) throws {
    try expect(caller.complaint == nil, "\(caller.name): \(caller.complaint ?? "")")
    guard !caller.hasLeft else { return }
    let mayBeSentAway = isDrained || isStalled
    try expect(!caller.isClosed || mayBeSentAway || caller.hasFinished, "\(caller.name) was thrown out")
    for call in caller.calls {
      let (outcome, time) = caller.outcome(of: call)
      let label = "\(caller.name): \(call.text.prefix(20))"
      switch outcome {
      case .wrong(let what), .strange(let what): throw FuzzFailure(description: "\(label): \(what)")
      case .pending, .echoed, .refused: break
      }
      if call.isOneway {
        try expect(outcome == .pending, "\(label): oneway, and answered")
        continue
      }
      // A client that was sent away while its call was on the way knows, and may call elsewhere.
      guard !call.isGivenUp, !(mayBeSentAway && caller.isClosed) else { continue }
      try expect(outcome != .pending, "\(label): no answer")
      if !isFaulty, !isHindered, !isDrained {
        try expect(outcome == .echoed, "\(label): refused without need")
      }
      if !isHindered, !isHeldBack(caller) { try checkTime(of: call, time, label) }
    }
  }

  /// A bolt client whose calls wait, more than 64 KiB of them, is not read until there is room.
  private func isHeldBack(_ caller: ProxyCaller) -> Bool {
    isFaulty && caller.bolt != nil && caller.calls.reduce(0) { $0 + $1.text.utf8.count + 100 } > 60_000
  }

  private func checkTime(of call: ProxyCaller.Call, _ time: UInt64, _ label: String) throws {
    // Without a limit the engine's own, which a body that moves stretches.
    let limit = min(call.limit ?? .max, route == 0 ? 180_000_000_000 : 1_000_000_000)
    let took = Int(time) - Int(call.sent)
    try expect(took >= 0 && took <= limit + 20_000_000, "\(label): took \(took) of \(limit) ns")
  }

  /// Servers work on what was sent, and once, unless a policy says otherwise.
  private func checkArrivals() throws {
    let sent = Set(callers.flatMap { $0.calls.map(\.text) })
    var total: [String: Int] = [:]
    for callee in callees { total.merge(callee.arrivals, uniquingKeysWith: +) }
    for (text, count) in total.sorted(by: { $0.key < $1.key }) {
      try expect(sent.contains(text), "a server was asked \(text.prefix(40)), and nobody did")
      try expect(count <= (route == 2 ? 3 : 1), "\(text.prefix(20)) was worked on \(count) times")
    }
  }
}
