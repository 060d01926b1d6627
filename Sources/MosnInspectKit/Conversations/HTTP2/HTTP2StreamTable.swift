import H2Codec

/// The streams of a connection that are being followed, in slots that are used again.
struct HTTP2StreamTable: ~Copyable {
  /// By stream number, the place of a stream.
  private var places: [UInt32: Int] = [:]
  private var exchanges = Pages<HTTP2Exchange>(shift: 1)
  /// Two for each exchange, one behind the other.
  private var halves = Pages<HTTP2Exchange.Half>(shift: 2)
  private var free: [Int] = []
  /// The stream put in last, which the frames that come next are mostly of.
  private var newest = (stream: UInt32.max, place: 0)

  var count: Int { places.count }

  /// About what the streams and their two messages take, beside header lists.
  var heldBytes: Int {
    count * HTTP2Exchange.footprint
      + exchanges.capacity
      * (MemoryLayout<HTTP2Exchange>.stride + 2 * MemoryLayout<HTTP2Exchange.Half>.stride)
  }

  func place(of stream: H2StreamID) -> Int? {
    stream.rawValue == newest.stream ? newest.place : places[stream.rawValue]
  }

  subscript(place: Int) -> HTTP2Exchange {
    @inline(__always) unsafeAddress { UnsafePointer(exchanges.pointer(to: place)) }
    @inline(__always) unsafeMutableAddress { exchanges.pointer(to: place) }
  }

  subscript(place: Int, direction: Direction) -> HTTP2Exchange.Half {
    @inline(__always) unsafeAddress {
      UnsafePointer(halves.pointer(to: place << 1 | Int(direction.rawValue)))
    }
    @inline(__always) unsafeMutableAddress { halves.pointer(to: place << 1 | Int(direction.rawValue)) }
  }

  @discardableResult
  mutating func insert(_ stream: H2StreamID, _ state: H2StreamState) -> Int {
    let place: Int
    if let free = free.popLast() {
      place = free
      exchanges[place] = HTTP2Exchange(stream: stream, state: state)
    } else {
      place = exchanges.count
      exchanges.append(HTTP2Exchange(stream: stream, state: state))
      for _ in Direction.allCases { halves.append(HTTP2Exchange.Half()) }
    }
    places[stream.rawValue] = place
    newest = (stream.rawValue, place)
    return place
  }

  /// Nothing is removed twice: a slot is free once.
  mutating func remove(_ place: Int) {
    guard places.removeValue(forKey: exchanges[place].stream.rawValue) != nil else { return }
    if newest.place == place { newest.stream = .max }
    for direction in Direction.allCases { self[place, direction] = HTTP2Exchange.Half() }
    free.append(place)
  }

  mutating func removeAll() { self = HTTP2StreamTable() }

  /// The places of the streams with the lowest numbers.
  func oldest(_ count: Int) -> [Int] { places.sorted { $0.key < $1.key }.prefix(count).map(\.value) }
}
