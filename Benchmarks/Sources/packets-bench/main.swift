// What it costs to read link, IP and TCP of every packet of a classic pcap file: packets-bench FILE
import Measure
import Packets
import PcapWalk

let path = CommandLine.arguments.dropFirst().first ?? ""
guard let walk = PcapWalk(readFile(path)) else { fatalError("no classic pcap file: \(path)") }
let records = Array(walk)
let linkType = LinkType(rawValue: walk.linkType)
let file = walk.bytes

var segments = 0
var payload = 0
measure("parse", units: records.count, bytes: file.count) {
  segments = 0
  payload = 0
  let bytes = file.span.bytes
  for record in records {
    let packet = Packet.parse(
      bytes.extracting(record.range), linkType: linkType, originalLength: record.originalLength)
    guard let tcp = packet.tcp else { continue }
    segments += 1
    payload += tcp.payload.count
  }
}
print("\(records.count) packets, \(segments) TCP segments, \(payload) bytes of payload")

let addresses = records.map {
  Packet.parse(
    file.span.bytes.extracting($0.range), linkType: linkType, originalLength: $0.originalLength
  ).sourceEndpoint ?? Endpoint(address: .unspecified, port: 0)
}
var text: [UInt8] = []
measure("endpoint as text", units: addresses.count) {
  for address in addresses {
    text.removeAll(keepingCapacity: true)
    address.append(to: &text)
  }
}
