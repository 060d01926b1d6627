/// The body of a message while its DATA comes.
struct HTTP2Body {
  /// Bytes without padding; lost ones count.
  private(set) var length = 0
  /// How far it is one of gRPC; nil for others.
  var grpc: GRPCFraming?

  init(_ form: GRPCForm) { grpc = form == .none ? nil : GRPCFraming(form) }

  /// Takes what a frame brought, behind which `lost` bytes are missing; gives back how much more is held for it.
  mutating func receive(_ bytes: RawSpan, lost: Int) -> Int {
    length += bytes.byteCount + lost
    guard let before = grpc?.heldBytes else { return 0 }
    grpc?.append(bytes)
    if lost > 0 { grpc?.lose(lost) }
    return heldBytes - before
  }

  var heldBytes: Int { grpc?.heldBytes ?? 0 }
}
