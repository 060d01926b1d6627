/// The protocols both programs read.
public enum WireProtocol: String, Sendable, Hashable, CaseIterable {
  case bolt
  case http2
}
