import MosnBytes

/// A field block in assembly: HEADERS or PUSH_PROMISE and its CONTINUATION frames (RFC 9113 §4.3).
///
/// A block of one frame stays where it is; only longer ones are gathered here.
public struct H2FieldBlock: Sendable {
  public enum Progress: Sendable, Equatable {
    /// The frame has nothing to do with field blocks, and none is open.
    case unrelated
    /// More fragments have to come.
    case partial
    /// The block is whole: this range of the bytes its frame lies in.
    case whole(Range<Int>)
    /// The block is whole: all of `bytes`.
    case gathered
    case broken(H2Rule)
  }

  /// The fragments so far, where there is more than one.
  public private(set) var bytes: [UInt8] = []
  /// Of the block being assembled, or assembled last.
  public private(set) var streamID: H2StreamID = 0
  public private(set) var promisedStreamID: H2StreamID?
  public private(set) var endsStream = false
  /// Where its first frame began.
  public private(set) var offset: UInt64 = 0
  public private(set) var continuations = 0
  /// HEADERS or PUSH_PROMISE came, END_HEADERS did not.
  public private(set) var isOpen = false

  public init() {}

  /// Takes the next frame of the direction, whatever its type. After `broken` no block is open, and a frame
  /// that begins one has begun it.
  public mutating func take(_ frame: H2Frame, in source: borrowing RawSpan) -> Progress {
    if isOpen {
      if frame.type == .continuation, frame.streamID == streamID { return proceed(frame, in: source) }
      isOpen = false
      if frame.type == .headers || frame.type == .pushPromise { _ = begin(frame, in: source) }
      return .broken(.continuationExpected)
    }
    return switch frame.type {
    case .headers, .pushPromise: begin(frame, in: source)
    case .continuation: .broken(.continuationUnexpected)
    default: .unrelated
    }
  }

  /// Drops what was gathered: the connection ended, or the observer lost a piece.
  public mutating func abandon() {
    isOpen = false
    bytes = []
  }

  private mutating func begin(_ frame: H2Frame, in source: borrowing RawSpan) -> Progress {
    streamID = frame.streamID
    promisedStreamID = frame.type == .pushPromise ? frame.promisedStreamID : nil
    endsStream = frame.endsStream
    offset = frame.offset
    continuations = 0
    if frame.endsHeaders { return .whole(frame.content) }
    isOpen = true
    bytes.removeAll(keepingCapacity: bytes.capacity <= 65536)
    bytes.append(source.extracting(frame.content))
    return .partial
  }

  private mutating func proceed(_ frame: H2Frame, in source: borrowing RawSpan) -> Progress {
    continuations += 1
    bytes.append(source.extracting(frame.content))
    guard frame.endsHeaders else { return .partial }
    isOpen = false
    return .gathered
  }
}
