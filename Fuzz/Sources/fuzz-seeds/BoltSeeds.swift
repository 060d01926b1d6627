import BoltCodec

enum BoltSeeds {
  static var streams: [(String, [UInt8])] {
    get throws {
      var summed = BoltHead.request(id: 2, timeout: 3000)
      (summed.version, summed.ver1, summed.switches) = (.v2, 2, 1)
      let request = BoltHead.request(id: 1, timeout: 3000)
      let messages: [(String, [BoltMessage])] = [
        ("call", [call(request), BoltMessage(.response(to: request), className: "b", content: [1, 2])]),
        ("call-v2-crc", [call(summed), BoltMessage(.response(to: summed), content: [3]), call(summed)]),
        ("heartbeat", [BoltMessage(.heartbeat(id: 3)), BoltMessage(.heartbeatAck(to: .heartbeat(id: 3)))]),
        ("others", [BoltMessage(.oneway(id: 4), content: [0]), BoltMessage(.goaway(id: 5)), call(request)]),
      ]
      return try messages.map { name, messages in
        var stream: [UInt8] = []
        for message in messages { try BoltEncoder.encode(message, into: &stream) }
        return (name, stream)
      }
    }
  }

  /// A call to the service that the target's routes know, and an answer to whichever call it is.
  static var call: [UInt8] {
    get throws {
      var bytes: [UInt8] = []
      let headers = [BoltMessage.Header("service", "testSofa")]
      try BoltEncoder.encode(
        BoltMessage(.request(id: 1), className: "a", headers: headers, content: [1]), into: &bytes)
      return bytes
    }
  }

  static var answer: [UInt8] {
    get throws {
      // `id!!` stands for the id of the call.
      var bytes: [UInt8] = []
      try BoltEncoder.encode(
        BoltMessage(.response(id: 0x6964_2121), className: "b", content: [1]), into: &bytes)
      return bytes
    }
  }

  static var headerMaps: [(String, [UInt8])] {
    var map: [UInt8] = []
    for header in call(.request(id: 1)).headers {
      BoltEncoder.appendEntry(key: header.key?.span.bytes, value: header.value?.span.bytes, to: &map)
    }
    var null: [UInt8] = []
    BoltEncoder.appendEntry(key: nil, value: nil, to: &null)
    return [("map", map), ("null", null), ("twice", map + map)]
  }

  private static func call(_ head: BoltHead) -> BoltMessage {
    BoltMessage(
      head, className: "com.alipay.sofa.rpc.core.request.SofaRequest",
      headers: [
        .init("sofa_head_target_service", "com.example.Echo:1.0"), .init("sofa_head_method_name", "echo"),
        .init("empty", ""),
      ],
      content: Array("hello".utf8))
  }
}
