extension UpstreamProtocol {
  /// Calls that come as fields do not go on as fields.
  var makesFramesOfFields: Bool { kind(for: .http2)?.form != .fields }
}
