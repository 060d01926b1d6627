/// One side of an HTTP/2 connection (RFC 9113) without its socket: bytes in, events and bytes out.
///
/// The order of a turn: `receive` what was read, `next` until it returns nil, with commands in between; then write
/// what `takeOutput` gives. After `takeOutput`, ask `next` again: reading may have been held back for it. Nothing
/// here blocks, allocates per frame or looks at a clock; times are monotonic nanoseconds.
///
/// A connection error is final: GOAWAY is queued, the last event tells it, and nothing more is read.
public struct H2Connection: Sendable {
  /// What the application decides before the first byte.
  public struct Configuration: Sendable {
    public var role: H2Role
    /// What we announce.
    public var settings = H2Settings()
    /// What the peer may have under way on all streams together; 65535 is the least there can be.
    public var connectionWindow = 1 << 20
    public var floods = H2FloodLimits()
    public var headers = HPACKLimits()
    /// Rules of §8 whose breach is let pass, for peers known to break them: MOSN 0.2.1 splits a value at its commas
    /// and leaves the blank (`fieldValueWhitespace`).
    public var tolerated = H2RuleSet()

    /// 100 streams at once (as most peers), windows of 256 KiB, no push.
    public init(role: H2Role) {
      self.role = role
      settings.enablePush = false
      settings.maxConcurrentStreams = 100
      settings.initialWindowSize = 256 << 10
      settings.maxHeaderListSize = headers.listSize
    }

    /// `connectionWindow` within what there can be.
    var grantedWindow: Int { min(max(connectionWindow, H2Window.initial), H2Window.maximum) }
  }

  public let configuration: Configuration
  public var role: H2Role { configuration.role }

  /// Ours, as far as the peer has acknowledged them.
  public internal(set) var localSettings = H2Settings()
  /// The peer's.
  public internal(set) var remoteSettings = H2Settings()
  /// The list of the last `headers` event.
  public internal(set) var headers = H2HeaderList()
  /// What that list says.
  public internal(set) var head = H2MessageHead(kind: .trailers)
  /// What is to be written; see `takeOutput`.
  public internal(set) var output: [UInt8] = []
  /// The connection error that ended everything.
  public internal(set) var failure: H2Error?

  var decoder: H2FrameDecoder
  var fieldDecoder: HPACKDecoder
  var fieldEncoder = HPACKEncoder()
  var block = H2FieldBlock()
  var streams = H2StreamTable()
  /// Streams we reset: what the peer sent before it knew is let pass (§5.1, closed). More than a peer has at once.
  var recentlyReset = H2RecentStreams(capacity: 256)
  /// Streams that ended otherwise: of the numbers below the highest, those that were used.
  var recentlyEnded = H2RecentStreams(capacity: 64)
  var guardian: H2FloodGuard
  var now: UInt64 = 0

  /// On the whole connection: what we may send, what the peer may.
  var sendWindow = H2Window()
  var receiveWindow = H2Window()
  /// Bytes consumed that no WINDOW_UPDATE gave back yet.
  var unreturned = 0

  /// The highest stream each side opened or promised.
  var lastRemoteStream: H2StreamID = 0
  var lastLocalStream: H2StreamID = 0
  /// Streams that count, by who opened them (§5.1.2).
  public internal(set) var remoteStreams = 0
  public internal(set) var localStreams = 0

  /// SETTINGS sent and not acknowledged, oldest first.
  var pendingSettings: [H2Settings] = []
  var settingsDeadline: UInt64 = .max
  /// Answers in `output`.
  var queuedAnswers = 0
  /// A send was cut short by the connection's window or by the output's bound.
  var isConnectionBlocked = false
  var isOutputBlocked = false
  /// Output was taken or SETTINGS widened the windows: what was cut short may go on.
  var mayResume = false

  /// The last stream of the GOAWAY we sent, and of the one we received.
  var sentGoAway: H2StreamID?
  var receivedGoAway: H2StreamID?
  /// Streams of ours above the peer's GOAWAY have yet to be reported.
  var hasRefusals = false
  var drainingPing: DrainingPing = .none

  enum DrainingPing: Sendable { case none, sent }
  static let drainingPingData: UInt64 = 0x6472_6169_6E69_6E67

  /// Queues the preface (a client's) and SETTINGS.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    decoder = H2FrameDecoder(.endpoint, start: configuration.role == .server ? .preface : .boundary)
    decoder.awaitsSettings = true
    fieldDecoder = HPACKDecoder(limits: configuration.headers)
    guardian = H2FloodGuard(configuration.floods)
    if configuration.role == .client { output += H2FrameDecoder.preface }
    announce(configuration.settings)
    let more = configuration.grantedWindow - H2Window.initial
    if more > 0, receiveWindow.widen(by: more) {
      H2FrameEncoder.windowUpdate(stream: .connection, increment: more, into: &output)
    }
  }

  /// What the ranges of `data` and `goAway` events index, unless the event `isLent`.
  public var bytes: [UInt8] { decoder.bytes }

  /// The ranges of the last event index the bytes that were lent to `next(in:from:)`.
  public var isLent: Bool { decoder.isLent }

  /// Takes the time at which bytes were read that `next(in:from:)` is lent.
  public mutating func receive(at now: UInt64) {
    guard failure == nil else { return }
    note(now)
  }

  /// Takes bytes as they were read, and the time. Frames are taken out by `next`.
  public mutating func receive(_ input: borrowing RawSpan, at now: UInt64) {
    guard failure == nil else { return }
    note(now)
    decoder.append(input)
  }

  /// Takes bytes as they were read, without a copy if nothing was left of those before.
  public mutating func receive(_ input: [UInt8], at now: UInt64) {
    guard failure == nil else { return }
    note(now)
    decoder.append(input)
  }

  /// The next event, or nil until more bytes came or the output was taken.
  public mutating func next() -> H2Event? {
    var taken = 0
    return next(in: RawSpan(), from: &taken)
  }

  /// The next event out of what is held, and then of `lent`: bytes as they were read, from `taken` on. What lies wholly
  /// in them is not copied (`isLent`). With nil all of them is used or held.
  ///
  ///     connection.receive(at: now)
  ///     var taken = 0
  ///     while let event = connection.next(in: span, from: &taken) { … }
  public mutating func next(in lent: borrowing RawSpan, from taken: inout Int) -> H2Event? {
    if hasRefusals || mayResume, let event = nextLeftOver() { return event }
    while failure == nil, !isReadingPaused {
      do throws(H2Error) {
        guard let frame = try decoder.next(in: lent, from: &taken) else {
          if block.isOpen, now >= guardian.blockDeadline { return timeOut(at: now) }
          return nil
        }
        if let event = try take(frame, in: lent) { return event }
      } catch {
        return answer(error)
      }
    }
    hold(lent, from: &taken)
    return nil
  }

  /// Takes what is left of `lent` as it is, for later: the next call of `next` begins with it.
  public mutating func hold(_ lent: borrowing RawSpan, from taken: inout Int) {
    if failure == nil, taken < lent.byteCount { decoder.append(lent.extracting(taken..<lent.byteCount)) }
    taken = lent.byteCount
  }

  /// Too much output waits: `next` gives nothing, and the socket is better not read, until `takeOutput`.
  public var isReadingPaused: Bool {
    queuedAnswers > configuration.floods.queuedAnswers || output.count > configuration.floods.queuedBytes
  }

  /// Swaps what is to be written into `taken`, whose own bytes are dropped and whose memory is used again.
  public mutating func takeOutput(into taken: inout [UInt8]) {
    taken.removeAll(keepingCapacity: true)
    swap(&output, &taken)
    queuedAnswers = 0
    mayResume = isOutputBlocked
    isOutputBlocked = false
  }

  /// Swaps the memory of the output, which is empty, with another's that is empty: a connection that says nothing needs none.
  public mutating func swapMemory(with other: inout [UInt8]) {
    guard output.isEmpty, other.isEmpty else { return }
    swap(&output, &other)
  }

  /// Memory of what was read and is not whole yet: a frame, or a field block.
  public var heldBytes: Int {
    (decoder.buffered > 0 ? decoder.bytes.capacity : 0) + (block.isOpen ? block.bytes.capacity : 0)
  }

  /// Where the frame begins, or the client's preface, that waits for the rest of its bytes; nil: none does.
  public var begun: UInt64? { decoder.buffered == 0 || isReadingPaused ? nil : decoder.offset }

  /// What waits for the rest of its bytes is more than content.
  public var isHeadBegun: Bool { decoder.begun?.type != .data }

  /// The peer has not said anything yet, as a client has to at once.
  public var isSilent: Bool { role == .server && !decoder.hasPreface && decoder.buffered == 0 }

  /// Drops memory that large frames and lists have left behind. Due when `next` has given nil and nothing is needed of what
  /// came before.
  public mutating func dropSpareMemory() {
    if decoder.buffered == 0, decoder.bytes.capacity > Self.keptMemory { decoder.drop() }
    if !block.isOpen, block.bytes.capacity > Self.keptMemory { block.abandon() }
    if headers.bytes.capacity > 4 * Self.keptMemory { headers = H2HeaderList() }
  }

  private static let keptMemory = 4 << 10

  public mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    takeOutput(into: &taken)
    return taken
  }

  /// Swaps `headers` with `list`, whose own fields are dropped and whose memory is used again: for who keeps a list, which
  /// would otherwise have the next one allocate.
  public mutating func takeHeaders(into list: inout H2HeaderList) {
    list.removeAll()
    swap(&headers, &list)
  }

  /// When `timeOut` is due unless something changes; nil if nothing is awaited.
  public var deadline: UInt64? {
    let due = min(settingsDeadline, block.isOpen ? guardian.blockDeadline : .max)
    return due == .max || failure != nil ? nil : due
  }

  /// The deadline may have passed: a field block was not ended, or SETTINGS not acknowledged, in time.
  public mutating func timeOut(at now: UInt64) -> H2Event? {
    guard failure == nil else { return nil }
    self.now = now
    if block.isOpen, now >= guardian.blockDeadline {
      return answer(H2Error(.floodBlockTime, at: block.offset, stream: block.streamID))
    }
    return now >= settingsDeadline ? answer(H2Error(.settingsTimeout, at: decoder.offset)) : nil
  }

  /// The peer has closed its side and can acknowledge nothing more. What it asked for may still be answered.
  public mutating func endInput() { settingsDeadline = .max }

  /// Both sides are done: an error, or a GOAWAY and no stream left. The connection can be closed once the output
  /// is written.
  public var isFinished: Bool {
    failure != nil
      || (sentGoAway != nil || receivedGoAway != nil) && drainingPing == .none && streams.count == 0
  }

  /// How many more streams this side could open before the numbers end; a pool opens another connection in time.
  public var streamsLeft: Int { (Int(H2StreamID.last.rawValue) - Int(lastLocalStream.rawValue)) / 2 }

  /// How many the peer's MAX_CONCURRENT_STREAMS lets this side open now.
  public var streamsAllowed: Int {
    guard failure == nil, sentGoAway == nil, receivedGoAway == nil, role == .client else { return 0 }
    return min(streamsLeft, max(0, (remoteSettings.maxConcurrentStreams ?? .max) - localStreams))
  }

  /// A stream that is not over.
  public func stream(_ id: H2StreamID) -> H2Stream? { streams.slot(of: id).map { streams[$0] } }

  /// What the peer may still send on all streams together.
  public var connectionReceiveWindow: Int { receiveWindow.size }
  public var connectionSendWindow: Int { sendWindow.size }
}

extension H2Connection {
  /// Time begins with the first bytes: from then on SETTINGS are awaited.
  private mutating func note(_ now: UInt64) {
    self.now = now
    if settingsDeadline == .max, !pendingSettings.isEmpty {
      settingsDeadline = now &+ configuration.floods.settingsTime
    }
  }

  /// Events that rest on earlier frames.
  private mutating func nextLeftOver() -> H2Event? {
    if hasRefusals, let last = receivedGoAway {
      if let slot = streams.first(where: { $0.id > last && $0.id.isOpened(by: role) }) {
        let id = streams[slot].id
        close(slot, as: .resetRemote)
        return .refused(id)
      }
      hasRefusals = false
    }
    guard mayResume else { return nil }
    mayResume = false
    return .windowOpened(.connection)
  }

  /// What an error costs: the stream, or everything.
  mutating func answer(_ error: H2Error) -> H2Event {
    if error.scope == .stream {
      let isHonest = error.rule == .concurrentStreams && !pendingSettings.isEmpty
      guard !isHonest, let flood = guardian.streamError(at: now) else {
        sendReset(error.streamID, error.code)
        return .streamError(error)
      }
      return answer(H2Error(flood, at: error.offset, stream: error.streamID))
    }
    failure = error
    block.abandon()
    H2FrameEncoder.goAway(last: min(lastRemoteStream, sentGoAway ?? .last), error.code, into: &output)
    return .connectionError(error)
  }

  /// Queues RST_STREAM and forgets the stream, but for its number: what is under way to it is let pass.
  mutating func sendReset(_ id: H2StreamID, _ code: H2ErrorCode) {
    H2FrameEncoder.reset(code, stream: id, into: &output)
    queuedAnswers += 1
    recentlyReset.insert(id)
    if let slot = streams.slot(of: id) { close(slot, as: .resetLocal) }
  }

  /// Gives a stream its new state, and takes it out of the table when it is over.
  @inline(__always)
  mutating func advance(_ slot: Int, to state: H2StreamState) {
    guard state != streams[slot].state else { return }
    if state.isOver { return close(slot, as: state) }
    if !streams[slot].state.isActive, state.isActive { count(streams[slot].id, by: 1) }
    streams[slot].state = state
  }

  mutating func close(_ slot: Int, as state: H2StreamState) {
    let stream = streams[slot]
    if stream.state.isActive { count(stream.id, by: -1) }
    if state == .closed { guardian.streamEnded() }
    if state != .resetLocal { recentlyEnded.insert(stream.id) }
    streams.remove(slot)
  }

  private mutating func count(_ id: H2StreamID, by change: Int) {
    if id.isOpened(by: role) { localStreams += change } else { remoteStreams += change }
  }

  /// Puts in a stream that begins now.
  mutating func insert(_ id: H2StreamID, incoming: H2MessageProgress.Stage) -> Int {
    guardian.streamOpened()
    // Until the peer knows our window it may count on the default, whichever is larger.
    let receives = max(localSettings.initialWindowSize, configuration.settings.initialWindowSize)
    return streams.insert(
      H2Stream(id, sendWindow: remoteSettings.initialWindowSize, receiveWindow: receives, incoming: incoming))
  }
}
