/// A renderer of calls that gets them in an order of their own, as far as bounded memory allows. It is a binary heap whose
/// first call leaves when there is no more room.
public struct RankedCalls<Base: Renderer>: Renderer {
  public var output: Output {
    get { base.output }
    _modify { yield &base.output }
  }

  private var base: Base
  private var heap: [Call] = []
  private let order: CallOrder
  private let capacity: Int
  private let overflow: CallOverflow

  /// - Parameters:
  ///   - capacity: calls kept at most.
  ///   - overflow: is told of those that found no room.
  public init(_ base: Base, _ order: CallOrder, capacity: Int, overflow: CallOverflow = CallOverflow()) {
    (self.base, self.order, self.capacity, self.overflow) = (base, order, capacity, overflow)
  }

  public mutating func begin(at time: Int64) { base.begin(at: time) }
  public mutating func render(_ message: Message) { base.render(message) }

  public mutating func render(_ call: Call) {
    guard capacity > 0 else { return leave(call) }
    guard heap.count == capacity else {
      heap.append(call.owned())
      return rise(from: heap.count - 1)
    }
    guard leaves(heap[0], before: call) else { return leave(call) }
    leave(heap[0])
    heap[0] = call.owned()
    sink()
  }

  /// Of those with the earliest request the first is shown; of the slowest the fastest is left out.
  private mutating func leave(_ call: Call) {
    overflow.count += 1
    if order == .request { base.render(call) }
  }

  public mutating func finish() {
    var ranked = heap
    heap = []
    ranked.sort { order == .request ? leaves($0, before: $1) : leaves($1, before: $0) }
    for call in ranked { base.render(call) }
    base.finish()
  }

  /// Whether a call has to leave when only the other may stay.
  private func leaves(_ call: Call, before other: Call) -> Bool {
    let (one, two) = (order.rank(of: call), order.rank(of: other))
    if one != two { return one < two }
    return order == .request ? call.number < other.number : call.number > other.number
  }

  private mutating func rise(from index: Int) {
    var index = index
    while index > 0, leaves(heap[index], before: heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink() {
    var index = 0
    while true {
      let children = (2 * index + 1..<2 * index + 3).clamped(to: heap.indices)
      guard let least = children.min(by: { leaves(heap[$0], before: heap[$1]) }),
        leaves(heap[least], before: heap[index])
      else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}

/// In which order calls are shown.
public enum CallOrder: String, Sendable, CaseIterable {
  /// By the first byte of the request.
  case request
  /// The slowest first; those that were not answered at the end.
  case latency
  /// By the time to the answer's first byte, the slowest first.
  case firstByte = "first-byte"
  /// By the bytes of request and answer, the largest first.
  case bytes

  func rank(of call: Call) -> Int64 {
    switch self {
    case .request: call.beginning.time
    case .latency: call.latency ?? -1
    case .firstByte: call.firstByte ?? -1
    case .bytes: Int64(clamping: (call.request?.bytes ?? 0) &+ (call.response?.bytes ?? 0))
    }
  }
}

/// How many calls found no room where they are put in order.
public final class CallOverflow {
  public internal(set) var count = 0
  public init() {}
}

/// A renderer that gets only the calls that failed.
public struct FailedCalls<Base: Renderer>: Renderer {
  public var output: Output {
    get { base.output }
    _modify { yield &base.output }
  }

  private var base: Base

  public init(_ base: Base) { self.base = base }

  public mutating func begin(at time: Int64) { base.begin(at: time) }
  public mutating func render(_ message: Message) { base.render(message) }
  public mutating func render(_ call: Call) { if call.outcome.isFailure { base.render(call) } }
  public mutating func finish() { base.finish() }
}
