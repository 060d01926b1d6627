/// What a peer speaks. One more protocol is one more case here, with a peer of its own, and a crossing where its
/// messages have a form that no other has: HTTP/1.1 would carry fields, as HTTP/2 does.
enum PeerKind: UInt8, CaseIterable {
  /// Nothing yet: the first bytes will tell.
  case opening
  case bolt
  case http2

  init(_ wire: ConnectionProtocol) {
    switch wire {
    case .unknown: self = .opening
    case .boltV1, .boltV2: self = .bolt
    case .http2: self = .http2
    }
  }

  /// How it is named before a frame has said its version.
  var wire: ConnectionProtocol {
    switch self {
    case .opening: .unknown
    case .bolt: .boltV1
    case .http2: .http2
    }
  }

  /// What messages are made of, and so what has to be translated into what.
  enum Form {
    /// Whole frames, each with all of its message.
    case frames
    /// A list of fields, then content as it comes, then perhaps fields again.
    case fields
  }

  var form: Form {
    switch self {
    case .opening, .bolt: .frames
    case .http2: .fields
    }
  }

  /// Each message is bounded by a window, and the output by its reader: such a peer is seldom told to stop, and goes
  /// on with what it held back when output was taken.
  var hasWindows: Bool {
    switch self {
    case .opening, .bolt: false
    case .http2: true
    }
  }

  /// ALPN agrees on it, as `h2`.
  var isOfferedAsH2: Bool {
    switch self {
    case .opening, .bolt: false
    case .http2: true
    }
  }

  /// It has a word for the end of a connection, after which clients close it themselves.
  var saysFarewell: Bool {
    switch self {
    case .opening, .bolt: false
    case .http2: true
    }
  }

  /// A server that was silent is asked again and again whether it is there; another is only when a call waited in vain.
  var isAskedRegularly: Bool {
    switch self {
    case .opening, .bolt: true
    case .http2: false
    }
  }

  /// The silence after which a server is asked whether it is there, in nanoseconds; 0: never.
  func silence(bolt: UInt64, http2: UInt64) -> UInt64 {
    switch self {
    case .opening, .bolt: bolt
    case .http2: http2
    }
  }
}
