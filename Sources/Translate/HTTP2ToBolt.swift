import BoltCodec
import H2Codec

/// Heads of HTTP/2 as heads of bolt. One instance serves any number of heads and keeps its memory between them.
///
/// A bolt frame begins with the length of its content, and no field of HTTP/2 is believed about lengths: the body must
/// have ended before its head can be translated. So the proxy buffers a body, up to its own limit.
///
/// Class name and header map are appended to the caller's bytes, ready for `BoltEncoder`; on an error nothing is.
public struct HTTP2ToBolt: Sendable {
  public let options: TranslationOptions
  public let limits: TranslationLimits
  /// What of the last head bolt does not see as it was. Its memory is used again.
  public private(set) var losses: [TranslationLoss] = []
  var head = H2Head()
  var map = MapFieldReader()

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

// MARK: - Requests

extension HTTP2ToBolt {
  private mutating func translateRequest(
    _ list: H2HeaderList, _ bytes: RawSpan, _ contentLength: Int, _ id: UInt32, _ parts: inout [UInt8]
  ) throws(TranslationError) -> Request {
    try read(list, bytes, .request)
    guard head.method != nil, let path = head.path else { throw TranslationError(.pseudoHeader, at: 0..<0) }
    if let host = head.value(.host, in: list), let authority = head.authority,
      !bytes.isEqual(host, to: bytes, authority)
    {
      throw head.error(.host, .host, in: list)
    }
    try check(contentLength, believesProperties: head.dialect.hasProperties, list, bytes)

    let command = try head.number(.command, in: list, bytes) ?? 1
    guard command == 1 else {
      throw head.error(.property, .command, in: list, expected: 1...1, found: command)
    }
    let type = try head.number(.type, in: list, bytes) ?? 1
    guard type > 0 else { throw head.error(.property, .type, in: list, expected: 1...2, found: type) }
    let timeout = try self.timeout(list, bytes)
    let codec = try self.codec(list, bytes) ?? options.codec
    var bolt: BoltHead =
      type == 2
      ? .oneway(id: id, timeout: timeout, codec: codec) : .request(id: id, timeout: timeout, codec: codec)
    try version(of: &bolt, list, bytes)

    let fallback = head.dialect.hasProperties ? [] : options.requestClass
    let className = try appendClass(list, bytes, or: fallback, &parts)
    let start = parts.count
    try appendEntries(list, bytes, &parts)
    if !head.dialect.hasProperties { appendCall(path, list, bytes, &parts) }
    if keepsHTTP { appendTarget(path, list, bytes, &parts) }
    let headerMap = try checked(start..<parts.count)
    let requestID = try head.number(.requestID, in: list, bytes).map { UInt32(truncatingIfNeeded: $0) }
    return Request(
      head: bolt, className: className, headerMap: headerMap, dialect: head.dialect,
      requestID: requestID ?? id)
  }

  /// Milliseconds; all of MOSN's ways to write -1 are none, and so is no field.
  private func timeout(_ list: H2HeaderList, _ bytes: RawSpan) throws(TranslationError) -> Int32 {
    guard let number = try head.number(.timeout, in: list, bytes) else { return -1 }
    // MOSN prints 32 bits unsigned.
    if let unsigned = UInt32(exactly: number) { return Int32(bitPattern: unsigned) }
    guard let timeout = Int32(exactly: number) else {
      throw head.error(
        .property, .timeout, in: list, expected: Int64(Int32.min)...Int64(UInt32.max), found: number)
    }
    return timeout
  }

  /// What a SOFARPC service needs, as far as the fields do not say it: the service and the method of
  /// `/interface/method`.
  private func appendCall(_ path: Range<Int>, _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8])
  {
    let target = Self.segments(of: path, bytes)
    func append(_ name: StaticString, unless property: FieldRule.Property) {
      guard !head.has(property) else { return }
      if let value = head.value(.targetService, in: list) ?? head.value(.service, in: list) {
        parts.appendEntry(name, bytes, value)
      } else if let interface = target?.interface {
        let hasVersion = bytes.firstIndex(of: UInt8(ascii: ":"), in: interface) != nil
        parts.appendEntry(name, bytes, interface, followedBy: hasVersion ? [] : options.serviceVersion)
      }
    }
    append("sofa_head_target_service", unless: .targetService)
    append("service", unless: .service)
    if !head.has(.methodName), let method = target?.method {
      parts.appendEntry("sofa_head_method_name", bytes, method)
    }
  }

  /// The two segments of `/interface/method`.
  private static func segments(
    of path: Range<Int>, _ bytes: RawSpan
  ) -> (interface: Range<Int>, method: Range<Int>)? {
    let end = bytes.firstIndex(of: UInt8(ascii: "?"), in: path) ?? path.upperBound
    guard !path.isEmpty, path.lowerBound < end, bytes.byte(path.lowerBound) == UInt8(ascii: "/") else {
      return nil
    }
    let rest = path.lowerBound + 1..<end
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/"), in: rest), slash > rest.lowerBound,
      case let method = slash + 1..<end, !method.isEmpty,
      bytes.firstIndex(of: UInt8(ascii: "/"), in: method) == nil,
      bytes.firstIndex(of: UInt8(ascii: "%"), in: rest) == nil
    else { return nil }
    return (rest.lowerBound..<slash, method)
  }

  /// What the pseudo-header fields say, as MOSN puts it into the map.
  private func appendTarget(
    _ path: Range<Int>, _ list: H2HeaderList, _ bytes: RawSpan, _ parts: inout [UInt8]
  ) {
    let question = bytes.firstIndex(of: UInt8(ascii: "?"), in: path)
    if !head.has(.host), let authority = head.authority { parts.appendEntry("host", bytes, authority) }
    if !head.has(.path) { parts.appendEntry("path", bytes, path.lowerBound..<(question ?? path.upperBound)) }
    if !head.has(.query), question != nil || head.dialect == .mosn {
      parts.appendEntry("querystring", bytes, (question.map { $0 + 1 } ?? path.upperBound)..<path.upperBound)
    }
    if !head.has(.method), head.dialect == .plain, let method = head.method {
      parts.appendEntry("method", bytes, method)
    }
  }
}

// MARK: - Responses

extension HTTP2ToBolt {
  private mutating func translateResponse(
    _ list: H2HeaderList, _ bytes: RawSpan, _ contentLength: Int, _ request: BoltHead, _ parts: inout [UInt8]
  ) throws(TranslationError) -> Response {
    try read(list, bytes, .response)
    guard let statusField = head.status, statusField.count == 3,
      let number = FieldValue.number(bytes, statusField),
      100...999 ~= number
    else { throw TranslationError(.pseudoHeader, at: head.status ?? 0..<0, expected: 100...999) }

    // MOSN's own errors echo the properties of the request; `respstatus` is what only an answer has.
    let own = try head.number(.status, in: list, bytes)
    let isEcho = own == nil && number != 200 && head.dialect.hasProperties
    try check(contentLength, believesProperties: own != nil, list, bytes)
    let status =
      own.map { BoltStatus(rawValue: UInt16(truncatingIfNeeded: $0)) } ?? StatusRule.bolt(of: Int(number))
    var bolt = BoltHead.response(to: request, status: status)
    bolt.codec = try codec(list, bytes) ?? request.codec
    if head.dialect == .mosnd { (bolt.version, bolt.ver1, bolt.switches) = (.v1, 1, 0) }
    try version(of: &bolt, list, bytes)

    if isEcho {
      losses.append(TranslationLoss(kind: .echo, name: head.value(.protocolCode, in: list) ?? 0..<0))
      let nothing = parts.count..<parts.count
      return Response(head: bolt, className: nothing, headerMap: nothing, dialect: head.dialect)
    }
    let isAnswer = !head.dialect.hasProperties && 200...299 ~= number && contentLength > 0
    let className = try appendClass(list, bytes, or: isAnswer ? options.responseClass : [], &parts)
    let start = parts.count
    try appendEntries(list, bytes, &parts)
    let headerMap = try checked(start..<parts.count)
    return Response(head: bolt, className: className, headerMap: headerMap, dialect: head.dialect)
  }
}

// MARK: - Both

extension HTTP2ToBolt {
  /// Sorts the fields and reads the map field.
  private mutating func read(
    _ list: H2HeaderList, _ bytes: RawSpan, _ kind: MapField.Kind
  ) throws(TranslationError) {
    losses.removeAll(keepingCapacity: true)
    map.clear()
    try head.read(list, bytes, limits: limits)
    guard let value = head.value(.map, in: list) else { return }
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
  private func check(
    _ contentLength: Int, believesProperties: Bool, _ list: H2HeaderList, _ bytes: RawSpan
  ) throws(TranslationError) {
    let actual = Int64(contentLength)
    if let declared = try head.number(.bodyLength, in: list, bytes), declared != actual {
      throw head.error(.contentLength, .bodyLength, in: list, expected: actual...actual, found: declared)
    }
    if believesProperties, let declared = try head.number(.contentLength, in: list, bytes), declared != actual
    {
      throw head.error(.contentLength, .contentLength, in: list, expected: actual...actual, found: declared)
    }
  }

  /// From `codec`, SOFARPC's name or the media type.
  private func codec(_ list: H2HeaderList, _ bytes: RawSpan) throws(TranslationError) -> BoltSerializer? {
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
  private func version(
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

  private func appendClass(
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

  private func checked(_ part: Range<Int>) throws(TranslationError) -> Range<Int> {
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
