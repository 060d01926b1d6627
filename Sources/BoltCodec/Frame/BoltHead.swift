/// The fixed header of a frame without its lengths, which follow from what stands behind it.
///
///     field             v1 request  v1 response  v2 request  v2 response
///     proto          1       0           0            0           0
///     ver1           1       -           -            1           1
///     type           1       1           1            2           2
///     cmd            2       2           2            3           3
///     ver2           1       4           4            5           5
///     id             4       5           5            6           6
///     codec          1       9           9           10          10
///     switch         1       -           -           11          11
///     timeout        4      10           -           12           -
///     status         2       -          10            -          12
///     class length   2      14          12           16          14
///     header length  2      16          14           18          16
///     content length 4      18          16           20          18
///     class name            22          20           24          22
///
/// All numbers are big-endian. Behind the class name: header map, content and, under `hasChecksum`, a CRC-32 over all
/// before it, which no length counts.
@frozen
public struct BoltHead: Sendable, Hashable {
  public var version: BoltVersion
  /// v2's protocol version: 2 gives the switch byte its meaning. 1 in v1, which does not carry it.
  public var ver1: UInt8
  public let type: BoltType
  /// The command's version: 1 from everyone but the Go server (0); peers ignore it.
  public var ver2: UInt8
  public var codec: BoltSerializer
  /// v2's switch byte, of which only `checksumSwitch` has a meaning; below 0x80. 0 in v1.
  public var switches: UInt8
  public var command: BoltCommand
  public var id: UInt32
  @usableFromInline var timeoutOrStatus: Int32

  /// Bit 0 of `switches`: a CRC-32 follows the content.
  @inlinable public static var checksumSwitch: UInt8 { 0x01 }

  /// Milliseconds the caller waits, -1 for no limit; nil in a response.
  @inlinable public var timeout: Int32? { type == .response ? nil : timeoutOrStatus }

  /// A request with another limit; nothing of a response.
  public mutating func limit(to timeout: Int32) { if type != .response { timeoutOrStatus = timeout } }

  /// nil in a request.
  @inlinable public var status: BoltStatus? {
    type == .response ? BoltStatus(rawValue: UInt16(truncatingIfNeeded: timeoutOrStatus)) : nil
  }

  @inlinable public var kind: BoltKind { BoltKind(type: type, command: command) }

  /// Four bytes of CRC-32 stand behind the content. With `ver1` 1 they do not, whatever the switch says.
  @inlinable public var hasChecksum: Bool {
    version == .v2 && ver1 == 2 && switches & Self.checksumSwitch != 0
  }

  /// Bytes of the fixed part: 22 or 20 in v1, 24 or 22 in v2.
  @inlinable @inline(__always) public var length: Int { Self.length(version, type) }

  @inlinable @inline(__always)
  static func length(_ version: BoltVersion, _ type: BoltType) -> Int {
    20 &+ (version == .v2 ? 2 : 0) &+ (type == .response ? 0 : 2)
  }

  /// The fixed header of a v2 request.
  static var longest: Int { 24 }

  /// Offset of the request id from the frame's first byte.
  @inlinable var idOffset: Int { version == .v2 ? 6 : 5 }

  @inlinable
  init(
    version: BoltVersion, ver1: UInt8, type: BoltType, ver2: UInt8, codec: BoltSerializer, switches: UInt8,
    command: BoltCommand, id: UInt32, timeoutOrStatus: Int32
  ) {
    self.version = version
    self.ver1 = ver1
    self.type = type
    self.ver2 = ver2
    self.codec = codec
    self.switches = switches
    self.command = command
    self.id = id
    self.timeoutOrStatus = timeoutOrStatus
  }
}

/// Heads as SOFABolt makes them. Versions, switches and codes can be set afterwards.
extension BoltHead {
  /// A call: `timeout` in milliseconds, -1 for no limit.
  public static func request(
    id: UInt32, timeout: Int32 = -1, codec: BoltSerializer = .hessian2, command: BoltCommand = .request
  ) -> BoltHead {
    BoltHead(
      version: .v1, ver1: 1, type: .request, ver2: 1, codec: codec, switches: 0, command: command, id: id,
      timeoutOrStatus: timeout)
  }

  public static func oneway(
    id: UInt32, timeout: Int32 = -1, codec: BoltSerializer = .hessian2, command: BoltCommand = .request
  ) -> BoltHead {
    BoltHead(
      version: .v1, ver1: 1, type: .oneway, ver2: 1, codec: codec, switches: 0, command: command, id: id,
      timeoutOrStatus: timeout)
  }

  public static func response(
    id: UInt32, status: BoltStatus = .success, codec: BoltSerializer = .hessian2,
    command: BoltCommand = .response
  ) -> BoltHead {
    BoltHead(
      version: .v1, ver1: 1, type: .response, ver2: 1, codec: codec, switches: 0, command: command, id: id,
      timeoutOrStatus: Int32(status.rawValue))
  }

  /// The answer to `request`: its version, id and codec; the switch byte only on success, as SOFABolt does it.
  public static func response(to request: BoltHead, status: BoltStatus = .success) -> BoltHead {
    var head = response(id: request.id, status: status, codec: request.codec)
    head.version = request.version
    head.ver1 = request.ver1
    head.switches = status == .success ? request.switches : 0
    return head
  }

  public static func heartbeat(id: UInt32) -> BoltHead { request(id: id, command: .heartbeat) }

  /// The answer to a heartbeat: its version and id, and never a CRC-32.
  public static func heartbeatAck(to heartbeat: BoltHead) -> BoltHead {
    var head = response(id: heartbeat.id, command: .heartbeat)
    head.version = heartbeat.version
    head.ver1 = heartbeat.ver1
    return head
  }

  public static func goaway(id: UInt32) -> BoltHead { request(id: id, timeout: 0, command: .goaway) }
}
