import BoltCodec
import H2Codec

/// One direction of a connection as a bystander sees it: finds out which protocol it speaks, then reads its frames.
///
/// Append bytes and report what was lost, then call `next` until nil after each. The protocol is told by content
/// alone, at the first byte of a stream or somewhere in its middle; a direction that shows nothing can be told by
/// `assign` what its other direction showed.
public struct DirectionDecoder: ~Copyable, Sendable {
  /// The protocol, once its first byte is known.
  public private(set) var wireProtocol: WireProtocol?
  /// HTTP/2: whether this direction began with the client's preface.
  public private(set) var hasPreface = false
  /// The header of the PROXY protocol that began the direction; empty where there was none.
  public var proxyHeader: [UInt8] { detector.proxyHeader }
  /// HTTP/1.1 text that stood before the protocol began.
  public private(set) var leadIn: [UInt8] = []

  private var detector: StreamDetector
  /// Only the one of `wireProtocol` is in use. Neither is optional: a decoder is changed in place, never copied.
  private var bolt = BoltDecoder(mode: .observer)
  private var http2 = H2FrameDecoder(.observer)
  /// Bytes received.
  private var received: UInt64 = 0
  /// A bolt frame torn by a gap or by the stream's end, to be handed out next.
  private var torn: BoltFrame?
  /// No more bytes come.
  private var hasEnded = false
  /// What had been counted when the buffers were given back.
  private var undecodedBefore: UInt64 = 0
  private var introductionBefore = 0

  public init(isFromBeginning: Bool) { detector = StreamDetector(isFromBeginning: isFromBeginning) }

  /// The bytes that ranges of frames index, until the next `append`.
  public var bytes: [UInt8] { wireProtocol == .bolt ? bolt.bytes : http2.bytes }

  /// Bytes received that belong to no frame handed out.
  public var undecodedBytes: UInt64 {
    undecodedBefore &+ detector.passed &+ UInt64(detector.waiting.count) &+ bolt.skipped &+ http2.passedOver
      &+ UInt64(cutShort?.there ?? 0)
  }

  /// HTTP/2, when the stream has ended and `next` has given nil: how much is there of the frame that the end cut off, and
  /// its header if that is whole.
  public var cutShort: (there: Int, header: H2FrameHeader?)? {
    guard hasEnded, wireProtocol == .http2, http2.buffered > 0 else { return nil }
    return (http2.buffered, http2.begun)
  }

  /// Bytes before the first frame that are understood: a header of the PROXY protocol, a lead-in and the client's preface.
  public var introductionBytes: Int {
    introductionBefore + proxyHeader.count + leadIn.count
      + (http2.hasPreface ? H2FrameDecoder.preface.count : 0)
  }

  /// HTTP/2: bytes behind the frame handed out last that were passed over, or were lost.
  public var skippedBehindFrame: UInt64 { http2.skipped }

  /// How many of the bytes received frames have used, or were passed over.
  public var used: UInt64 {
    received &- UInt64(detector.waiting.count &+ (wireProtocol == .bolt ? bolt.buffered : http2.buffered))
  }

  /// Whether every byte received was used.
  public var isBetweenFrames: Bool { used == received }

  /// Bytes held in memory.
  public var heldBytes: Int {
    detector.waiting.capacity + detector.proxyHeader.count + leadIn.count + bolt.bytes.capacity
      + http2.bytes.capacity
  }

  /// Whether `next` gives a frame of which bytes are missing.
  public var hasTornFrame: Bool { torn != nil }

  /// HTTP/2: the longest frame the receiver of this direction takes (its SETTINGS_MAX_FRAME_SIZE).
  public mutating func setMaxFrameSize(_ size: Int) { http2.maxFrameSize = size }

  /// The protocol is known from elsewhere: the other direction, or the user.
  public mutating func assign(_ known: WireProtocol) {
    guard wireProtocol == nil else { return }
    begin(detector.assign(known))
    // What the other direction shows at its own end may come behind this one's.
    if hasEnded { endFrames() }
  }

  public mutating func append(_ span: RawSpan) {
    received &+= UInt64(span.byteCount)
    switch wireProtocol {
    case .bolt: bolt.append(span)
    case .http2: http2.append(span)
    case nil: begin(detector.append(span))
    }
  }

  /// The next `count` bytes of the stream were not captured.
  public mutating func lose(_ count: Int) {
    if wireProtocol == nil { begin(detector.lose()) }
    switch wireProtocol {
    case .bolt: torn = bolt.lose(count)
    case .http2: http2.lose(count)
    case nil: break
    }
  }

  /// The stream has ended.
  public mutating func end() {
    hasEnded = true
    if wireProtocol == nil { begin(detector.end()) }
    endFrames()
  }

  private mutating func endFrames() {
    switch wireProtocol {
    case .bolt: if torn == nil { torn = bolt.end() }
    case .http2: http2.finish()
    case nil: break
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
      do throws(BoltError) { return try bolt.next().map { .bolt($0) } } catch { throw .bolt(error) }
    case .http2:
      do throws(H2Error) {
        return try http2.next().map { .http2($0) }
      } catch {
        throw .http2(error)
      }
    case nil: return nil
    }
  }

  /// The stream has ended and all frames have been taken: gives all memory back.
  public mutating func release() {
    (undecodedBefore, introductionBefore) = (undecodedBytes, introductionBytes)
    detector = StreamDetector(isFromBeginning: false)
    bolt = BoltDecoder(mode: .observer)
    http2 = H2FrameDecoder(.observer)
    leadIn = []
  }

  private mutating func begin(_ recognition: Recognition?) {
    guard let recognition else { return }
    wireProtocol = recognition.start.wireProtocol
    let held = detector.take(from: recognition.position)
    leadIn = held.leadIn
    switch recognition.start {
    case .bolt(let isInStep):
      if !isInStep { _ = bolt.lose(0) }
      bolt.append(held.rest)
    case .http2(let start):
      hasPreface = start == .preface
      http2 = H2FrameDecoder(.observer, start: start)
      http2.append(held.rest)
    }
  }
}
