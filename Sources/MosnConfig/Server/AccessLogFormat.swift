/// What stands in a line of an access log: text with `%name%` items.
///
/// Names are those of MOSN 0.2.1 (`%StartTime%`) and of later versions (`%start_time%`); `%REQ.name%` and
/// `%RESP.name%` are headers. `\%` is a percent sign.
public struct AccessLogFormat: Hashable, Sendable {
  public private(set) var parts: [Part] = []
  /// Names that mean nothing here; their items stay as they are.
  private(set) var unknownNames: [String] = []
  /// The last percent sign begins an item that does not end; it stays as it is.
  private(set) var isUnfinished = false

  public enum Part: Hashable, Sendable {
    case text(String)
    case item(Item)
    case requestHeader(String)
    case responseHeader(String)
  }

  public enum Item: CaseIterable, Sendable {
    case startTime, requestReceivedDuration, responseReceivedDuration, bytesSent, bytesReceived, `protocol`
    case responseCode, duration, responseFlag, upstreamLocalAddress, downstreamLocalAddress
    case downstreamRemoteAddress, upstreamHost, upstreamCluster, requestID, streamID, boltStatus, listener
    case connectionID, upstreamConnectionID
  }

  /// MOSN's, in MOSN's order.
  static let standard = [
    "StartTime", "RequestReceivedDuration", "ResponseReceivedDuration", "BytesSent", "BytesReceived",
    "Protocol", "ResponseCode", "Duration", "ResponseFlag", "ResponseCode", "UpstreamLocalAddress",
    "DownstreamLocalAddress", "DownstreamRemoteAddress", "UpstreamHostSelected",
  ].map { "%\($0)%" }.joined(separator: " ")

  /// - Parameter text: empty for the standard one.
  public init(_ text: String) {
    var rest = (text.isEmpty ? Self.standard : text)[...]
    var literal = ""
    while let start = rest.firstIndex(of: "%") {
      literal += rest[..<start]
      rest = rest[rest.index(after: start)...]
      if literal.last == "\\" {
        literal = String(literal.dropLast()) + "%"
        continue
      }
      guard let end = rest.firstIndex(of: "%") else {
        literal += "%"
        isUnfinished = true
        break
      }
      add(literal: &literal)
      add(item: rest[..<end])
      rest = rest[rest.index(after: end)...]
    }
    literal += rest
    add(literal: &literal)
  }

  /// Headers that the items name.
  public var headers: [String] {
    parts.compactMap { part in
      switch part {
      case .requestHeader(let name), .responseHeader(let name): name
      case .text, .item: nil
      }
    }
  }

  private mutating func add(literal: inout String) {
    if !literal.isEmpty { parts.append(.text(literal)) }
    literal = ""
  }

  private mutating func add(item name: Substring) {
    let upper = name.uppercased()
    if upper.hasPrefix("REQ.") {
      parts.append(.requestHeader(String(name.dropFirst(4))))
    } else if upper.hasPrefix("RESP.") {
      parts.append(.responseHeader(String(name.dropFirst(5))))
    } else if let item = Self.item(named: name) {
      parts.append(.item(item))
    } else {
      parts.append(.text("%\(name)%"))
      unknownNames.append(String(name))
    }
  }

  private static func item(named name: Substring) -> Item? {
    let plain = name.filter { $0 != "_" }.lowercased()
    if plain == "upstreamhostselected" { return .upstreamHost }
    return Item.allCases.first { "\($0)".lowercased() == plain }
  }
}
