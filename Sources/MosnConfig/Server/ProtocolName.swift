import MosnBytes

/// A protocol as the configuration names it.
public struct ProtocolName: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let sofaRpc = ProtocolName(rawValue: "SofaRpc")
  public static let http1 = ProtocolName(rawValue: "Http1")
  public static let http2 = ProtocolName(rawValue: "Http2")
  /// The frame of protocols that `extend_config.sub_protocol` names.
  public static let x = ProtocolName(rawValue: "X")
  public static let bolt = ProtocolName(rawValue: "bolt")
  public static let boltv2 = ProtocolName(rawValue: "boltv2")
  /// Detected from the first bytes.
  public static let auto = ProtocolName(rawValue: "Auto")

  static let known: [ProtocolName] = [.sofaRpc, .http1, .http2, .x, .bolt, .boltv2, .auto]

  /// What this daemon speaks. `Auto` stands for all of these that can be told apart.
  public static let spoken: Set<ProtocolName> = [.sofaRpc, .http2, .bolt, .boltv2]

  /// As a remark names it.
  var text: String {
    switch self {
    case .http1: "HTTP/1"
    case .x: "X, unless extend_config.sub_protocol says which protocol it is"
    default: rawValue
    }
  }

  var suggestion: String? {
    Self.known.contains(self)
      ? nil : Suggestion.nearest(to: rawValue, among: Self.known.map(\.rawValue))
  }
}

/// One or several protocols, in the file a string with commas.
public struct ProtocolNames: Hashable, Sendable {
  public var names: [ProtocolName] = []
  public init(_ names: [ProtocolName] = []) { self.names = names }
}

extension ProtocolNames {
  /// Warns of a protocol of servers that is not spoken; the first one counts.
  func checkServers(_ path: String, _ reader: inout ConfigurationReader) {
    guard let name = names.first, name != .auto, !ProtocolName.spoken.contains(name) else { return }
    reader.report(
      .warning, path,
      "mosnd does not speak \(name.text): it connects to no server, and callers get 502 or, in bolt, status 16",
      suggestion: name.suggestion)
  }
}

extension ProtocolNames: ConfigurationValue {
  static let shape = "protocol names between commas"
  static let example = JSONValue(.string("SofaRpc,Http2"))

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> ProtocolNames?
  {
    String.read(json, at: path, &reader).map { text in
      ProtocolNames(
        // Masked first: the parts of a key would not be known for what they are.
        PrivateKeys.masked(text).split(separator: ",").map { name in
          let blank: (Character) -> Bool = { $0 == " " }
          return ProtocolName(rawValue: String(name.trimming(blank)))
        })
    }
  }

  var json: JSONValue? { JSONValue(.string(names.map(\.rawValue).joined(separator: ","))) }
}

extension Substring {
  fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
    let end = lastIndex { !isBlank($0) }.map(index(after:)) ?? startIndex
    return self[..<end].drop(while: isBlank)
  }
}
