import BoltCodec
import H2Codec
import MosnBytes
import Translate

// What is told about calls.

extension Proxy {
  mutating func report(_ call: Exchange, _ caller: Connection, _ error: ProxyError?) {
    var record = AccessRecord()
    let callee = connections[call.callee]
    record.listener = caller.listener?.name ?? ""
    record.streamID = call.number
    record.requestID = call.callerIsHTTP2 ? call.callerKey : call.boltHead.id
    record.downstream = caller.id
    record.upstream = call.callee
    record.downstreamProtocol = call.callerProtocol
    record.upstreamProtocol = callee?.wire ?? .unknown
    record.downstreamRemote = caller.remote
    record.downstreamLocal = caller.local
    record.upstreamLocal = callee?.local ?? ""
    record.upstreamHost = call.host?.address
    record.cluster = call.hosts?.cluster.name ?? ""
    record.isOneway = call.isOneway
    record.start = call.times.start
    record.requestReceived = call.times.requestReceived
    record.responseReceived = call.times.responseReceived
    record.end = now
    record.bytesReceived = call.times.bytesReceived
    record.bytesSent = call.times.bytesSent
    record.boltStatus = call.times.boltStatus
    record.httpStatus =
      call.times.httpStatus > 0 ? call.times.httpStatus : call.times.boltStatus.map(StatusRule.http) ?? 0
    record.failure = error
    record.retries = Int(call.retries)
    record.requestHeaders = call.requestHeaders
    record.responseHeaders = call.responseHeaders
    if !recordedNames.isEmpty, call.callerIsHTTP2 {
      func text(_ name: StaticString) -> String { call.list.value(of: name).map(call.list.string) ?? "" }
      (record.method, record.path, record.authority) = (text(":method"), text(":path"), text(":authority"))
    }
    events.append(.ended(record))
  }

  mutating func report(losses: Int, of call: Exchange, _ what: String) {
    if losses > 0, reportsCalls { events.append(.lost(streamID: call.number, what: what, count: losses)) }
  }

  mutating func note(_ key: LimitMet.Key, _ most: Int, _ found: Int, of id: ConnectionID) {
    events.append(.limitMet(id, LimitMet(key, most: most, found: found)))
  }

  /// A call is refused, perhaps because its connection has too many.
  mutating func noteCalls(of caller: Connection) {
    guard caller.calls.count > limits.callsPerConnection else { return }
    note(.callsPerConnection, limits.callsPerConnection, caller.calls.count, of: caller.id)
  }

  /// A frame must not be passed on.
  mutating func note(_ offence: BoltOffence, of id: ConnectionID, at offset: UInt64? = nil) {
    if let limit = offence.limit { return events.append(.limitMet(id, limit)) }
    events.append(.misbehaved(id, "\(offence)" + (offset.map { " at offset \($0)" } ?? "")))
  }

  /// A frame cannot be read to its end.
  mutating func note(_ error: BoltError, of id: ConnectionID) {
    guard error.rule == .tooManyHeaderEntries else {
      return events.append(.misbehaved(id, error.description))
    }
    events.append(
      .limitMet(id, LimitMet(.headerEntries, most: limits.bolt.headerEntries, found: Int(error.found))))
  }

  /// A head cannot be translated.
  mutating func note(_ error: TranslationError, of id: ConnectionID) {
    switch error.rule {
    case .tooManyFields:
      let most = limits.bolt.headerEntries
      events.append(.limitMet(id, LimitMet(.headerEntries, most: most, found: most + 1)))
    case .tooLong:
      events.append(
        .limitMet(
          id, LimitMet(.boltHeaderLength, most: limits.boltHeaderLength, found: Int(error.found ?? 0))))
    case .command, .pseudoHeader, .host, .property, .repeated, .contentLength, .mapField:
      events.append(.misbehaved(id, error.description))
    }
  }

  /// A peer does not take so long a list.
  mutating func noteListSize(_ list: H2HeaderList, of connection: Connection) {
    let most = connection.http2?.side.remoteSettings.maxHeaderListSize ?? 0
    events.append(.limitMet(connection.id, LimitMet(.peersHeaderListSize, most: most, found: list.size)))
  }

  /// The values of `recordedHeaders`.
  func record(_ headers: some HeaderLookup, in bytes: RawSpan) -> [String?] {
    var values: [String?] = []
    for name in recordedNames {
      if let value = headers.value(of: name, in: bytes) {
        values.append(bytes.string(value))
      } else {
        values.append(nil)
      }
    }
    return values
  }

  /// What a route changes in a request of HTTP/2.
  static func rewrite(_ list: inout H2HeaderList, _ route: CompiledRoute?) {
    guard let route, route.rewrites else { return }
    var rewritten = H2HeaderList()
    for (index, field) in list.fields.enumerated() {
      let value = list.bytes[field.value]
      if list.equals(field.name, ":path"), !route.prefixRewrite.isEmpty, value.starts(with: route.prefix) {
        rewritten.append(name: ":path", value: route.prefixRewrite + value.dropFirst(route.prefix.count))
      } else if list.equals(field.name, ":authority"), !route.hostRewrite.isEmpty {
        rewritten.append(name: ":authority", value: route.hostRewrite)
      } else {
        rewritten.append(index, of: list)
      }
    }
    list = rewritten
  }
}
