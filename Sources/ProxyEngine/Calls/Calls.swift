/// The calls under way, and the objects that wait for the next one.
struct Calls {
  private var numbers: CallNumbers
  private var all: [Exchange] = []
  /// Taken first: their memory serves again.
  private var warm: [Exchange] = []
  /// Those that only a crowd of calls needs, without memory.
  private var cold: [Exchange] = []

  /// As many calls as are often under way at a time.
  static let mostWarm = 128

  var count: Int { all.count - warm.count - cold.count }

  init(_ numbers: CallNumbers) { self.numbers = numbers }

  /// A call from a connection. `key` is its number there; nil: the call's own number, as in bolt.
  mutating func begin(
    by caller: ConnectionID, _ wire: ConnectionProtocol, key: UInt32? = nil, in state: ExchangeState,
    at now: UInt64
  ) -> Exchange {
    let exchange = warm.popLast() ?? cold.popLast() ?? make()
    exchange.begin(numbers.next(), by: caller, wire, key: key, in: state, at: now)
    return exchange
  }

  /// A number that no call has.
  mutating func number() -> UInt32 { numbers.next() }

  private mutating func make() -> Exchange {
    let exchange = Exchange(slot: UInt32(truncatingIfNeeded: all.count))
    all.append(exchange)
    return exchange
  }

  mutating func end(_ exchange: Exchange) {
    exchange.clear()
    if warm.count < Self.mostWarm {
      warm.append(exchange)
    } else {
      exchange.giveMemoryBack()
      cold.append(exchange)
    }
  }

  subscript(slot: UInt32) -> Exchange { all[Int(slot)] }

  var heldBytes: Int { all.reduce(0) { $0 + $1.heldBytes } }
}
