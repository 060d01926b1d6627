import BoltCodec
import MosnPackets

/// A TCP connection as a line of a list: who, what, how much, and how it ended.
public struct FlowRecord: Sendable {
  /// Its number in the capture, from 0, in the order of first packets.
  public var number: Int
  public var client: Endpoint
  public var server: Endpoint
  public var roles: Roles
  /// The networks in which it was seen, such as `VLAN 10`.
  public var networks: [NetworkTag]
  public var firstPacket: PacketNumber
  public var lastPacket: PacketNumber
  /// Capture times of these, nanoseconds since the epoch.
  public var firstTime: Int64
  public var lastTime: Int64
  public var fromClient: Side
  public var fromServer: Side
  public var content: FlowContent
  public var proxyHeader: ProxyAddresses?
  public var ending: FlowEnding
  public var messages: Int
  public var findings: Int
  public var gaps: Int
  public var gapBytes: Int
  public var undecodedBytes: Int

  /// Packets, and the TCP payload they had on the wire; exact copies of a packet are left out, retransmissions are not.
  public struct Side: Sendable, Equatable {
    public var packets: Int
    public var bytes: Int
  }

  /// What tells the client from the server.
  public enum Roles: String, Sendable {
    case syn
    /// What they said.
    case content
    /// Nothing but that servers have lower ports.
    case ports
  }
}

/// What is said on a connection.
public enum FlowContent: Sendable, Equatable {
  case bolt(versions: Set<BoltVersion>)
  /// `isUpgraded`: HTTP/1.1 stood before it, an upgrade or a CONNECT.
  case http2(isUpgraded: Bool)
  case unread(UnreadTraffic)
  /// No payload was captured.
  case empty
}

extension FlowContent {
  /// For people. It may quote what a stranger wrote.
  public var text: String {
    switch self {
    case .bolt(let versions):
      "bolt" + (versions.isEmpty ? "" : " " + BoltVersion.all(of: versions).joined(separator: ", "))
    case .http2(let isUpgraded): isUpgraded ? "HTTP/2 after HTTP/1.1" : "HTTP/2"
    case .unread(let traffic): traffic.text
    case .empty: "no payload"
    }
  }

  /// The word that stands in JSON; nil where nothing is known.
  public var name: String? {
    switch self {
    case .bolt: "bolt"
    case .http2: "http2"
    case .unread(let traffic): traffic.wireProtocol?.rawValue
    case .empty: nil
    }
  }
}

extension BoltVersion {
  fileprivate static func all(of versions: Set<BoltVersion>) -> [String] {
    versions.map { "v\($0.rawValue)" }.sorted()
  }
}
