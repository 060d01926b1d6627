import BoltCodec

/// Frames as SOFA peers write them.
enum Bolt {
  static let headers: [BoltMessage.Header] = [
    .init("sofa_head_target_service", "com.example.EchoService:1.0"), .init("sofa_head_method_name", "echo"),
  ]

  static func call(_ id: UInt32, content: Int = 100, summed: Bool = false) -> [UInt8] {
    frame(
      version(.request(id: id, timeout: 3_000), summed), "com.alipay.sofa.rpc.core.request.SofaRequest",
      headers,
      content)
  }

  static func answer(_ id: UInt32, content: Int = 50, status: BoltStatus = .success, summed: Bool = false)
    -> [UInt8]
  {
    frame(
      version(.response(id: id, status: status), summed), "com.alipay.sofa.rpc.core.response.SofaResponse",
      [],
      content)
  }

  static func frame(
    _ head: BoltHead, _ className: String = "", _ headers: [BoltMessage.Header] = [], _ content: Int = 0
  ) -> [UInt8] {
    let content = (0..<content).map { UInt8(truncatingIfNeeded: 0x40 + $0 % 50) }
    var bytes: [UInt8] = []
    try? BoltEncoder.encode(
      BoltMessage(head, className: className, headers: headers, content: content), into: &bytes)
    return bytes
  }

  private static func version(_ head: BoltHead, _ summed: Bool) -> BoltHead {
    var head = head
    if summed { (head.version, head.ver1, head.switches) = (.v2, 2, 1) }
    return head
  }
}
