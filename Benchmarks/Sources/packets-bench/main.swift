// What it costs to read link, IP and TCP of every packet of a classic pcap file: packets-bench FILE
import Measure
import MosnPackets
import PcapWalk

let path = CommandLine.arguments.dropFirst().first ?? ""
guard let walk = PcapWalk(readFile(path)) else { fatalError("no classic pcap file: \(path)") }
let file = walk.bytes
let linkType = LinkType(rawValue: walk.linkType)

/// Parses `records` `times` times over; returns TCP segments and their payload bytes.
func parse(_ records: [PcapWalk.Record], times: Int) -> (segments: Int, payload: Int) {
  var (segments, payload) = (0, 0)
  let bytes = file.span.bytes
  for _ in 0..<times {
    for record in records {
      let packet = Packet.parse(
        bytes.extracting(record.range), linkType: linkType, originalLength: record.originalLength)
      guard let tcp = packet.tcp else { continue }
      segments += 1
      payload += tcp.payload.count
    }
  }
  return (segments, payload)
}

let records = Array(walk)
var counts = (segments: 0, payload: 0)
measure("parse the file", units: records.count, bytes: file.count) { counts = parse(records, times: 1) }
let few = Array(records.prefix(100))
measure("parse 100 packets, in cache", units: 100 * few.count) { blackHole(parse(few, times: 100)) }
print("\(records.count) packets, \(counts.segments) TCP segments, \(counts.payload) bytes of payload")

let endpoints = records.compactMap {
  Packet.parse(
    file.span.bytes.extracting($0.range), linkType: linkType, originalLength: $0.originalLength
  ).sourceEndpoint
}
var text: [UInt8] = []
measure("endpoint as text", units: endpoints.count) {
  for endpoint in endpoints {
    text.removeAll(keepingCapacity: true)
    endpoint.append(to: &text)
  }
}
