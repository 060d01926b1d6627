import H2Codec
import MosnBytes

/// A side of an HTTP/2 connection.
struct HTTP2Peer: Peer, ~Copyable {
  private var side: H2Connection
  /// Streams on a server that announces no limit.
  private let mostStreams: Int
  /// The peer's SETTINGS came. Streams opened before may be more than it takes.
  private(set) var isReady = false
  private(set) var fault = ""
  private(set) var limitMet: LimitMet?
  private(set) var farewell: Farewell?
  /// Where the frame lies that is not whole, and when it began.
  private var begun: (offset: UInt64, time: UInt64)?
  /// Streams cancelled towards the server.
  private var cancellations = H2RateMeter()
  /// Streams under way whose body waits for a window, in the order in which they go on.
  private(set) var blocked: [UInt32] = []

  init(_ role: H2Role, _ limits: borrowing ProxyLimits) {
    var configuration = H2Connection.Configuration(role: role)
    configuration.settings.maxConcurrentStreams = limits.concurrentStreams
    configuration.settings.initialWindowSize = limits.streamWindow
    configuration.settings.maxHeaderListSize = limits.listSize
    configuration.connectionWindow = limits.connectionWindow
    configuration.headers = limits.headers
    configuration.floods = limits.floods
    // MOSN 0.2.1 splits a value at its commas and leaves the blanks.
    configuration.tolerated.insert(.fieldValueWhitespace)
    // What it passes on of an answer's header map may be called like fields of HTTP. They cost bolt's clients an entry; to
    // HTTP/2's the answer is malformed.
    if role == .client {
      for rule in Self.entriesNamedLikeFields { configuration.tolerated.insert(rule) }
    }
    side = H2Connection(configuration)
    mostStreams = limits.streamsPerConnection
  }

  private static let entriesNamedLikeFields: [H2Rule] = [
    .connectionField, .teField, .contentLengthForm, .authorityHost,
  ]

  // MARK: Reading

  mutating func receive(at now: UInt64) { side.receive(at: now) }

  mutating func next(
    in lent: borrowing RawSpan, from taken: inout Int, at now: UInt64
  ) -> PeerEvent? {
    while let event = side.next(in: lent, from: &taken) {
      if let event = peerEvent(event, lent) { return event }
    }
    if let offset = side.begun, offset != begun?.offset { begun = (offset, now) }
    return nil
  }

  /// Nil: nothing that concerns anybody else.
  private mutating func peerEvent(_ event: H2Event, _ lent: borrowing RawSpan) -> PeerEvent? {
    switch event {
    case .headers(let stream, let kind, let endStream):
      return .head(stream.rawValue, kind, isWhole: endStream)
    case .tooLarge(let stream, let excess):
      limitMet = LimitMet(excess)
      return .cutHead(stream.rawValue)
    case .data(let stream, let range, let endStream):
      return .content(stream.rawValue, range, isLast: endStream, isLent: side.isLent)
    case .reset(let stream, let code):
      return .cut(stream.rawValue, code)
    case .refused(let stream):
      return .cut(stream.rawValue, .refusedStream)
    case .streamError(let error):
      fault = error.description
      return .broken(error.streamID.rawValue)
    case .windowOpened(let stream):
      return .room(stream.isConnection ? nil : stream.rawValue)
    case .settingsChanged:
      defer { isReady = true }
      return .settings(isFirst: !isReady)
    case .goAway(_, let code, let range):
      let text = range.prefix(Self.longestText)
      farewell = Farewell(
        code: "\(code)", text: side.isLent ? lent.string(text) : side.bytes.span.bytes.string(text),
        isOrderly: code == .noError)
      return .farewell
    case .connectionError(let error):
      fault = error.description
      return .failed
    case .settingsAcknowledged, .pong:
      return nil
    }
  }

  /// Bytes of what a peer says in its GOAWAY that are told.
  private static let longestText = 256

  mutating func hold(_ lent: borrowing RawSpan, from taken: inout Int) { side.hold(lent, from: &taken) }
  var listSize: Int { side.headers.size }
  var head: H2MessageHead { side.head }
  /// It is an answer that is tolerated for bolt's clients only.
  var isHeadMalformed: Bool { Self.entriesNamedLikeFields.contains { side.head.violations.contains($0) } }
  mutating func takeFields(into list: inout H2HeaderList) { side.takeHeaders(into: &list) }
  var held: [UInt8] { side.bytes }
  var heldBytes: Int { side.heldBytes }

  @inline(__always)
  var beginning: PeerBeginning? {
    if let begun, side.begun == begun.offset {
      return PeerBeginning(part: side.isHeadBegun ? .head : .body, time: begun.time)
    }
    return side.isSilent ? PeerBeginning(part: .silence, time: 0) : nil
  }

  mutating func endInput() { side.endInput() }
  mutating func drop() { blocked = [] }

  mutating func giveBack(_ buffers: inout SpareBuffers) {
    side.dropSpareMemory()
    guard side.output.isEmpty, side.output.capacity > 0 else { return }
    var memory: [UInt8] = []
    side.swapMemory(with: &memory)
    buffers.keep(&memory)
  }

  // MARK: Writing

  var unsent: Int { side.output.count }
  mutating func takeOutput(into taken: inout [UInt8]) { side.takeOutput(into: &taken) }
  var isReadingPaused: Bool { side.isReadingPaused }

  /// Memory for the first byte of the output.
  @inline(__always)
  mutating func giveMemory(_ buffers: inout SpareBuffers) {
    guard side.output.capacity == 0 else { return }
    var memory = buffers.take()
    side.swapMemory(with: &memory)
  }

  /// The number of the call that the fields begin.
  ///
  /// - Parameter checksLength: false: the answer's content may differ from its `content-length`.
  mutating func open(
    _ fields: borrowing H2HeaderList, isWhole: Bool, checksLength: Bool
  ) throws(H2SendError) -> UInt32 {
    try side.open(fields, endStream: isWhole, checksLength: checksLength).rawValue
  }

  /// Octets of a list that the peer takes, if it said so.
  var longestList: Int? { side.remoteSettings.maxHeaderListSize }

  mutating func send(_ fields: borrowing H2HeaderList, on key: UInt32, isLast: Bool) throws(H2SendError) {
    try side.sendHeaders(fields, on: H2StreamID(rawValue: key), endStream: isLast)
  }

  /// How much of the content found room; all of it, where nobody wants it any more.
  mutating func send(_ content: borrowing RawSpan, on key: UInt32, isLast: Bool) -> Int {
    (try? side.sendData(content, on: H2StreamID(rawValue: key), endStream: isLast)) ?? content.byteCount
  }

  // MARK: Windows

  /// The body of a call waits for room.
  mutating func block(_ key: UInt32) {
    if !blocked.contains(key) { blocked.append(key) }
  }

  /// Those that wait, who have to say again if they go on waiting.
  mutating func takeBlocked() -> [UInt32] {
    var taken: [UInt32] = []
    swap(&taken, &blocked)
    return taken
  }

  /// Content found its place, and as much may come.
  mutating func consume(_ count: Int, on key: UInt32) { side.consume(count, on: H2StreamID(rawValue: key)) }
  mutating func widen(_ key: UInt32, by count: Int) { side.widen(H2StreamID(rawValue: key), by: count) }
  mutating func widenConnection(by count: Int) { side.widenConnection(by: count) }

  // MARK: Calls

  func takesCall(beside calls: Int) -> Bool {
    guard isReady else { return false }
    if side.remoteSettings.maxConcurrentStreams == nil, side.localStreams >= mostStreams {
      return false
    }
    return side.streamsAllowed > 0
  }

  var isUsedUp: Bool { side.streamsLeft == 0 }

  mutating func leave(_ key: UInt32) {
    if !blocked.isEmpty { blocked.removeAll { $0 == key } }
  }

  mutating func cancel(_ key: UInt32, _ code: H2ErrorCode) { side.reset(H2StreamID(rawValue: key), code) }

  mutating func recall(_ key: UInt32, within rate: H2Rate?, at now: UInt64) -> Bool {
    let stream = H2StreamID(rawValue: key)
    guard side.stream(stream) != nil else { return true }
    if let rate, !cancellations.spend(rate, at: now) { return false }
    side.reset(stream, .cancel)
    return true
  }

  // MARK: The connection

  mutating func ping(_ number: UInt64) { side.ping(number) }
  var deadline: UInt64? { side.deadline }

  mutating func timeOut(at now: UInt64) -> PeerEvent? {
    guard let event = side.timeOut(at: now) else { return nil }
    return peerEvent(event, RawSpan())
  }

  mutating func shutDown() { side.shutdown() }
  mutating func goAway(_ code: H2ErrorCode) { side.goAway(code) }
  var end: PeerEnd? { side.isFinished ? side.failure == nil ? .orderly : .failed : nil }
}
