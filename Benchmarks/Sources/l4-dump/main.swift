// Writes what Packets reads in layers 2 to 4, a line of tab-separated values a packet, for scripts/check-l4 to
// compare with tshark's reading: l4-dump FILE… (classic pcap). A line "# FILE" begins each file.
import MosnPackets
import PcapWalk

/// A packet, or the datagram that its fragment completed, under the layers of the packet.
struct Reading {
  var packet: Packet
  var layers: [Layer]
  var vlans: [UInt16]
  /// Why the packet's fragment was not kept.
  var refusal: FragmentOutcome.Refusal?
}

func read(_ record: PcapWalk.Record, of walk: PcapWalk, _ fragments: inout FragmentReassembler) -> Reading {
  let bytes = walk.bytes.span.bytes.extracting(record.range)
  var packet = Packet.parse(
    bytes, linkType: LinkType(rawValue: walk.linkType), originalLength: record.originalLength)
  var layers = Array(packet.layers)
  var vlans = Array(packet.vlans)
  var outcome = fragments.receive(packet, bytes: bytes, at: record.time)
  while case .complete(let datagram) = outcome {
    packet = datagram.parse()
    layers += packet.layers.dropFirst()
    vlans += packet.vlans
    outcome = fragments.receive(packet, bytes: datagram.bytes.span.bytes, at: record.time)
  }
  var reading = Reading(packet: packet, layers: layers, vlans: vlans)
  if packet.fragment != nil, case .refused(let refusal) = outcome { reading.refusal = refusal }
  return reading
}

func line(_ number: Int, _ reading: Reading) -> String {
  let packet = reading.packet
  let hasIP = packet.ipProtocol != nil
  let columns: [String] = [
    "\(number)", reading.layers.map(\.description).joined(separator: "/"),
    reading.vlans.map { "\($0)" }.joined(separator: ","),
    hasIP ? "\(packet.source)" : "", hasIP ? "\(packet.destination)" : "",
    packet.ipProtocol.map { "\($0.rawValue)" } ?? "", packet.ipIdentification.map { "\($0)" } ?? "",
    packet.fragment.map { "\($0.offset)\($0.more ? "+" : "")" } ?? "",
    packet.tcp.map { "\($0.sourcePort)" } ?? "", packet.tcp.map { "\($0.destinationPort)" } ?? "",
    packet.tcp.map { "\($0.flags.rawValue)" } ?? "", packet.tcp.map { "\($0.sequence)" } ?? "",
    packet.tcp.map { "\($0.acknowledgement)" } ?? "", packet.tcp.map { "\($0.payloadLength)" } ?? "",
    packet.udp.map { "\($0.sourcePort)" } ?? "", packet.udp.map { "\($0.destinationPort)" } ?? "",
    (packet.stop.map { "\($0)" } ?? "") + (reading.refusal.map { " (\($0))" } ?? ""),
  ]
  return columns.joined(separator: "\t")
}

for path in CommandLine.arguments.dropFirst() {
  print("# \(path)")
  guard let walk = PcapWalk(readFile(path)) else { continue }
  var fragments = FragmentReassembler()
  for (index, record) in walk.enumerated() {
    print(line(index + 1, read(record, of: walk, &fragments)))
  }
}
