/// The type of a frame (RFC 9113 §6). Open: a type nobody knows keeps its number.
@frozen public struct H2FrameType: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let data = H2FrameType(rawValue: 0x0)
  public static let headers = H2FrameType(rawValue: 0x1)
  public static let priority = H2FrameType(rawValue: 0x2)
  public static let reset = H2FrameType(rawValue: 0x3)
  public static let settings = H2FrameType(rawValue: 0x4)
  public static let pushPromise = H2FrameType(rawValue: 0x5)
  public static let ping = H2FrameType(rawValue: 0x6)
  public static let goAway = H2FrameType(rawValue: 0x7)
  public static let windowUpdate = H2FrameType(rawValue: 0x8)
  public static let continuation = H2FrameType(rawValue: 0x9)
  /// RFC 9218 §7.1; nothing here reads it, but a search for frame boundaries must know that it is honest.
  public static let priorityUpdate = H2FrameType(rawValue: 0x10)
}

extension H2FrameType: CustomStringConvertible {
  /// The RFC's name, or the number of an unknown type.
  public var description: String {
    switch rawValue {
    case 0x0: "DATA"
    case 0x1: "HEADERS"
    case 0x2: "PRIORITY"
    case 0x3: "RST_STREAM"
    case 0x4: "SETTINGS"
    case 0x5: "PUSH_PROMISE"
    case 0x6: "PING"
    case 0x7: "GOAWAY"
    case 0x8: "WINDOW_UPDATE"
    case 0x9: "CONTINUATION"
    case 0x10: "PRIORITY_UPDATE"
    default: "type \(rawValue)"
    }
  }
}

/// The flags of a frame (RFC 9113 §4.1). Bits without a meaning for the frame's type are kept and ignored.
@frozen public struct H2FrameFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// DATA, HEADERS: the sender's last frame on this stream.
  public static let endStream = H2FrameFlags(rawValue: 0x1)
  /// SETTINGS, PING: an answer.
  public static let acknowledgement = H2FrameFlags(rawValue: 0x1)
  /// HEADERS, PUSH_PROMISE, CONTINUATION: the field block ends here.
  public static let endHeaders = H2FrameFlags(rawValue: 0x4)
  /// DATA, HEADERS, PUSH_PROMISE: the payload begins with the length of padding at its end.
  public static let padded = H2FrameFlags(rawValue: 0x8)
  /// HEADERS: five bytes of priority come before the field block.
  public static let priority = H2FrameFlags(rawValue: 0x20)
}

/// Why a stream or a connection ended (RFC 9113 §7). Open: an unknown code survives.
@frozen public struct H2ErrorCode: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let noError = H2ErrorCode(rawValue: 0x0)
  public static let protocolError = H2ErrorCode(rawValue: 0x1)
  public static let internalError = H2ErrorCode(rawValue: 0x2)
  public static let flowControlError = H2ErrorCode(rawValue: 0x3)
  public static let settingsTimeout = H2ErrorCode(rawValue: 0x4)
  public static let streamClosed = H2ErrorCode(rawValue: 0x5)
  public static let frameSizeError = H2ErrorCode(rawValue: 0x6)
  public static let refusedStream = H2ErrorCode(rawValue: 0x7)
  public static let cancel = H2ErrorCode(rawValue: 0x8)
  public static let compressionError = H2ErrorCode(rawValue: 0x9)
  public static let connectError = H2ErrorCode(rawValue: 0xa)
  public static let enhanceYourCalm = H2ErrorCode(rawValue: 0xb)
  public static let inadequateSecurity = H2ErrorCode(rawValue: 0xc)
  public static let http11Required = H2ErrorCode(rawValue: 0xd)
}

extension H2ErrorCode: CustomStringConvertible {
  /// The RFC's name, or the number of an unknown code.
  public var description: String {
    switch rawValue {
    case 0x0: "NO_ERROR"
    case 0x1: "PROTOCOL_ERROR"
    case 0x2: "INTERNAL_ERROR"
    case 0x3: "FLOW_CONTROL_ERROR"
    case 0x4: "SETTINGS_TIMEOUT"
    case 0x5: "STREAM_CLOSED"
    case 0x6: "FRAME_SIZE_ERROR"
    case 0x7: "REFUSED_STREAM"
    case 0x8: "CANCEL"
    case 0x9: "COMPRESSION_ERROR"
    case 0xa: "CONNECT_ERROR"
    case 0xb: "ENHANCE_YOUR_CALM"
    case 0xc: "INADEQUATE_SECURITY"
    case 0xd: "HTTP_1_1_REQUIRED"
    default: "code \(rawValue)"
    }
  }
}

/// Which side of a connection somebody is (RFC 9113 §2.2).
public enum H2Role: UInt8, Sendable {
  case client, server

  @inlinable public var peer: H2Role { self == .client ? .server : .client }
}
