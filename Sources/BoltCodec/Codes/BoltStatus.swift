/// The status of a response. Open: unknown values survive a round trip, but a Java peer closes its connection
/// over one (`ResponseStatus.valueOf` throws), so none should be invented.
@frozen
public struct BoltStatus: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable public static var success: BoltStatus { BoltStatus(rawValue: 0x00) }
  @inlinable public static var error: BoltStatus { BoltStatus(rawValue: 0x01) }
  @inlinable public static var serverException: BoltStatus { BoltStatus(rawValue: 0x02) }
  @inlinable public static var unknown: BoltStatus { BoltStatus(rawValue: 0x03) }
  /// Overload: the server's thread pool is full.
  @inlinable public static var serverThreadpoolBusy: BoltStatus { BoltStatus(rawValue: 0x04) }
  @inlinable public static var errorComm: BoltStatus { BoltStatus(rawValue: 0x05) }
  /// No handler for the class.
  @inlinable public static var noProcessor: BoltStatus { BoltStatus(rawValue: 0x06) }
  @inlinable public static var timeout: BoltStatus { BoltStatus(rawValue: 0x07) }
  /// Local to the client in SOFABolt; MOSN sends it.
  @inlinable public static var clientSendError: BoltStatus { BoltStatus(rawValue: 0x08) }
  @inlinable public static var codecException: BoltStatus { BoltStatus(rawValue: 0x09) }
  /// Local to the client in SOFABolt; MOSN and anthunder send it.
  @inlinable public static var connectionClosed: BoltStatus { BoltStatus(rawValue: 0x10) }
  @inlinable public static var serverSerialException: BoltStatus { BoltStatus(rawValue: 0x11) }
  @inlinable public static var serverDeserialException: BoltStatus { BoltStatus(rawValue: 0x12) }

  /// SOFABolt's name of the status; nil for an unknown one.
  public var name: String? {
    switch self {
    case .success: "SUCCESS"
    case .error: "ERROR"
    case .serverException: "SERVER_EXCEPTION"
    case .unknown: "UNKNOWN"
    case .serverThreadpoolBusy: "SERVER_THREADPOOL_BUSY"
    case .errorComm: "ERROR_COMM"
    case .noProcessor: "NO_PROCESSOR"
    case .timeout: "TIMEOUT"
    case .clientSendError: "CLIENT_SEND_ERROR"
    case .codecException: "CODEC_EXCEPTION"
    case .connectionClosed: "CONNECTION_CLOSED"
    case .serverSerialException: "SERVER_SERIAL_EXCEPTION"
    case .serverDeserialException: "SERVER_DESERIAL_EXCEPTION"
    default: nil
    }
  }
}

extension BoltStatus: CustomStringConvertible {
  public var description: String { name ?? "status \(rawValue)" }
}
