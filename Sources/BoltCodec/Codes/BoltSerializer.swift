/// The codec byte: how the content is serialized. Open: unknown values survive a round trip, and nothing in
/// this library looks into content by it.
@frozen
public struct BoltSerializer: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// What the Go server writes; a table entry nowhere else.
  @inlinable public static var hessian: BoltSerializer { BoltSerializer(rawValue: 0) }
  @inlinable public static var hessian2: BoltSerializer { BoltSerializer(rawValue: 1) }
  @inlinable public static var java: BoltSerializer { BoltSerializer(rawValue: 2) }
  @inlinable public static var protobuf: BoltSerializer { BoltSerializer(rawValue: 11) }
  @inlinable public static var json: BoltSerializer { BoltSerializer(rawValue: 12) }
  @inlinable public static var msgpack: BoltSerializer { BoltSerializer(rawValue: 13) }
  @inlinable public static var protostuff: BoltSerializer { BoltSerializer(rawValue: 14) }
  @inlinable public static var fury: BoltSerializer { BoltSerializer(rawValue: 22) }
  @inlinable public static var fory: BoltSerializer { BoltSerializer(rawValue: 23) }

  /// SOFARPC's name of the serializer; nil for an unknown one.
  @inline(__always)
  public var name: String? {
    switch self {
    case .hessian: "hessian"
    case .hessian2: "hessian2"
    case .java: "java"
    case .protobuf: "protobuf"
    case .json: "json"
    case .msgpack: "msgpack"
    case .protostuff: "protostuff"
    case .fury: "fury"
    case .fory: "fory"
    default: nil
    }
  }
}

extension BoltSerializer: CustomStringConvertible {
  public var description: String { name ?? "codec \(rawValue)" }
}
