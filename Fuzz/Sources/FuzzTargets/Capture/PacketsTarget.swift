import MosnPackets

extension FuzzTarget {
  static let packets = FuzzTarget(
    "packets", "link type, original length and a packet: every range lies within it", longestInput: 512
  ) { input in
    var script = FuzzScript(input)
    let linkType = script.linkType()
    let cut = Int(script.byte())
    let bytes = script.rest()
    let packet = Packet.parse(bytes.span.bytes, linkType: linkType, originalLength: bytes.count + cut)
    try packet.check(within: bytes)
    // Less of it tells less, and nothing else.
    if bytes.count > 40 {
      let less = Array(bytes.dropLast(8))
      let torn = Packet.parse(less.span.bytes, linkType: linkType, originalLength: bytes.count + cut)
      try torn.check(within: less)
      if let segment = torn.tcp, let whole = packet.tcp {
        try expect(
          segment.sequence == whole.sequence && segment.payloadLength == whole.payloadLength,
          "\(segment) of the torn packet, \(whole) of the whole one")
      }
    }
  }

  static let fragments = FuzzTarget(
    "fragments",
    "script: IP fragments in any order; a datagram has every byte, first ones first, and bounds hold"
  ) { input in
    let budget = TimeBudget(bytes: input.count)
    var script = FuzzScript(input)
    var limits = FragmentLimits()
    limits.datagramsInFlight = 8
    limits.bytes = 4096
    limits.fragmentsPerDatagram = 64
    var reassembler = FragmentReassembler(limits: limits)
    var time: Int64 = 0
    while !script.isOver {
      time += Int64(script.byte()) << 28
      let packet = script.fragment()
      let parsed = Packet.parse(packet.span.bytes, linkType: .raw, originalLength: packet.count)
      try parsed.check(within: packet)
      let outcome = reassembler.receive(parsed, bytes: packet.span.bytes, at: time)
      if case .complete(let datagram) = outcome {
        try datagram.parse().check(within: datagram.bytes)
        try expect(datagram.bytes.count <= limits.bytes + 60, "\(datagram.bytes.count) bytes were held")
      }
      try expect(
        reassembler.inFlight <= limits.datagramsInFlight, "\(reassembler.inFlight) datagrams are held")
    }
    try budget.check()
  }
}

extension Packet {
  func check(within bytes: [UInt8]) throws {
    func inside(_ range: Range<Int>) -> Bool { range.clamped(to: bytes.indices) == range || range.isEmpty }
    if let tcp {
      try expect(inside(tcp.payload) && inside(tcp.options), "\(tcp) of \(bytes.count) bytes")
      try expect(tcp.payloadLength >= tcp.payload.count, "\(tcp) has more payload than it says")
    }
    if let fragment {
      try expect(inside(fragment.payload) && inside(fragment.header), "\(fragment) of \(bytes.count) bytes")
    }
    try expect(layers.count <= LayerStack.capacity, "\(layers)")
  }
}

extension FuzzScript {
  fileprivate static let linkTypes: [LinkType] = [
    .ethernet, .raw, .linuxSLL, .linuxSLL2, .null, .loop, .ppp, .pppHDLC, .ciscoHDLC, .fddi, .nflog, .ipv4,
    .ipv6,
    .rawDLT, .rawOpenBSD,
  ]

  mutating func linkType() -> LinkType {
    let which = Int(byte())
    return which < 250 ? Self.linkTypes[which % Self.linkTypes.count] : LinkType(rawValue: integer())
  }

  /// An IPv4 or IPv6 packet that is a fragment.
  fileprivate mutating func fragment() -> [UInt8] {
    let shape = byte()
    let offset = UInt16(choice(0..<40)) << 3 | (shape & 2 != 0 ? 1 : 0)
    let identification = shape >> 4 & 3
    let payload = block(upTo: 120)
    if shape & 1 == 0 {
      let length = UInt16(20 + payload.count)
      let field = offset >> 3 | (offset & 1) << 13
      return [
        0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, identification, UInt8(field >> 8),
        UInt8(field & 255),
        64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
      ] + payload
    }
    let length = UInt16(8 + payload.count)
    let address = [UInt8](repeating: 1, count: 16)
    return [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255), 44, 64] + address + address
      + [6, 0, UInt8(offset >> 8), UInt8(offset & 255), 0, 0, 0, identification] + payload
  }
}
