/// What is due when: a binary heap whose entries know their places, so that one taken back costs no more than one put
/// in, and nothing waits for a time that no longer matters.
struct Deadlines {
  /// Whose it is, by slot.
  enum Owner {
    case exchange(UInt32)
    case connection(UInt32)
  }

  /// One that was armed and has neither come nor been cancelled.
  struct Timer {
    fileprivate let index: Int32
    static let none = Timer(index: -1)
    var isArmed: Bool { index >= 0 }
  }

  private struct Entry {
    var time: UInt64
    let timer: Int32
    let owner: Owner
  }

  private var heap: [Entry] = []
  /// The place in the heap of each timer.
  private var places: [Int32] = []
  private var free: [Int32] = []

  var count: Int { heap.count }
  var next: UInt64? { heap.first?.time }

  mutating func arm(_ time: UInt64, _ owner: Owner) -> Timer {
    let index: Int32
    if let used = free.popLast() {
      index = used
    } else {
      index = Int32(truncatingIfNeeded: places.count)
      places.append(0)
    }
    heap.append(Entry(time: time, timer: index, owner: owner))
    rise(heap.count - 1)
    return Timer(index: index)
  }

  mutating func cancel(_ timer: inout Timer) {
    guard timer.isArmed else { return }
    remove(at: Int(places[Int(timer.index)]))
    timer = .none
  }

  /// Takes out the first that is due; its timer is no longer armed.
  mutating func popDue(at now: UInt64) -> Owner? {
    guard let first = heap.first, first.time <= now else { return nil }
    remove(at: 0)
    return first.owner
  }

  private mutating func remove(at place: Int) {
    free.append(heap[place].timer)
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    places[Int(last.timer)] = Int32(truncatingIfNeeded: place)
    rise(place)
    sink(Int(places[Int(last.timer)]))
  }

  private mutating func rise(_ start: Int) {
    var place = start
    let entry = heap[place]
    while place > 0, case let parent = (place - 1) / 2, heap[parent].time > entry.time {
      put(heap[parent], at: place)
      place = parent
    }
    put(entry, at: place)
  }

  private mutating func sink(_ start: Int) {
    var place = start
    let entry = heap[place]
    while case let left = 2 * place + 1, left < heap.count {
      let child = left + 1 < heap.count && heap[left + 1].time < heap[left].time ? left + 1 : left
      guard heap[child].time < entry.time else { break }
      put(heap[child], at: place)
      place = child
    }
    put(entry, at: place)
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    places[Int(entry.timer)] = Int32(truncatingIfNeeded: place)
  }
}
