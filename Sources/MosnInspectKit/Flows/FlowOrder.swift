/// Puts records of connections, which come as these end, into the order of their first packets, as far as bounded memory
/// allows: a record waits until so many others have come. It is a binary heap.
public struct FlowOrder: Sendable {
  private var heap: [FlowRecord] = []
  private let capacity: Int

  /// Bytes of memory a record takes, about.
  public static let footprint = 512

  /// - Parameter capacity: records that may wait; with 0 none does, and they leave as they come.
  public init(capacity: Int) { self.capacity = capacity }

  /// Takes a record; gives back the one that waits no longer, if there is one.
  public mutating func insert(_ record: FlowRecord) -> FlowRecord? {
    guard capacity > 0 else { return record }
    heap.append(record)
    rise(from: heap.count - 1)
    return heap.count > capacity ? next() : nil
  }

  /// The first of those that wait; nil when none is left.
  public mutating func next() -> FlowRecord? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return first
  }

  private mutating func rise(from index: Int) {
    var index = index
    while index > 0, heap[index].number < heap[(index - 1) / 2].number {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink() {
    var index = 0
    while true {
      let children = (2 * index + 1..<2 * index + 3).clamped(to: heap.indices)
      guard let least = children.min(by: { heap[$0].number < heap[$1].number }),
        heap[least].number < heap[index].number
      else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
