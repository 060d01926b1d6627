import BoltCodec
import Measure

/// Frames of 64 bytes or 1 KiB, with a header map of four entries or none.
func frames(count: Int, content: Int, headers: Int, summed: Bool = false) -> [UInt8] {
  let entries: [BoltMessage.Header] = [
    .init("sofa_head_target_service", "com.example.EchoService:1.0"), .init("sofa_head_target_app", "echo"),
    .init("sofa_head_method_name", "echo"), .init("type", "sync"),
  ]
  var bytes: [UInt8] = []
  for id in 0..<UInt32(count) {
    var head = BoltHead.request(id: id, timeout: 3000)
    if summed {
      head.version = .v2
      head.ver1 = 2
      head.switches = 1
    }
    let message = BoltMessage(
      head, className: "com.example.Call", headers: Array(entries.prefix(headers)),
      content: [UInt8](repeating: 7, count: content))
    try? BoltEncoder.encode(message, into: &bytes)
  }
  return bytes
}

func decode(_ name: String, _ stream: [UInt8], count: Int, piece: Int, mode: BoltDecoder.Mode = .endpoint)
  throws
{
  var decoder = BoltDecoder(mode: mode)
  try measure(name, units: count, bytes: stream.count) {
    var seen = 0
    var at = 0
    while at < stream.count {
      let end = min(at + piece, stream.count)
      decoder.append(stream[at..<end])
      while let frame = try decoder.next() { seen &+= Int(frame.id & 1) &+ frame.content.count }
      at = end
    }
    blackHole(seen)
  }
}

// So few that a round takes less than a millisecond and the bytes stay in the cache, as those of a read do.
let count = 4_000
let small = frames(count: count, content: 26, headers: 0)
let large = frames(count: count, content: 860, headers: 4)
let summed = frames(count: count, content: 860, headers: 4, summed: true)

try decode("decode 64 B, reads of 64 KiB", small, count: count, piece: 65_536)
try decode("decode 64 B, reads of 1,448 B", small, count: count, piece: 1_448)
try decode("decode 1 KiB + 4 headers, reads of 64 KiB", large, count: count, piece: 65_536)
try decode("decode 1 KiB + 4 headers + CRC", summed, count: count, piece: 65_536)
try decode("observe 64 B, reads of 64 KiB", small, count: count, piece: 65_536, mode: .observer)

let limits = BoltLimits()
try measure("parse 64 B from a span", units: count, bytes: small.count) {
  var seen = 0
  var at = 0
  while let frame = try BoltFrame.parse(small.span.bytes, at: at, limits: limits) {
    seen &+= frame.content.count
    at = frame.range.upperBound
  }
  blackHole(seen)
}

if let frame = try BoltFrame.parse(large.span.bytes, at: 0) {
  measure("look up the 3rd of 4 keys", units: count) {
    var seen = 0
    for _ in 0..<count {
      seen &+=
        BoltHeaderMap.value(forKey: "sofa_head_method_name", in: large.span.bytes, frame.headerMap)?.count
        ?? 0
    }
    blackHole(seen)
  }
  measure("look up the 3rd of 4 keys, map view", units: count) {
    var seen = 0
    for _ in 0..<count {
      seen &+= frame.headers(in: large).value(forKey: "sofa_head_method_name")?.count ?? 0
    }
    blackHole(seen)
  }
}

for size in [64, 1024, 65_536] {
  let rounds = (2 << 20) / size
  measure("CRC-32 of \(size) B", units: rounds, bytes: rounds * size) {
    var sum: UInt32 = 0
    for index in 0..<rounds {
      let start = index * size % (small.count - size)
      sum ^= CRC32.checksum(small.span.bytes.extracting(start..<(start + size)))
    }
    blackHole(sum)
  }
}

if let frame = try BoltFrame.parse(summed.span.bytes, at: 0) {
  var bytes = summed
  measure("renumber 1 KiB with CRC", units: count) {
    for id in 0..<UInt32(count) { frame.renumber(to: id &* 2_654_435_761, in: &bytes) }
  }
  var output: [UInt8] = []
  output.reserveCapacity(frame.range.count * 64)
  let parts = (Array(summed[frame.className]), Array(summed[frame.headerMap]), Array(summed[frame.content]))
  var head = BoltHead.request(id: 1)
  func encode(_ name: String) throws {
    try measure(name, units: count, bytes: count * (22 + parts.0.count + parts.1.count + parts.2.count)) {
      for index in 0..<count {
        if index % 64 == 0 { output.removeAll(keepingCapacity: true) }
        try BoltEncoder.encode(
          head, className: parts.0.span.bytes, headerMap: parts.1.span.bytes, content: parts.2.span.bytes,
          into: &output)
      }
    }
  }
  try encode("encode 1 KiB into [UInt8]")
  head = frame.head
  try encode("encode 1 KiB with CRC into [UInt8]")
  let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 8)
  defer { raw.deallocate() }
  head = .request(id: 1)
  try measure("encode 342 B into a raw buffer", units: count, bytes: count * 342) {
    for _ in 0..<count {
      _ = try BoltEncoder.encode(
        head, className: parts.0.span.bytes, headerMap: parts.1.span.bytes,
        content: parts.2.span.bytes.extracting(0..<(342 - 22 - parts.0.count - parts.1.count)), into: raw)
    }
  }
}
