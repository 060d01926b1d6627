import BoltCodec
import H2Codec
import MosnBytes

extension HTTP2ToBolt {
  mutating func translateRequest(
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
      requestID: requestID ?? id, isLean: head.dialect == .mosn && !head.has(.streamID))
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
