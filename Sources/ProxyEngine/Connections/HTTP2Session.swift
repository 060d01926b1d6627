import H2Codec

/// A side of an HTTP/2 connection at a place of its own: it is large, and is changed where it lies and never copied.
final class HTTP2Session {
  var side: H2Connection

  init(_ side: H2Connection) { self.side = side }
}
