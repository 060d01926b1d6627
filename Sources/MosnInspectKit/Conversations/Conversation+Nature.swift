import BoltCodec

extension Conversation {
  /// What is known of a conversation besides its messages.
  struct Nature {
    var versions: Set<BoltVersion> = []
    var client: Direction?
    var proxyHeader: ProxyAddresses?
    /// Whether HTTP/1.1 was spoken before.
    var hasLeadIn = false

    mutating func note(_ frame: BoltFrame, in direction: Direction) {
      if !versions.contains(frame.version) { versions.insert(frame.version) }
      guard client == nil else { return }
      switch frame.kind {
      case .request, .oneway, .heartbeat: client = direction
      case .response, .heartbeatAck: client = direction.other
      case .goaway: break
      }
    }
  }
}
