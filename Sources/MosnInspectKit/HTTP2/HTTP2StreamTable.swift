import H2Codec

/// The streams of a connection that are being followed, in slots that are used again.
struct HTTP2StreamTable {
  /// By stream number, the place in `slots`.
  private var places: [UInt32: Int] = [:]
  private var slots: [HTTP2Exchange] = []
  private var free: [Int] = []
  /// The stream put in last, which the frames that come next are mostly of.
  private var newest = (stream: UInt32.max, place: 0)

  var count: Int { places.count }

  /// About what the streams and their two messages take, beside header lists.
  var heldBytes: Int { count * HTTP2Exchange.footprint + slots.capacity * MemoryLayout<HTTP2Exchange>.stride }

  func place(of stream: H2StreamID) -> Int? {
    stream.rawValue == newest.stream ? newest.place : places[stream.rawValue]
  }

  subscript(place: Int) -> HTTP2Exchange {
    _read { yield slots[place] }
    _modify { yield &slots[place] }
  }

  @discardableResult
  mutating func insert(_ exchange: HTTP2Exchange) -> Int {
    let place = free.popLast() ?? slots.count
    if place == slots.count { slots.append(exchange) } else { slots[place] = exchange }
    places[exchange.stream.rawValue] = place
    newest = (exchange.stream.rawValue, place)
    return place
  }

  /// Nothing is removed twice: a slot is free once.
  mutating func remove(_ place: Int) {
    guard places.removeValue(forKey: slots[place].stream.rawValue) != nil else { return }
    if newest.place == place { newest.stream = .max }
    slots[place] = HTTP2Exchange(stream: .connection, state: .closed)
    free.append(place)
  }

  /// The places of the streams with the lowest numbers.
  func oldest(_ count: Int) -> [Int] { places.sorted { $0.key < $1.key }.prefix(count).map(\.value) }
}
