import BoltCodec
import H2Codec
import MosnBytes

/// Heads of HTTP/2 as heads of bolt. One instance serves any number of heads and keeps its memory between them.
///
/// A bolt frame begins with the length of its content, and no field of HTTP/2 is believed about lengths: the body must
/// have ended before its head can be translated. So the proxy buffers a body, up to its own limit.
///
/// Class name and header map are appended to the caller's bytes, ready for `BoltEncoder`; on an error nothing is.
public struct HTTP2ToBolt: Sendable {
  public let options: TranslationOptions
  public var limits: TranslationLimits
  /// False: `x-mosnd-map` is passed over, whoever sends it.
  public var takesMapField = true
  /// Names that routes are chosen by, in lower case: no map field gives them a second key that differs in case only.
  public var routedNames: [[UInt8]] = []
  /// What of the last head bolt does not see as it was. Its memory is used again.
  public private(set) var losses: [TranslationLoss] = []
  var head = H2Head()
  var map = MapFieldReader()
  /// Scratch for a key as a name on the wire.
  var name: [UInt8] = []

  public init(
    options: TranslationOptions = TranslationOptions(), limits: TranslationLimits = TranslationLimits()
  ) {
    self.options = options
    self.limits = limits
  }

  public struct Request: Sendable, Hashable {
    public let head: BoltHead
    /// Where class name and header map lie in the caller's bytes.
    public let className: Range<Int>
    public let headerMap: Range<Int>
    /// How the peer is to be answered.
    public let dialect: H2Dialect
    /// The number the peer waits for in the answer's `requestid`; bolt's own id when it sent none.
    public let requestID: UInt32
    /// A MOSN that does not send what only 0.2.1 reads, and would hand it to its client.
    public let isLean: Bool
  }

  public struct Response: Sendable, Hashable {
    public let head: BoltHead
    public let className: Range<Int>
    public let headerMap: Range<Int>
    public let dialect: H2Dialect
  }

  /// Translates the head of a call.
  ///
  /// - Parameters:
  ///   - contentLength: octets of the body, which has ended.
  ///   - id: bolt's request id on the upstream connection.
  public mutating func request(
    _ list: H2HeaderList, contentLength: Int, id: UInt32, into parts: inout [UInt8]
  ) throws(TranslationError) -> Request {
    let start = parts.count
    do throws(TranslationError) {
      return try translateRequest(list, list.bytes.span.bytes, contentLength, id, &parts)
    } catch {
      parts.removeLast(parts.count - start)
      throw error
    }
  }

  /// Translates the head of an answer.
  ///
  /// - Parameters:
  ///   - contentLength: octets of the body, which has ended.
  ///   - request: the call as it came from the bolt client: its id is answered, and where the peer does not say, its
  ///     version, codec and switch byte.
  public mutating func response(
    _ list: H2HeaderList, contentLength: Int, to request: BoltHead, into parts: inout [UInt8]
  ) throws(TranslationError) -> Response {
    let start = parts.count
    do throws(TranslationError) {
      return try translateResponse(list, list.bytes.span.bytes, contentLength, request, &parts)
    } catch {
      parts.removeLast(parts.count - start)
      throw error
    }
  }
}

// MARK: - What both directions share

extension HTTP2ToBolt {
  /// Sorts the fields and reads the map field.
  mutating func read(
    _ list: H2HeaderList, _ bytes: RawSpan, _ kind: MapField.Kind
  ) throws(TranslationError) {
    losses.removeAll(keepingCapacity: true)
    map.clear()
    try head.read(list, bytes, limits: limits)
    guard let value = head.value(.map, in: list), takesMapField else { return }
    guard head.dialect == .mosn else {
      losses.append(TranslationLoss(kind: .mapField, name: value))
      return
    }
    switch map.read(bytes, value, as: kind, limits: limits) {
    case .read: head.recognise(.mosnd)
    case .foreign: losses.append(TranslationLoss(kind: .mapField, name: value))
    case .malformed(let offset):
      throw head.error(.mapField, .map, in: list, found: Int64(offset))
    case .tooLarge:
      throw head.error(.tooManyFields, .map, in: list)
    }
  }

  /// No declared length may differ from the body's.
  func check(
    _ contentLength: Int, believesProperties: Bool, isAnswer: Bool = false, _ list: H2HeaderList,
    _ bytes: RawSpan
  ) throws(TranslationError) {
    let actual = Int64(contentLength)
    // An entry that MOSN passed on as if it were HTTP's says nothing where the property is right.
    if isAnswer, believesProperties, try head.number(.contentLength, in: list, bytes) == actual { return }
    if head.hasTwoLengths { throw head.error(.repeated, .bodyLength, in: list) }
    if let declared = try head.number(.bodyLength, in: list, bytes), declared != actual {
      throw head.error(.contentLength, .bodyLength, in: list, expected: actual...actual, found: declared)
    }
    if believesProperties, let declared = try head.number(.contentLength, in: list, bytes), declared != actual
    {
      throw head.error(.contentLength, .contentLength, in: list, expected: actual...actual, found: declared)
    }
  }

  /// From `codec`, SOFARPC's name or the media type.
  func codec(_ list: H2HeaderList, _ bytes: RawSpan) throws(TranslationError) -> BoltSerializer? {
    if let number = try head.number(.codec, in: list, bytes) {
      return BoltSerializer(rawValue: UInt8(truncatingIfNeeded: number))
    }
    guard !head.dialect.hasProperties else { return nil }
    if let type = head.value(.serializeType, in: list),
      let codec = SerializerRule.codec(ofSerializeType: type, in: bytes)
    {
      return codec
    }
    return head.value(.contentType, in: list).flatMap { SerializerRule.codec(ofContentType: $0, in: bytes) }
  }

  /// The command's version, and v2 when both its fields are there.
  func version(
    of bolt: inout BoltHead, _ list: H2HeaderList, _ bytes: RawSpan
  ) throws(TranslationError) {
    guard head.dialect.hasProperties else { return }
    if let version = try head.number(.version, in: list, bytes) {
      bolt.ver2 = UInt8(truncatingIfNeeded: version)
    }
    if let ver1 = try head.number(.ver1, in: list, bytes),
      let switches = try head.number(.switches, in: list, bytes)
    {
      bolt.version = .v2
      bolt.ver1 = UInt8(truncatingIfNeeded: ver1)
      bolt.switches = UInt8(truncatingIfNeeded: switches)
    }
  }

  func appendClass(
    _ list: H2HeaderList, _ bytes: RawSpan, or fallback: [UInt8], _ parts: inout [UInt8]
  ) throws(TranslationError) -> Range<Int> {
    let start = parts.count
    if let name = head.value(.className, in: list), !name.isEmpty {
      parts.append(bytes, name)
    } else if head.dialect == .mosnd, let name = map.className {
      parts.append(map.bytes.span.bytes, name)
    } else {
      parts.append(contentsOf: fallback)
    }
    return try checked(start..<parts.count)
  }

  func checked(_ part: Range<Int>) throws(TranslationError) -> Range<Int> {
    guard part.count <= limits.shortPart else {
      throw TranslationError(
        .tooLong, at: 0..<0, expected: 0...Int64(max(0, limits.shortPart)), found: Int64(part.count))
    }
    return part
  }

  /// Whether what HTTP adds enters the header map.
  var keepsHTTP: Bool {
    switch head.dialect {
    case .plain: true
    case .mosn: options.isCompatible
    case .mosnd, .sofarpc: false
    }
  }

  mutating func lose(_ kind: TranslationLoss.Kind, _ name: Range<Int>) {
    losses.append(TranslationLoss(kind: kind, name: name))
  }
}
