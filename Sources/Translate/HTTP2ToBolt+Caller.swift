import BoltCodec
import H2Codec
import MosnBytes

/// Who calls, for answers to a head that is not translated, and may not even be one that could be.
extension HTTP2ToBolt {
  public struct Caller: Sendable, Hashable {
    /// The call as far as its fields say it.
    public let head: BoltHead
    public let dialect: H2Dialect
    /// The number the peer waits for in the answer's `requestid`; nil when it sent none.
    public let requestID: UInt32?
    public let isLean: Bool
  }

  /// - Parameter list: of a request; fields may be missing from it. Of a repeated field the first counts.
  public static func caller(_ list: H2HeaderList, id: UInt32) -> Caller {
    let bytes = list.bytes.span.bytes
    func number(_ name: StaticString) -> Int64? {
      list.value(of: name).flatMap { FieldValue.number(bytes, $0) }
    }
    var head = BoltHead.request(id: id)
    let isMosn =
      number("protocol") != nil
      && (list.value(of: "cmdtype") != nil || list.value(of: "cmdcode") != nil)
    guard isMosn else {
      let isSofa = list.value(of: "sofa_head_serialize_type") != nil
      return Caller(head: head, dialect: isSofa ? .sofarpc : .plain, requestID: nil, isLean: false)
    }
    if let codec = number("codec") {
      head.codec = BoltSerializer(rawValue: UInt8(truncatingIfNeeded: codec))
    }
    if let version = number("version") { head.ver2 = UInt8(truncatingIfNeeded: version) }
    if let ver1 = number("ver1"), 1...2 ~= ver1, let switches = number("switchcode"),
      0...127 ~= switches
    {
      (head.version, head.ver1, head.switches) = (.v2, UInt8(ver1), UInt8(switches))
    }
    return Caller(
      head: head, dialect: .mosn,
      requestID: number("requestid").map { UInt32(truncatingIfNeeded: $0) },
      isLean: list.value(of: "x-mosn-streamid") == nil)
  }
}
