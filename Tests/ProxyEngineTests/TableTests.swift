import MosnConfig
import Support
import Testing

@testable import ProxyEngine

@Suite struct TableTests {
  @Test(arguments: 1...5 as ClosedRange<UInt64>) func deadlinesComeInOrder(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var deadlines = Deadlines()
    var expected: [UInt32: UInt64] = [:]
    var timers: [UInt32: Deadlines.Timer] = [:]
    for owner in 0..<500 as Range<UInt32> {
      let time = UInt64.random(in: 0..<1000, using: &random)
      expected[owner] = time
      timers[owner] = deadlines.arm(time, .exchange(owner))
      if owner % 3 == 0, let other = timers.keys.randomElement(using: &random),
        var timer = timers.removeValue(forKey: other)
      {
        deadlines.cancel(&timer)
        deadlines.cancel(&timer)
        expected[other] = nil
      }
    }
    #expect(deadlines.count == expected.count)
    var last: UInt64 = 0
    while let next = deadlines.next {
      #expect(next >= last)
      if next > 0 { #expect(deadlines.popDue(at: next - 1) == nil) }
      guard case .exchange(let owner)? = deadlines.popDue(at: next) else { break }
      #expect(expected.removeValue(forKey: owner) == next)
      last = next
    }
    #expect(expected.isEmpty)
  }

  /// Of 8,000 hosts each finds the one that it was, by looking at no other.
  @Test func aReloadLooksAtEachHostOnce() throws {
    let addresses = (0..<8000).map { "10.0.\($0 / 250).\($0 % 250):8080" }
    func configured(_ addresses: [String]) throws -> MosnConfiguration {
      try configuration([], clusters: [("c", addresses, "")])
    }
    var upstreams = Upstreams()
    upstreams.adopt(try configured(addresses))
    let before = try #require(upstreams["c"])
    upstreams.adopt(try configured(addresses.dropLast(1000).reversed()))
    let after = try #require(upstreams["c"])
    let looks = after.hosts.reduce(0) { $0 + before.hosts(at: $1.address).count }
    let isKept = zip(after.hosts, before.hosts.dropLast(1000).reversed()).allSatisfy { $0 === $1 }
    #expect(looks == 7000 && isKept)
    #expect(before.hosts.count { $0.isRemoved } == 1000)
  }

  @Test func aCrowdOfCallsLeavesLittleMemoryBehind() {
    var table = Calls(CallNumbers(seed: 1, worker: 0, workers: 1))
    for _ in 1...2 {
      let crowd = (0..<1000).map { _ in table.begin(by: .none, .boltV1, in: .waiting, at: 0) }
      #expect(Set(crowd.map { $0.slot }).count == 1000)
      for call in crowd { table[call].request.append(contentsOf: repeatElement(1, count: 10_000)) }
      for call in crowd { table.end(call) }
      #expect(table.count == 0)
      let kept = crowd.reduce(0) { $0 + table[table.call(in: $1.slot)].request.capacity }
      #expect(kept > 0 && kept <= Calls.mostWarm * Exchange.keptCapacity)
    }
    let next = table.begin(by: .none, .boltV1, in: .waiting, at: 0)
    let capacity = table[next].request.capacity
    #expect(capacity >= 10_000, "the next call finds memory that is there")
  }

  /// Answers were cut short because something was noted of a call whose place was the next one's by then.
  @Test func whoeverKeptTheNumberOfACallThatIsOverChangesNothing() {
    var table = Calls(CallNumbers(seed: 1, worker: 0, workers: 1))
    let old = table.begin(by: .none, .boltV1, in: .waiting, at: 0)
    table.end(old)
    let new = table.begin(by: .none, .boltV1, in: .waiting, at: 0)
    #expect(new.slot == old.slot && !table.isUnderWay(old))
    table[old].answerEnded = true
    table[old].request.append(1)
    table.end(old)
    let (ended, kept, state) = (table[new].answerEnded, table[new].request.count, table[new].state)
    #expect(!ended && kept == 0 && state == .waiting)
    let (gone, left) = (table[old].state, table.count)
    #expect(gone == .over && left == 1)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func keysAreFoundUntilTheyAreTakenOut(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = KeyTable<Int>()
    var model: [UInt32: Int] = [:]
    for step in 0..<5000 {
      let key = UInt32.random(in: 0..<300, using: &random) &* 2 &+ 1
      if model[key] != nil {
        table.remove(key)
        model[key] = nil
      } else {
        table.insert(step, for: key)
        model[key] = step
      }
      #expect(table.count == model.count)
    }
    for key in 0..<700 as Range<UInt32> { #expect(table[key] == model[key]) }
  }

  @Test func numbersOfWorkersNeverMeet() {
    var seen: Set<UInt32> = []
    for worker in 0..<4 {
      var numbers = CallNumbers(seed: 99, worker: worker, workers: 4)
      for _ in 0..<1000 { #expect(seen.insert(numbers.next()).inserted) }
    }
    #expect(!seen.contains(0))
    var small = CallNumbers(seed: 1, worker: 3, workers: Int(UInt32.max) / 3)
    let ring = (0..<6).map { _ in small.next() }
    #expect(Set(ring).count == 3 && ring[0] == ring[3])
  }

  @Test func smoothRoundRobinSpreadsByWeight() {
    var random = RandomNumbers(seed: 1)
    let hosts = [5, 1, 1].map { weight in
      let host = Host(.init(host: "h\(weight)", port: 1), tls: nil, Load())
      host.weigh(weight)
      return host
    }
    let picks = (0..<7).compactMap { _ in
      Balancer.smoothWeightedRoundRobin.pick(hosts, &random) { _ in true }
    }
    // nginx's own example.
    #expect(picks.map { pick in hosts.firstIndex { $0 === pick } } == [0, 0, 1, 0, 2, 0, 0])
  }

  /// Whoever gives up leaves the others' order as it is, and nothing behind.
  @Test(arguments: 1...5 as ClosedRange<UInt64>) func callsWaitInTheirOrderUntilTheyLeave(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let load = Load()
    let pool = Pool(load)
    var table = Calls(CallNumbers(seed: 1, worker: 0, workers: 1))
    let calls = (0..<50).map { _ in table.begin(by: .none, .boltV1, in: .waiting, at: 0) }
    var model: [UInt32] = []
    for _ in 0..<3000 {
      let call = calls[Int.random(in: 0..<50, using: &random)]
      if Int.random(in: 0..<4, using: &random) == 0 {
        #expect(pool.takeFirst(&table)?.slot == (model.isEmpty ? nil : model.removeFirst()))
      } else if let place = model.firstIndex(of: call.slot) {
        model.remove(at: place)
        pool.leave(call, &table)
      } else {
        model.append(call.slot)
        load.pending.begin()
        pool.enter(call, &table)
      }
      #expect(pool.pending == model.count && load.pending.now == model.count)
    }
    while let call = pool.takeFirst(&table) { #expect(call.slot == model.removeFirst()) }
    let isNobodyWaiting = calls.allSatisfy { table[$0].place.pool == nil }
    #expect(model.isEmpty && isNobodyWaiting)
  }
}
