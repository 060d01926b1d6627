import Testing

@testable import MosnCapture

@Suite struct CaptureFilterTests {
  /// An IPv4 TCP segment between ports 1000 and `port`, without a link layer.
  private func segment(to port: UInt16) -> [UInt8] {
    [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
      + [0x03, 0xE8, UInt8(port >> 8), UInt8(port & 0xFF), 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]
  }
  private let ethernet: [UInt8] = [UInt8](repeating: 2, count: 12) + [8, 0]

  @Test func numbersCountWhatIsLeftOut() throws {
    var file = PcapBytes()
    for port in [80, 12200, 80, 12200] as [UInt16] { file.packet(ethernet + segment(to: port)) }
    let packets = try CaptureReader.bytes(file.bytes, options: CaptureOptions(filter: "tcp port 12200")).all()
    #expect(packets.map(\.packet.number) == [2, 4])
  }

  @Test func eachInterfaceHasItsOwnProgram() throws {
    var file = PcapngBytes()
    file.section()
    file.interface(linkType: 1)
    file.interface(linkType: 101)
    file.interface(linkType: 147)  // private use: libpcap cannot filter it
    for port in [80, 12200] as [UInt16] {
      file.packet(ethernet + segment(to: port), interface: 0)
      file.packet(segment(to: port), interface: 1)
      file.packet(segment(to: port), interface: 2)
    }
    let reader = try CaptureReader.bytes(file.bytes, options: CaptureOptions(filter: "tcp port 12200"))
    let packets = try reader.all()
    #expect(packets.map(\.packet.number) == [4, 5])
    #expect(packets.map(\.packet.interface) == [0, 1])
    #expect(reader.notes.count == 1)
    #expect(reader.notes.first?.hasPrefix("packets of link type 147 (interface 2) are left out") == true)
  }

  @Test func badFiltersCarryLibpcapsWords() {
    var file = PcapngBytes()
    file.section()
    file.interface()
    for bytes in [PcapBytes().bytes, file.bytes] {
      let error = #expect(throws: CaptureError.self) {
        try CaptureReader.bytes(bytes, options: CaptureOptions(filter: "tcp port port")).count()
      }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.hasPrefix("the filter \"tcp port port\" is not valid at column 5 (\"port port\"): "))
      #expect(text.hasSuffix("syntax error"))
    }
  }

  @Test func anEmptyFilterLetsEverythingThrough() throws {
    let reader = try CaptureReader.file(fixture("v1-sync.pcap"), options: CaptureOptions(filter: ""))
    #expect(try reader.count() == 21)
  }
}
