import MosnConfig

/// What clients may speak on a listener.
struct DownstreamProtocols {
  private(set) var bolt = false
  private(set) var http2 = false
  /// Configured; the engine does not speak it, and says so.
  private var http1 = false

  init(_ names: [ProtocolName]) {
    for name in names {
      switch name {
      case .sofaRpc, .bolt, .boltv2: bolt = true
      case .http2: http2 = true
      case .http1: http1 = true
      case .auto: (bolt, http2, http1) = (true, true, true)
      default: break
      }
    }
  }

  /// No client could be answered.
  var isEmpty: Bool { !bolt && !http2 && !http1 }

  func includes(_ wire: ConnectionProtocol) -> Bool {
    switch wire {
    case .boltV1, .boltV2: bolt
    case .http2: http2
    case .unknown: false
    }
  }

  /// Clients of HTTP/2 may be tried in HTTP/1, too.
  var answersHTTP1: Bool { http1 || http2 }

  /// The answer to a request in HTTP/1 (RFC 9110 §15.6.6): the version is not supported, and which are.
  ///
  /// - Parameter hasBody: false for the method HEAD.
  func http1Answer(hasBody: Bool) -> [UInt8] {
    let spoken = [http2 ? "HTTP/2 with prior knowledge" : nil, bolt ? "bolt" : nil].compactMap { $0 }
    let body =
      "mosnd does not speak HTTP/1 here"
      + (spoken.isEmpty ? "" : ", only \(spoken.joined(separator: " and "))")
      + ".\n"
    let head = """
      HTTP/1.1 505 HTTP Version Not Supported\r
      content-type: text/plain; charset=utf-8\r
      content-length: \(body.utf8.count)\r
      connection: close\r
      \r

      """
    return Array((hasBody ? head + body : head).utf8)
  }

  /// `HTTP/2, bolt`, for remarks about who speaks something else.
  var names: String {
    [http2 ? "HTTP/2" : nil, bolt ? "bolt" : nil, http1 ? "HTTP/1" : nil].compactMap { $0 }
      .joined(separator: ", ")
  }
}
