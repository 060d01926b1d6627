/// How the messages of a call get from its caller's protocol into its server's:
///
/// | caller → server | request | answer |
/// |---|---|---|
/// | frames → frames | the frame, under another id | the frame, under the caller's id |
/// | frames → fields | a translated head, then the content as windows take it | held until it is whole |
/// | fields → frames | held until it is whole | a translated head, then the content as windows take it |
/// | fields → fields | the fields, and the content as it comes | the same |
extension Exchange {
  /// Fields on both sides: heads pass as they are, bodies as they come.
  var passesFields: Bool { callerKind.form == .fields && calleeKind.form == .fields }

  /// Its caller's number of it, for logs.
  var requestID: UInt32 {
    switch callerKind.form {
    case .frames: boltHead.id
    case .fields: callerKey
    }
  }
}
