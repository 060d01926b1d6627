import BoltCodec
import H2Codec

/// Heads of bolt as heads of HTTP/2. One instance serves any number of heads and keeps its memory between them.
///
/// A list is ready for the encoder: pseudo-header fields first, then the property set (`FieldRule.all`), the entries
/// of the header map in their order, and the map field. The content becomes DATA as it stands. A frame whose map
/// cannot be read throws, and what was appended until then is to be thrown away.
public struct BoltToHTTP2: Sendable {
  public let options: TranslationOptions
  /// What of the last head not every peer can see; empty for ordinary maps. Its memory is used again.
  public private(set) var losses: [TranslationLoss] = []
  private let table = FieldTable.standard
  private let wire = FieldName.wire
  private var map = MapFieldWriter()
  /// Scratch for a name or value under construction, and for the bits of its upper-case octets.
  private var text: [UInt8] = []
  private var cases: [UInt8] = []

  public init(options: TranslationOptions = TranslationOptions()) {
    self.options = options
  }

  /// Appends the head of a call.
  ///
  /// - Parameters:
  ///   - requestID: unique in this process, whichever connection it is for: a MOSN 0.2.1 behind it keeps the calls of
  ///     all its clients under this number.
  ///   - authority: `:authority`, host and port of the upstream.
  public mutating func request(
    _ frame: BoltFrame, in bytes: RawSpan, requestID: UInt32, authority: [UInt8],
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
    try fields(frame, in: bytes, requestID, .request, options.sendsMapField, into: &list)
  }

  /// Appends the head of an answer.
  ///
  /// - Parameters:
  ///   - requestID: `HTTP2ToBolt.Request.requestID` of the call.
  ///   - dialect: `HTTP2ToBolt.Request.dialect` of the call.
  public mutating func response(
    _ frame: BoltFrame, in bytes: RawSpan, requestID: UInt32, to dialect: H2Dialect,
    into list: inout H2HeaderList
  ) throws(TranslationError) {
    guard let status = frame.status, frame.command != .heartbeat else {
      throw TranslationError(.command, at: frame.range, expected: 2...2, found: Int64(frame.command.rawValue))
    }
    appendStatus(StatusRule.http(of: status), to: dialect, into: &list)
    let sendsMapField = options.sendsMapField && dialect == .mosnd
    try fields(frame, in: bytes, requestID, .response, sendsMapField, into: &list)
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
    _ reply: LocalReply, to call: BoltHead, requestID: UInt32, dialect: H2Dialect,
    into list: inout H2HeaderList
  ) {
    appendStatus(reply.httpStatus, to: dialect, into: &list)
    properties(reply.boltHead(to: call, compatible: options.isCompatible), requestID, into: &list)
  }

  /// Appends the answer to a oneway call, which bolt does not have and HTTP/2 needs: SUCCESS, and nothing else.
  public mutating func onewayReply(
    to call: BoltHead, requestID: UInt32, dialect: H2Dialect, into list: inout H2HeaderList
  ) {
    appendStatus(200, to: dialect, into: &list)
    properties(.response(to: call), requestID, into: &list)
  }
}

// MARK: - Pseudo-header fields

extension BoltToHTTP2 {
  /// `:path` from the map's `path` and `querystring`, where they can stand there, into `text`.
  private mutating func target(_ frame: BoltFrame, _ bytes: RawSpan) {
    text.removeAll(keepingCapacity: true)
    if let path = BoltHeaderMap.value(forKey: "path", in: bytes, frame.headerMap),
      FieldValue.isPath(bytes, path)
    {
      text.append(bytes, path)
    } else {
      text.append(UInt8(ascii: "/"))
    }
    guard !options.isCompatible,
      let query = BoltHeaderMap.value(forKey: "querystring", in: bytes, frame.headerMap), !query.isEmpty,
      FieldValue.isQuery(bytes, query)
    else { return }
    text.append(UInt8(ascii: "?"))
    text.append(bytes, query)
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
  private struct Facts {
    let head: BoltHead
    let requestID: UInt32
    var className = 0..<0
    var headerLength = 0
    var contentLength = 0

    func sends(_ rule: FieldRule, compatible: Bool) -> Bool {
      switch rule.sent {
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

  private mutating func properties(_ head: BoltHead, _ requestID: UInt32, into list: inout H2HeaderList) {
    let nothing: [UInt8] = []
    properties(Facts(head: head, requestID: requestID), nothing.span.bytes, into: &list)
  }

  /// The walk over the rules.
  private mutating func properties(_ facts: Facts, _ bytes: RawSpan, into list: inout H2HeaderList) {
    for rule in FieldRule.all where facts.sends(rule, compatible: options.isCompatible) {
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
    case .timeout, .tryTimeout: timeout(head)
    case .classLength: Int64(facts.className.count)
    case .headerLength: Int64(facts.headerLength)
    case .contentLength: Int64(facts.contentLength)
    case .status: Int64(head.status?.rawValue ?? 0)
    // Written in other ways or never.
    default: 0
    }
  }

  /// Signed, which every MOSN understands too; unsigned as 0.2.1 itself writes it, it arrives there as 2147483647.
  private func timeout(_ head: BoltHead) -> Int64 {
    let timeout = head.timeout ?? -1
    return options.isCompatible ? Int64(UInt32(bitPattern: timeout)) : Int64(timeout)
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

// MARK: - The header map

extension BoltToHTTP2 {
  /// The property set, the entries of the map and the map field.
  private mutating func fields(
    _ frame: BoltFrame, in bytes: RawSpan, _ requestID: UInt32, _ kind: MapField.Kind, _ sendsMapField: Bool,
    into list: inout H2HeaderList
  ) throws(TranslationError) {
    losses.removeAll(keepingCapacity: true)
    map.begin(kind)

    var className = frame.className
    // Of a repeated property a receiver believes none, and MOSN repeats a field for each comma.
    if !FieldValue.isPlain(bytes, className) || bytes.firstIndex(of: UInt8(ascii: ","), in: className) != nil
    {
      map.className(bytes, className)
      losses.append(TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: className))
      className = className.lowerBound..<className.lowerBound
    }
    properties(
      Facts(
        head: frame.head, requestID: requestID, className: className, headerLength: frame.headerLength,
        contentLength: frame.contentLength),
      bytes, into: &list)

    var cursor = BoltHeaderCursor(in: frame.headerMap)
    while let entry = try next(&cursor, in: bytes) {
      if let hash = appendPlainly(entry, bytes, into: &list) {
        map.reference(hash, cases: cases)
        if !sendsMapField, !cases.isEmpty {
          losses.append(TranslationLoss(kind: .keyCase, name: entry.key ?? 0..<0))
        }
      } else {
        map.entry(bytes, key: entry.key, value: entry.value)
        losses.append(
          TranslationLoss(kind: sendsMapField ? .mapFieldOnly : .dropped, name: entry.key ?? 0..<0))
      }
    }
    if sendsMapField {
      map.finish()
      list.append(name: "x-mosnd-map" as StaticString, value: map.text)
    }
  }

  private func next(
    _ cursor: inout BoltHeaderCursor, in bytes: RawSpan
  ) throws(TranslationError) -> BoltHeaderEntry? {
    do throws(BoltError) {
      return try cursor.next(in: bytes)
    } catch {
      throw TranslationError(
        .headerMap, at: cursor.position..<cursor.position, expected: error.expected, found: error.found)
    }
  }

  /// Appends the entry as a field of its own and gives back the hash of its name; nil when it must not be one. What
  /// was upper case stands in `cases` then.
  private mutating func appendPlainly(
    _ entry: BoltHeaderEntry, _ bytes: RawSpan, into list: inout H2HeaderList
  ) -> UInt32? {
    guard let key = entry.key, let value = entry.value, !key.isEmpty, FieldValue.isPlain(bytes, value),
      lower(key, bytes)
    else { return nil }
    let name = text.span.bytes
    let hash = FieldName.hash(name, 0..<key.count)
    let rule = table.index(of: hash, name, 0..<key.count)
    if rule != FieldTable.none {
      switch FieldRule.all[Int(rule)].role {
      case .added, .read: break
      case .number, .text, .derived, .hidden, .hop, .target: return nil
      }
    }
    list.append(name: name, value: bytes.extracting(value))
    return hash
  }

  /// The key as a field's name into `text`, its upper-case octets into `cases`; false when it can be none.
  private mutating func lower(_ key: Range<Int>, _ bytes: RawSpan) -> Bool {
    text.removeAll(keepingCapacity: true)
    cases.removeAll(keepingCapacity: true)
    for offset in key {
      let octet = bytes.byte(offset)
      let lowered = wire[Int(octet)]
      if lowered == 0 { return false }
      text.append(lowered)
      if lowered != octet {
        let index = offset - key.lowerBound
        // The count of these bits is one octet of the map field.
        guard index < 255 * 8 else { return false }
        while cases.count <= index / 8 { cases.append(0) }
        cases[index / 8] |= 1 << UInt8(index % 8)
      }
    }
    return true
  }
}
