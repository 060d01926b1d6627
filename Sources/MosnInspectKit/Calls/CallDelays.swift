/// What held a call up between its first byte and its last.
public struct CallDelays: Sendable, Equatable {
  /// Segments that were sent again, those whose first copy was not captured among them.
  public internal(set) var retransmissions = 0
  /// Nanoseconds of silence before them.
  public internal(set) var retransmissionTime: Int64 = 0
  /// The one that was waited for longest.
  public internal(set) var retransmission: PacketNumber?
  /// Places where bytes of the connection were not captured.
  public internal(set) var gaps = 0
  /// The windows that were waited for, in words.
  public internal(set) var stalls: [String] = []

  public var isEmpty: Bool { retransmissions == 0 && gaps == 0 && stalls.isEmpty }
}

extension CallDelays {
  /// `of 1,204 ms: 1,000 ms one retransmission (packet 412)`.
  func append(to output: inout Output, latency: Int64?) {
    if let latency {
      output.append("of " as StaticString)
      output.append(milliseconds: latency)
      output.append(" ms: " as StaticString)
    }
    var isFirst = true
    func next(_ output: inout Output) {
      if !isFirst { output.append(", " as StaticString) }
      isFirst = false
    }
    if retransmissions > 0 {
      next(&output)
      output.append(milliseconds: retransmissionTime)
      output.append(" ms " as StaticString)
      if retransmissions == 1 {
        output.append("one retransmission" as StaticString)
      } else {
        output.append("\(retransmissions) retransmissions, most of it before one")
      }
      if let retransmission { output.append(" (packet \(retransmission))") }
    }
    for stall in stalls {
      next(&output)
      output.append(stall)
    }
    guard gaps > 0 else { return }
    next(&output)
    output.append(gaps == 1 ? "one gap" : "\(gaps) gaps")
  }
}

extension CallDelays {
  /// A few say enough.
  mutating func add(stall text: String) {
    if stalls.count < 4, !stalls.contains(text) { stalls.append(text) }
  }
}

extension Finding {
  /// Of a window that kept its message waiting.
  var isStall: Bool { rule == "stalled" || rule == "tcp-zero-window" }

  /// Of bytes that are not there.
  var isOfLoss: Bool {
    switch rule {
    case "capture-gap", "passed-over", "headers-lost", "before-capture": true
    default: false
    }
  }
}

extension Output {
  /// Nanoseconds as milliseconds for people: `1,204`, `12.3`, `0.345`.
  mutating func append(milliseconds nanoseconds: Int64) {
    let whole = nanoseconds.magnitude / 1_000_000
    let thousandths = nanoseconds.magnitude / 1_000 % 1_000
    if whole >= 1_000 { append(thousands: whole / 1_000) }
    if whole >= 1_000 {
      append(byte: UInt8(ascii: ","))
      append(whole % 1_000, width: 3, padding: UInt8(ascii: "0"))
    } else {
      append(whole)
    }
    guard whole < 100 else { return }
    append(byte: UInt8(ascii: "."))
    if whole >= 10 {
      append(thousandths / 100)
    } else {
      append(thousandths, width: 3, padding: UInt8(ascii: "0"))
    }
  }

  private mutating func append(thousands: UInt64) {
    if thousands < 1_000 { return append(thousands) }
    append(thousands: thousands / 1_000)
    append(byte: UInt8(ascii: ","))
    append(thousands % 1_000, width: 3, padding: UInt8(ascii: "0"))
  }
}

/// What held a connection up lately, for the calls that were under way.
struct ConnectionDelays {
  enum Cause {
    /// Nanoseconds of silence before it.
    case retransmission(Int64)
    case gap
    case stall(String)
  }

  private var events: [(at: Arrival, cause: Cause)] = []
  private var latest: PacketNumber = 0

  /// Events remembered. Of a call that saw more, the latest are told.
  private static let limit = 512

  var heldBytes: Int { events.capacity * MemoryLayout<(at: Arrival, cause: Cause)>.stride }

  mutating func note(_ cause: Cause, at arrival: Arrival) {
    if events.count == Self.limit { events.removeFirst(Self.limit / 2) }
    events.append((arrival, cause))
    latest = max(latest, arrival.packet)
  }

  /// What came behind `first` and not behind `last`.
  func between(_ first: Arrival, _ last: Arrival) -> CallDelays {
    var delays = CallDelays()
    guard latest > first.packet else { return delays }
    var longest: Int64 = -1
    for event in events where event.at.packet > first.packet && event.at.packet <= last.packet {
      switch event.cause {
      case .retransmission(let waited):
        delays.retransmissions += 1
        delays.retransmissionTime += waited
        if waited > longest { (longest, delays.retransmission) = (waited, event.at.packet) }
      case .gap: delays.gaps += 1
      case .stall(let text): delays.add(stall: text)
      }
    }
    return delays
  }
}
