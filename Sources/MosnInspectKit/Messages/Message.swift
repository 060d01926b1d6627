import BoltCodec
import MosnPackets
import MosnWire

/// One message of a protocol as it was found in the capture.
///
/// A bolt frame is a view of the decoder's buffer: a message is good for the length of the call it is handed to.
public struct Message {
  /// The packet that completed the message (its first frame, for HTTP/2).
  public var place: Place
  public var content: Content
  public var findings: [Finding]

  public enum Content {
    /// A bolt frame; its ranges index `bytes`.
    case bolt(BoltFrame, bytes: [UInt8])
    case http2(HTTP2Message)
    case http2Frame(HTTP2FrameMessage)
    /// No message, but findings for which none came: they wait for the next of their direction, and this one has ended.
    case findings(WireProtocol)
  }
}

/// Where and when something was seen.
public struct Place: Sendable, Equatable {
  /// Number of the packet in the capture, from 1.
  public var packet: Int
  /// Nanoseconds since the epoch.
  public var time: Int64
  public var source: Endpoint
  public var destination: Endpoint
}

extension Place {
  init(_ arrival: Arrival, from source: Endpoint, to destination: Endpoint) {
    self.init(packet: arrival.packet, time: arrival.time, source: source, destination: destination)
  }

  var arrival: Arrival { Arrival(packet: packet, time: time) }
}
