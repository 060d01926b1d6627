import BoltCodec
import H2Codec
import MosnBytes

/// Heads of bolt as heads of HTTP/2. One instance serves any number of heads and keeps its memory between them.
///
/// A list is ready for the encoder: pseudo-header fields first, then the property set (`FieldRule.all`), the entries
/// of the header map in their order, and the map field. The content becomes DATA as it stands. A header that is no map
/// travels in the map field as it is.
public struct BoltToHTTP2: Sendable {
  public let options: TranslationOptions
  /// False: no map field, whatever `options` say.
  public var usesMapField = true
  /// What of the last head not every peer can see; empty for ordinary maps. Its memory is used again.
  public internal(set) var losses: [TranslationLoss] = []
  let table = FieldTable.standard
  private let rules = FieldRule.all.filter { $0.sent != .never }
  let wire = FieldName.wire
  var map = MapFieldWriter()
  /// Scratch for a name or value under construction, and for the bits of its upper-case octets.
  var text: [UInt8] = []
  var cases: [UInt8] = []
  /// Of the head under way: the hashes of the names that became fields, and which of them had upper-case letters.
  var plainNames: [UInt32] = []
  var casedNames: [UInt32] = []

  public init(options: TranslationOptions = TranslationOptions()) {
    self.options = options
  }

  /// Appends the head of a call.
  ///
  /// - Parameters:
  ///   - requestID: unique in this process, whichever connection it is for: a MOSN 0.2.1 behind it keeps the calls of
  ///     all its clients under this number.
  ///   - authority: `:authority`, host and port of the upstream.
  ///   - timeout: milliseconds that are left; nil: what the frame says.
  public mutating func request(
    _ frame: BoltFrame, in bytes: RawSpan, requestID: UInt32, authority: [UInt8], timeout: Int32? = nil,
    into list: inout H2HeaderList
  ) throws(TranslationError) {
    guard frame.type != .response, frame.command == .request else {
      throw TranslationError(.command, at: frame.range, expected: 1...1, found: Int64(frame.command.rawValue))
    }
    let method: StaticString = frame.contentLength > 0 ? "POST" : "GET"
    list.append(name: ":method" as StaticString, value: method)
    list.append(name: ":scheme" as StaticString, value: options.scheme)
    list.append(name: ":authority" as StaticString, value: authority)
    target(frame, bytes)
    list.append(name: ":path" as StaticString, value: text)
    fields(
      frame, in: bytes, Facts(head: frame.head, requestID: requestID, timeout: timeout), .request,
      options.sendsMapField && usesMapField, into: &list)
  }

  /// Appends the head of an answer.
  ///
  /// - Parameters:
  ///   - requestID: `HTTP2ToBolt.Request.requestID` of the call.
  ///   - dialect: `HTTP2ToBolt.Request.dialect` of the call.
  ///   - call: whose version and switch byte the answer gets, whatever the server's connection began with; nil: the
  ///     frame's own.
  ///   - isLean: `HTTP2ToBolt.Request.isLean` of the call.
  public mutating func response(
    _ frame: BoltFrame, in bytes: RawSpan, requestID: UInt32, to dialect: H2Dialect,
    answering call: BoltHead? = nil, isLean: Bool = false, into list: inout H2HeaderList
  ) throws(TranslationError) {
    guard let status = frame.status, frame.command != .heartbeat else {
      throw TranslationError(.command, at: frame.range, expected: 2...2, found: Int64(frame.command.rawValue))
    }
    appendStatus(StatusRule.http(of: status), to: dialect, into: &list)
    let sendsMapField = options.sendsMapField && usesMapField && dialect == .mosnd
    var head = frame.head
    if let call { (head.version, head.ver1, head.switches) = (call.version, call.ver1, call.switches) }
    fields(
      frame, in: bytes, Facts(head: head, requestID: requestID, isLean: isLean), .response, sendsMapField,
      into: &list)
    if frame.command != .response { losses.append(TranslationLoss(kind: .command, name: frame.range)) }
    guard !dialect.hasProperties else { return }
    // Such a peer learns from these what `codec` says.
    if frame.contentLength > 0, list.value(of: "content-type") == nil, dialect == .plain {
      list.append(name: "content-type" as StaticString, value: SerializerRule.contentType(of: frame.codec))
    }
    if dialect == .sofarpc, list.value(of: "sofa_head_serialize_type") == nil,
      let name = SerializerRule.serializeType(of: frame.codec)
    {
      list.append(name: "sofa_head_serialize_type" as StaticString, value: name)
    }
  }

  /// Appends an answer the proxy gives itself: no class, map and content, but all that MOSN needs to pass it on.
  ///
  /// - Parameter call: the call as it was or would have been sent in bolt; its version, codec and switch byte are
  ///   answered.
  public mutating func reply(
    _ reply: LocalReply, to call: BoltHead, requestID: UInt32, dialect: H2Dialect, isLean: Bool = false,
    into list: inout H2HeaderList
  ) {
    appendStatus(reply.httpStatus, to: dialect, into: &list)
    properties(reply.boltHead(to: call, compatible: options.isCompatible), requestID, isLean, into: &list)
  }

  /// The same to who knows nothing of bolt: the status alone, and to a client of gRPC its own in the form that has
  /// trailers only, which it takes for an answer and not for a proxy's page.
  public mutating func plainReply(_ reply: LocalReply, isGRPC: Bool, into list: inout H2HeaderList) {
    append(":status", number: Int64(isGRPC ? 200 : reply.httpStatus), into: &list)
    guard isGRPC else { return }
    list.append(name: "content-type" as StaticString, value: "application/grpc" as StaticString)
    append("grpc-status", number: Int64(reply.grpcStatus), into: &list)
    list.append(name: "grpc-message" as StaticString, value: Array("mosnd: \(reply)".utf8))
  }

  /// Appends the answer to a oneway call, which bolt does not have and HTTP/2 needs: SUCCESS, and nothing else.
  public mutating func onewayReply(
    to call: BoltHead, requestID: UInt32, dialect: H2Dialect, isLean: Bool = false,
    into list: inout H2HeaderList
  ) {
    appendStatus(200, to: dialect, into: &list)
    properties(.response(to: call), requestID, isLean, into: &list)
  }
}

// MARK: - Pseudo-header fields

extension BoltToHTTP2 {
  /// `:path` from the map's `path` and `querystring`, where they can stand there, into `text`.
  private mutating func target(_ frame: BoltFrame, _ bytes: RawSpan) {
    text.removeAll(keepingCapacity: true)
    let (path, query) = pathAndQuery(frame, bytes)
    if let path, FieldValue.isPath(bytes, path) {
      text.append(bytes, path)
    } else {
      text.append(UInt8(ascii: "/"))
    }
    guard !options.isCompatible, let query, !query.isEmpty, FieldValue.isQuery(bytes, query) else { return }
    text.append(UInt8(ascii: "?"))
    text.append(bytes, query)
  }

  /// Of equal keys the last, as the server will have it.
  private func pathAndQuery(_ frame: BoltFrame, _ bytes: RawSpan) -> (path: Range<Int>?, query: Range<Int>?) {
    var (path, query): (Range<Int>?, Range<Int>?)
    var cursor = BoltHeaderCursor(in: frame.headerMap)
    do throws(BoltError) {
      while let entry = try cursor.next(in: bytes) {
        guard let key = entry.key, let value = entry.value else { continue }
        if bytes.isEqual(key, to: "path") { path = value }
        if bytes.isEqual(key, to: "querystring") { query = value }
      }
    } catch { return (nil, nil) }
    return (path, query)
  }

  private mutating func appendStatus(_ real: Int, to dialect: H2Dialect, into list: inout H2HeaderList) {
    let status =
      switch options.status {
      case .always200: 200
      case .real: real
      case .byDialect: dialect.hasProperties ? 200 : real
      }
    append(":status", number: Int64(status), into: &list)
  }
}

// MARK: - Properties

extension BoltToHTTP2 {
  /// What the values of the property set are made from.
  struct Facts {
    let head: BoltHead
    let requestID: UInt32
    var timeout: Int32?
    var className = 0..<0
    var headerLength = 0
    var contentLength = 0
    /// For a MOSN of 0.3 or later, which would hand its client what only 0.2.1 reads.
    var isLean = false

    func sends(_ rule: FieldRule, compatible: Bool) -> Bool {
      if isLean, rule.isForMosn021 { return false }
      return switch rule.sent {
      case .never: false
      case .always: true
      case .requests: head.type != .response
      case .responses: head.type == .response
      case .compatibleRequests: compatible && head.type != .response
      case .v2: head.version == .v2
      case .withoutContent: contentLength == 0
      }
    }
  }

  mutating func properties(
    _ head: BoltHead, _ requestID: UInt32, _ isLean: Bool, into list: inout H2HeaderList
  ) {
    let nothing: [UInt8] = []
    properties(Facts(head: head, requestID: requestID, isLean: isLean), nothing.span.bytes, into: &list)
  }

  /// The walk over the rules.
  mutating func properties(_ facts: Facts, _ bytes: RawSpan, into list: inout H2HeaderList) {
    for rule in rules where facts.sends(rule, compatible: options.isCompatible) {
      guard let property = rule.property else { continue }
      switch property {
      case .className: list.append(name: rule.name, value: bytes.extracting(facts.className))
      case .endStream: list.append(name: rule.name, value: "yes" as StaticString)
      default: append(rule.name, number: number(property, facts), into: &list)
      }
    }
  }

  private func number(_ property: FieldRule.Property, _ facts: Facts) -> Int64 {
    let head = facts.head
    return switch property {
    case .protocolCode: 1
    case .type: Int64(head.type.rawValue)
    case .command: head.type == .response ? 2 : 1
    case .version: Int64(head.ver2)
    case .ver1: Int64(head.ver1)
    case .switches: Int64(head.switches)
    case .requestID, .streamID: Int64(facts.requestID)
    case .codec: Int64(head.codec.rawValue)
    case .timeout, .tryTimeout: timeout(facts.timeout ?? head.timeout ?? -1)
    case .classLength: Int64(facts.className.count)
    case .headerLength: Int64(facts.headerLength)
    case .contentLength: Int64(facts.contentLength)
    case .status: Int64(head.status?.rawValue ?? 0)
    // Written in other ways or never.
    default: 0
    }
  }

  /// Signed, which every MOSN understands too; unsigned as 0.2.1 itself writes it, it arrives there as 2147483647.
  private func timeout(_ timeout: Int32) -> Int64 {
    options.isCompatible ? Int64(UInt32(bitPattern: timeout)) : Int64(timeout)
  }

  private func append(_ name: StaticString, number: Int64, into list: inout H2HeaderList) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var start = 20
    var rest = number.magnitude
    repeat {
      start -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
    if number < 0 {
      start -= 1
      digits[start] = UInt8(ascii: "-")
    }
    list.append(name: name, value: digits.span.bytes.extracting(start..<20))
  }
}
