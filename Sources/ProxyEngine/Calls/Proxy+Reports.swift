import BoltCodec
import H2Codec
import MosnBytes
import Translate

// What is told about calls.

extension Proxy {
  mutating func report(_ call: ExchangeID, _ caller: ConnectionID, _ error: ProxyError?) {
    var record = AccessRecord()
    record.end = now
    record.failure = error
    record.listener = connections[caller].listener?.name ?? ""
    record.downstreamRemote = connections[caller].remote
    record.downstreamLocal = connections[caller].local
    if let callee = connections.live(exchanges[call].callee) {
      record.upstreamProtocol = connections[callee].wire
      record.upstreamLocal = connections[callee].local
    }
    exchanges[call].describe(in: &record)
    if !recordedNames.isEmpty { exchanges[call].describeFields(in: &record) }
    events.append(.ended(record))
  }

  mutating func report(losses: Int, of call: ExchangeID, _ what: String) {
    if losses > 0, reportsCalls {
      events.append(.lost(streamID: exchanges[call].number, what: what, count: losses))
    }
  }

  mutating func note(_ key: LimitMet.Key, _ most: Int, _ found: Int, of id: ConnectionID) {
    events.append(.limitMet(id, LimitMet(key, most: most, found: found)))
  }

  /// A call is refused, perhaps because its connection has too many.
  mutating func noteCalls(of caller: ConnectionID) {
    let calls = connections[caller].calls.count
    guard calls > limits.callsPerConnection else { return }
    note(.callsPerConnection, limits.callsPerConnection, calls, of: caller)
  }

  /// What a peer sent cannot be used: it met a limit, or broke a rule.
  mutating func noteFault(of id: ConnectionID) {
    if let limit = peers.limitMet(of: connections[id].peer) {
      events.append(.limitMet(id, limit))
    } else {
      events.append(.misbehaved(id, peers.fault(of: connections[id].peer)))
    }
  }

  /// A frame that was made here must not be sent.
  mutating func note(_ offence: BoltOffence, of id: ConnectionID) {
    if let limit = offence.limit { return events.append(.limitMet(id, limit)) }
    events.append(.misbehaved(id, "\(offence)"))
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
  mutating func noteListSize(_ size: Int, of connection: ConnectionID) {
    note(.peersHeaderListSize, peers.longestList(of: connections[connection].peer), size, of: connection)
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

  func record(_ list: H2HeaderList) -> [String?] {
    record(HTTP2Headers(fields: list.fields), in: list.bytes.span.bytes)
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
