import MosnBytes

/// A column of `-T fields`: a documented key, a part of what stands under it, or a header's value.
struct FieldSelector: Sendable {
  enum Part: Sendable, Equatable {
    case whole
    /// Of an endpoint; of one family only where `-e ip.src` or `-e ipv6.src` asks for that.
    case address(isIPv6: Bool)
    case port
    /// Seconds since the first packet.
    case sinceStart
    /// UTC.
    case date
    case headerNames, headerValues
    /// The values of one header.
    case header([UInt8])
  }

  var keys: MessageKeys
  var part: Part

  private init(_ keys: MessageKeys, _ part: Part = .whole) { (self.keys, self.part) = (keys, part) }

  /// A key, `headers.NAME`, `trailers.NAME`, or a name of tshark's; nil for others.
  init?(_ name: String) {
    if let key = MessageKey(name) {
      self.init(MessageKeys(key))
    } else if let known = Self.tshark[name] {
      self = known
    } else if let header = Self.header(name) {
      self = header
    } else {
      return nil
    }
  }

  private static func header(_ name: String) -> FieldSelector? {
    func rest(_ prefix: String) -> [UInt8]? {
      name.utf8.count > prefix.utf8.count && name.hasPrefix(prefix)
        ? Array(name.utf8.dropFirst(prefix.utf8.count)) : nil
    }
    if let header = rest("headers.") { return FieldSelector(MessageKeys(.headers), .header(header)) }
    if let header = rest("trailers.") { return FieldSelector(MessageKeys(.trailers), .header(header)) }
    guard let header = rest("http2.headers.") else { return nil }
    let isPseudo = ["method", "scheme", "authority", "path", "status"].contains {
      $0.utf8.elementsEqual(header)
    }
    let dashed = header.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    return FieldSelector(
      [.init(.headers), .init(.trailers)], .header(isPseudo ? Array(":".utf8) + header : dashed))
  }

  /// What tshark calls it.
  private static let tshark: [String: FieldSelector] = {
    let ends: MessageKeys = [.init(.source), .init(.destination)]
    let lists: MessageKeys = [.init(.headers), .init(.trailers)]
    var names: [String: FieldSelector] = [
      "frame.time_relative": .init(.init(.time), .sinceStart), "frame.time": .init(.init(.time), .date),
      "ip.src": .init(.init(.source), .address(isIPv6: false)),
      "ip.dst": .init(.init(.destination), .address(isIPv6: false)),
      "ip.addr": .init(ends, .address(isIPv6: false)),
      "ipv6.src": .init(.init(.source), .address(isIPv6: true)),
      "ipv6.dst": .init(.init(.destination), .address(isIPv6: true)),
      "ipv6.addr": .init(ends, .address(isIPv6: true)),
      "tcp.srcport": .init(.init(.source), .port), "tcp.dstport": .init(.init(.destination), .port),
      "tcp.port": .init(ends, .port),
      "http2.header.name": .init(lists, .headerNames), "http2.header.value": .init(lists, .headerValues),
    ]
    for (name, key) in keys { names[name] = .init(.init(key)) }
    return names
  }()

  /// Those that mean a whole key.
  private static let keys: [String: MessageKey] = [
    "frame.number": .packet, "frame.time_epoch": .time, "tcp.stream": .flow, "frame.file_name": .file,
    "_ws.col.Protocol": .wireProtocol, "_ws.col.protocol": .wireProtocol, "_ws.expert.message": .findings,
    "http2.streamid": .stream, "http2.type": .type, "http2.flags": .flags, "http2.length": .length,
    "http2.data.data": .content, "http2.body.reassembled.data": .content,
    "http2.body.reassembled.length": .bodyLength, "http2.body.reassembled.in": .endPacket,
    "http2.rst_stream.error": .errorCode, "http2.goaway.error": .errorCode,
    "http2.goaway.last_stream_id": .lastStream, "http2.goaway.addata": .debug,
    "http2.settings.id": .settings, "http2.ping": .ping, "http2.pong": .ping,
    "http2.window_update.window_size_increment": .windowIncrement,
    "http2.push_promise.promised_stream_id": .promisedStream,
    "grpc.message_length": .grpcLengths, "grpc.compressed_flag": .grpcCompressed,
  ]

  /// Of names of headers, those that are typed most.
  private static let headers = [
    "method", "scheme", "authority", "path", "status", "content_type", "content_length", "user_agent",
  ].map { "http2.headers.\($0)" }

  /// The known name that `name` may have meant, or nil.
  static func nearest(to name: String) -> String? {
    let keys = MessageKey.allCases.map(\.name.description)
    // `bolt.id` and `http2.path` are none of tshark's: the key is what stands behind the dot.
    let last = String(name[(name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex)...])
    return Suggestion.nearest(to: name, among: tshark.keys.sorted() + headers)
      ?? Suggestion.nearest(to: last, among: keys)
  }
}

/// Some of the keys.
struct MessageKeys: OptionSet, Sendable {
  let rawValue: UInt128
  init(rawValue: UInt128) { self.rawValue = rawValue }
  init(_ key: MessageKey) { rawValue = 1 << UInt128(key.rawValue) }
}
