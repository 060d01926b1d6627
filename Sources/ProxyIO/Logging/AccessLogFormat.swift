import Proxy

/// What stands in a line of an access log: text with `%name%` items.
///
/// Names are those of MOSN 0.2.1 (`%StartTime%`) and of later versions (`%start_time%`); `%REQ.name%` and
/// `%RESP.name%` are headers. What has no value is `-`.
struct AccessLogFormat: Sendable {
  private let parts: [Part]
  /// Names that mean nothing here; their items stay as they are.
  let unknownNames: [String]

  private enum Part: Sendable {
    case text(String)
    case item(Item)
    case requestHeader(String)
    case responseHeader(String)
  }

  private enum Item: CaseIterable, Sendable {
    case startTime, requestReceivedDuration, responseReceivedDuration, bytesSent, bytesReceived, `protocol`
    case responseCode, duration, responseFlag, upstreamLocalAddress, downstreamLocalAddress
    case downstreamRemoteAddress, upstreamHost, upstreamCluster, requestID, streamID, boltStatus, listener
    case connectionID, upstreamConnectionID
  }

  /// Headers that the items name.
  var headers: [String] {
    parts.compactMap { part in
      switch part {
      case .requestHeader(let name), .responseHeader(let name): name
      case .text, .item: nil
      }
    }
  }

  /// MOSN's, in MOSN's order.
  static let standard = [
    "StartTime", "RequestReceivedDuration", "ResponseReceivedDuration", "BytesSent", "BytesReceived",
    "Protocol",
    "ResponseCode", "Duration", "ResponseFlag", "ResponseCode", "UpstreamLocalAddress",
    "DownstreamLocalAddress",
    "DownstreamRemoteAddress", "UpstreamHostSelected",
  ].map { "%\($0)%" }.joined(separator: " ")

  /// - Parameter text: empty for the standard one.
  init(_ text: String) {
    var parts: [Part] = []
    var unknown: [String] = []
    var rest = (text.isEmpty ? Self.standard : text)[...]
    while let start = rest.firstIndex(of: "%"),
      let end = rest[rest.index(after: start)...].firstIndex(of: "%")
    {
      parts.append(.text(String(rest[..<start])))
      let name = rest[rest.index(after: start)..<end]
      if name.uppercased().hasPrefix("REQ.") {
        parts.append(.requestHeader(String(name.dropFirst(4))))
      } else if name.uppercased().hasPrefix("RESP.") {
        parts.append(.responseHeader(String(name.dropFirst(5))))
      } else if let item = Self.item(named: name) {
        parts.append(.item(item))
      } else {
        parts.append(.text("%\(name)%"))
        unknown.append(String(name))
      }
      rest = rest[rest.index(after: end)...]
    }
    parts.append(.text(String(rest)))
    self.parts = parts
    unknownNames = unknown
  }

  /// With its end.
  ///
  /// - Parameters:
  ///   - recorded: the names of the headers in `record`, in their order.
  ///   - worker: whose connections the record names.
  func line(_ record: AccessRecord, recorded: [String], worker: Int, _ clock: inout WallClock) -> String {
    var line = ""
    for part in parts {
      switch part {
      case .text(let text): line += text
      case .item(let item): line += value(of: item, record, worker, &clock)
      case .requestHeader(let name): line += Self.value(of: name, recorded, record.requestHeaders)
      case .responseHeader(let name): line += Self.value(of: name, recorded, record.responseHeaders)
      }
    }
    return line + "\n"
  }

  private func value(of item: Item, _ record: AccessRecord, _ worker: Int, _ clock: inout WallClock) -> String
  {
    switch item {
    case .startTime: clock.text(ofMonotonic: record.start)
    case .requestReceivedDuration: Self.duration(from: record.start, to: record.requestReceived)
    case .responseReceivedDuration: Self.duration(from: record.start, to: record.responseReceived)
    case .bytesSent: "\(record.bytesSent)"
    case .bytesReceived: "\(record.bytesReceived)"
    case .protocol: "\(record.downstreamProtocol)"
    case .responseCode: record.httpStatus == 0 ? "-" : "\(record.httpStatus)"
    case .duration: Self.duration(from: record.start, to: record.end)
    case .responseFlag: record.failure.map { "\($0)" } ?? "-"
    case .upstreamLocalAddress: record.upstreamLocal.isEmpty ? "-" : record.upstreamLocal
    case .downstreamLocalAddress: record.downstreamLocal
    case .downstreamRemoteAddress: record.downstreamRemote
    case .upstreamHost: record.upstreamHost.map { "\($0)" } ?? "-"
    case .upstreamCluster: record.cluster.isEmpty ? "-" : record.cluster
    case .requestID: "\(record.requestID)"
    case .streamID: "\(record.streamID)"
    case .boltStatus: record.boltStatus.map { "\($0.rawValue)" } ?? "-"
    case .listener: record.listener
    case .connectionID: "\(worker).\(record.downstream)"
    case .upstreamConnectionID: record.upstreamHost == nil ? "-" : "\(worker).\(record.upstream)"
    }
  }

  private static func duration(from start: UInt64, to end: UInt64) -> String {
    end == 0 ? "-" : "\(Duration(nanoseconds: end &- start))"
  }

  /// A value from outside; what could forge a line is left out.
  private static func value(of header: String, _ names: [String], _ values: [String?]) -> String {
    guard let index = names.firstIndex(of: header), index < values.count, let value = values[index] else {
      return "-"
    }
    return String(
      String.UnicodeScalarView(value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
  }

  private static func item(named name: Substring) -> Item? {
    let plain = name.filter { $0 != "_" }.lowercased()
    if plain == "upstreamhostselected" { return .upstreamHost }
    return Item.allCases.first { "\($0)".lowercased() == plain }
  }
}
