import MosnWire

/// A user's word that a port speaks a protocol: `tcp.port==12200,bolt`, as tshark's `-d` has it.
public struct PortAssignment: Sendable, Equatable {
  public var port: UInt16
  public var wireProtocol: WireProtocol

  /// Nil when `text` is no assignment.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let known = WireProtocol(rawValue: String(parts[1])) else { return nil }
    let condition = parts[0].split(separator: "=", omittingEmptySubsequences: true)
    guard condition.count == 2, condition[0] == "tcp.port", parts[0].contains("=="),
      let port = UInt16(condition[1])
    else { return nil }
    self.port = port
    wireProtocol = known
  }
}
