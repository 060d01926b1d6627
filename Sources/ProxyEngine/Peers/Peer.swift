import BoltCodec
import H2Codec

/// One side of a connection in its protocol: bytes in, events and bytes out. It knows no calls but by the numbers they have
/// on its connection, and lives in a slot of `Peers`.
///
/// What a protocol has no word for does nothing.
protocol Peer: ~Copyable {
  // MARK: Reading

  /// Bytes come that `next` is lent.
  mutating func receive(at now: UInt64)
  /// The next event out of what is held and then of what is lent, from `taken` on; with nil all of it is used or held.
  mutating func next(
    in lent: borrowing RawSpan, from taken: inout Int, at now: UInt64
  ) -> PeerEvent?
  /// What the ranges of an event index that is not lent.
  var held: [UInt8] { get }
  /// Memory of what was read and is not whole yet.
  var heldBytes: Int { get }
  /// What rule was broken, after an event that says that one was.
  var fault: String { get }
  /// The limit of ours that was met instead, if it was no rule.
  var limitMet: LimitMet? { get }
  /// What has begun and is not whole.
  var beginning: PeerBeginning? { get }
  /// Nothing more will be read.
  mutating func endInput()
  /// What was read and waits is of no use any more.
  mutating func drop()
  /// Memory that holds nothing goes: there are many more connections than turns.
  mutating func giveBack(_ buffers: inout SpareBuffers)

  // MARK: Writing

  /// Bytes to be written.
  var unsent: Int { get }
  /// Swaps them into `taken`, which is empty.
  mutating func takeOutput(into taken: inout [UInt8])
  /// So much output waits that nothing more is read.
  var isReadingPaused: Bool { get }

  // MARK: Calls

  /// Nothing hinders calls: a server has said what it takes.
  var isReady: Bool { get }
  /// Whether one more call may go out, beside so many.
  func takesCall(beside calls: Int) -> Bool
  /// No number is left for another call.
  var isUsedUp: Bool { get }
  /// The call has nothing more to do here.
  mutating func leave(_ key: UInt32)
  /// Ends a call's part here, if that is under way.
  mutating func cancel(_ key: UInt32, _ code: H2ErrorCode)
  /// The same towards a server, which would take too many for an attack; false: one more is too many at that rate.
  mutating func recall(_ key: UInt32, within rate: H2Rate?, at now: UInt64) -> Bool

  // MARK: The connection

  var deadline: UInt64? { get }
  mutating func timeOut(at now: UInt64) -> PeerEvent?
  /// No more calls are taken; the other side is told and ends when its own are over.
  mutating func shutDown()
  /// The connection ends at once, and the other side is told.
  mutating func goAway(_ code: H2ErrorCode)
  /// Nothing more can come of it; nil: something may.
  var end: PeerEnd? { get }
}

/// What a peer has begun to say, and when.
struct PeerBeginning {
  let part: Part
  let time: UInt64

  enum Part {
    /// It has said nothing yet, since it connected.
    case silence
    case head
    case body
  }
}

enum PeerEnd {
  case orderly
  case failed
}

extension Peer where Self: ~Copyable {
  mutating func receive(at now: UInt64) {}
  var held: [UInt8] { [] }
  var limitMet: LimitMet? { nil }
  mutating func endInput() {}
  var isReadingPaused: Bool { false }
  var isReady: Bool { true }
  var isUsedUp: Bool { false }
  mutating func leave(_ key: UInt32) {}
  mutating func cancel(_ key: UInt32, _ code: H2ErrorCode) {}
  mutating func recall(_ key: UInt32, within rate: H2Rate?, at now: UInt64) -> Bool { true }
  var deadline: UInt64? { nil }
  mutating func timeOut(at now: UInt64) -> PeerEvent? { nil }
  mutating func shutDown() {}
  mutating func goAway(_ code: H2ErrorCode) {}
  var end: PeerEnd? { nil }
}
