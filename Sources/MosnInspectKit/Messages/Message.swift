import BoltCodec
import MosnPackets
import MosnWire

/// One message of a protocol as it was found in the capture.
///
/// A bolt frame is a view of its decoder's buffer, and so is a frame of HTTP/2. Who keeps a message asks for one that is
/// `owned`: this one keeps all of that buffer, and makes the decoder copy it.
public struct Message: Sendable {
  /// The packet that completed the message (its first frame, for HTTP/2).
  public var place: Place
  public var content: Content
  public var findings: [Finding]
  /// When its first byte came, if that was in a packet before.
  var begun: Arrival?

  public enum Content: Sendable {
    /// A bolt frame; its ranges index `bytes`.
    case bolt(BoltFrame, bytes: [UInt8])
    case http2(HTTP2Message)
    case http2Frame(HTTP2FrameMessage)
    /// No message, but findings for which none came: they wait for the next of their direction, and this one has ended.
    case findings(WireProtocol)
  }
}

extension Message {
  /// The same message with bytes of its own, and no others.
  public func owned() -> Message {
    var message = self
    switch content {
    case .bolt(let frame, let bytes):
      message.content = .bolt(frame.moved(to: 0), bytes: Array(bytes[frame.range]))
    case .http2Frame(let frame): message.content = .http2Frame(frame.owned())
    case .http2, .findings: break
    }
    return message
  }
}

/// Where and when something was seen.
public struct Place: Sendable, Equatable {
  /// Number of the TCP connection in the capture, from 0.
  public var flow: Int
  public var packet: PacketNumber
  /// Nanoseconds since the epoch.
  public var time: Int64
  public var source: Endpoint
  public var destination: Endpoint
}

extension Place {
  init(_ arrival: Arrival, of flow: Int, from source: Endpoint, to destination: Endpoint) {
    self.init(
      flow: flow, packet: arrival.packet, time: arrival.time, source: source, destination: destination)
  }

  var arrival: Arrival { Arrival(packet: packet, time: time) }
}
