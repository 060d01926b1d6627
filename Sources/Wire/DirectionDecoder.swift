import BoltCodec

/// One direction of a connection as a bystander sees it: finds out which protocol it speaks, then reads its frames.
///
/// Append bytes and report what was lost, then call `next` until nil after each. The protocol is told by content
/// alone, at the first byte of a stream or somewhere in its middle; a direction that shows nothing can be told by
/// `assign` what its other direction showed.
public struct DirectionDecoder: Sendable {
  /// The protocol, once it is known.
  public private(set) var wireProtocol: WireProtocol?

  private var bolt: BoltDecoder
  /// First bytes of the stream while the protocol is unknown.
  private var waiting: [UInt8] = []
  /// Where the search for a frame in `waiting` goes on.
  private var searched = 0
  /// Whether `waiting` begins with the first byte that was sent.
  private var isFromBeginning: Bool
  /// Whether enough was seen to stop looking at every byte; each append's first bytes are still looked at.
  private var isOpaque = false
  /// A frame torn by a gap or by the stream's end, to be handed out next.
  private var torn: BoltFrame?
  private var passed: UInt64 = 0

  /// Bytes of a direction that are searched for a frame. A protocol that does not show itself in so many is taken
  /// for another one.
  static let searchLimit = 64 << 10

  public init(isFromBeginning: Bool) {
    self.isFromBeginning = isFromBeginning
    bolt = BoltDecoder(mode: .observer)
  }

  /// The bytes that ranges of frames index, until the next `append`.
  public var bytes: [UInt8] { bolt.bytes }

  /// Bytes that belong to no frame handed out.
  public var undecodedBytes: UInt64 { passed + bolt.skipped + UInt64(waiting.count) }

  /// Whether `next` gives a frame of which bytes are missing.
  public var hasTornFrame: Bool { torn != nil }

  /// Bytes held in memory.
  public var heldBytes: Int { waiting.count + bolt.buffered }

  /// The protocol is known from elsewhere: the other direction, or the user.
  public mutating func assign(_ known: WireProtocol) {
    guard wireProtocol == nil else { return }
    recognise(known, at: isFromBeginning && !isOpaque ? 0 : nil)
  }

  public mutating func append(_ span: RawSpan) {
    switch wireProtocol {
    case .bolt: bolt.append(span)
    case .http2: passed += UInt64(span.byteCount)
    case nil: detect(span)
    }
  }

  /// The next `count` bytes of the stream were not captured.
  public mutating func lose(_ count: Int) {
    switch wireProtocol {
    case .bolt: torn = bolt.lose(count)
    case .http2: break
    case nil:
      if beginsWithHead {
        // A stream whose packets were cut short by the recorder shows no more than heads.
        recognise(.bolt, at: 0)
        torn = bolt.lose(count)
        return
      }
      passed += UInt64(waiting.count)
      waiting.removeAll()
      searched = 0
      isFromBeginning = false
    }
  }

  /// The stream has ended.
  public mutating func end() {
    switch wireProtocol {
    case .bolt: torn = bolt.end()
    case .http2, nil: break
    }
  }

  /// The next frame; nil when more bytes are needed. An error has passed over what it is about, so that the next
  /// call goes on.
  public mutating func next() throws(WireError) -> WireFrame? {
    if let frame = torn {
      torn = nil
      return .bolt(frame)
    }
    switch wireProtocol {
    case .bolt:
      do throws(BoltError) {
        return try bolt.next().map { .bolt($0) }
      } catch {
        throw .bolt(error)
      }
    case .http2, nil: return nil
    }
  }
}

extension DirectionDecoder {
  /// Whether nothing speaks against a bolt frame whose fixed header is the beginning of the stream.
  private var beginsWithHead: Bool {
    guard isFromBeginning, !isOpaque, waiting.count >= Self.longestHead else { return false }
    return BoltFrame.plausibility(of: waiting.span.bytes, at: 0) != .no
  }

  /// The fixed header of a v2 request.
  private static let longestHead = 24

  private mutating func detect(_ span: RawSpan) {
    if isOpaque {
      // Senders often begin a segment with a frame, so a look at each beginning finds what came later.
      guard BoltFrame.plausibility(of: span, at: 0) == .yes else {
        passed += UInt64(span.byteCount)
        return
      }
      span.withUnsafeBytes { waiting.append(contentsOf: $0) }
      recognise(.bolt, at: 0)
      return
    }
    span.withUnsafeBytes { waiting.append(contentsOf: $0) }
    if isFromBeginning {
      switch BoltFrame.plausibility(of: waiting.span.bytes, at: 0) {
      case .yes: return recognise(.bolt, at: 0)
      case .maybe: break
      case .no: isFromBeginning = false
      }
    }
    if !isFromBeginning {
      if let position = BoltFrame.firstPlausible(in: waiting.span.bytes, from: searched) {
        return recognise(.bolt, at: position)
      }
      // A frame whose parts are still to come may begin in the last bytes.
      searched = max(searched, waiting.count - Self.frameSearchOverlap)
    }
    if waiting.count > Self.searchLimit {
      passed += UInt64(waiting.count)
      waiting = []
      isOpaque = true
    }
  }

  /// Longest frame beginning that a search must see whole: class name and header map of usual size.
  private static let frameSearchOverlap = 2_048

  /// From now on the stream is of this protocol; a frame begins at `position` of `waiting`, or none is known to.
  private mutating func recognise(_ known: WireProtocol, at position: Int?) {
    wireProtocol = known
    switch known {
    case .bolt:
      if position == nil { _ = bolt.lose(0) }
      passed += UInt64(position ?? 0)
      bolt.append(waiting[(position ?? 0)...])
    case .http2: passed += UInt64(waiting.count)
    }
    waiting = []
  }
}
