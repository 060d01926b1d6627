/// The body of a message while its DATA comes.
struct HTTP2Body {
  /// Bytes without padding; lost ones count.
  private(set) var length = 0
  /// How far it is one of gRPC; nil for others.
  var grpc: GRPCFraming?
  /// Its beginning; nil where no output shows it.
  private(set) var kept: KeptBody?

  /// - Parameter limit: bytes kept of it for an output that shows them.
  init(_ form: GRPCForm, keeping limit: Int) {
    grpc = form == .none ? nil : GRPCFraming(form)
    kept = limit > 0 ? KeptBody(limit: limit) : nil
  }

  /// Takes what a frame brought; gives back how much more is held for it.
  ///
  /// - Parameters:
  ///   - intact: how many of the bytes stand before the first that is missing.
  ///   - lost: how many are missing.
  mutating func receive(_ bytes: RawSpan, intact: Int, lost: Int) -> Int {
    length += bytes.byteCount + lost
    guard grpc != nil || kept != nil else { return 0 }
    let before = heldBytes
    grpc?.append(bytes)
    kept?.append(bytes.extracting(first: intact))
    if lost > 0 {
      grpc?.lose(lost)
      kept?.lose()
    }
    return heldBytes - before
  }

  var heldBytes: Int { (grpc?.heldBytes ?? 0) + (kept?.bytes.count ?? 0) }
}

extension HTTP2Message {
  /// Has the body that came, for those who are handed the message.
  func take(_ body: HTTP2Body) { (bodyLength, grpc, self.body) = (body.length, body.grpc, body.kept) }
}
