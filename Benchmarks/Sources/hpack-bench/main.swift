import CNghttp2
import Foundation
import H2Codec
import Measure
import NIOCore
import NIOHPACK

// Decodes and encodes the stories of http2jp/hpack-test-case with H2Codec, nghttp2 and NIOHPACK.
// Every story is a connection: it begins with a table of its own.

guard CommandLine.arguments.count >= 2 else {
  print("usage: hpack-bench <folder of hpack-test-case> [ours|nghttp2|nio]")
  exit(2)
}
let corpus = URL(fileURLWithPath: CommandLine.arguments[1])
let only = CommandLine.arguments.dropFirst(2).first

func wants(_ implementation: String) -> Bool { only == nil || only == implementation }

func decode(_ title: String, _ directory: String) throws {
  let stories = try Story.all(in: corpus.appendingPathComponent(directory)).map { $0.story }
  let blocks = stories.map { $0.cases.map { $0.block } }
  let fields = stories.reduce(0) { $0 + $1.cases.reduce(0) { $0 + $1.headers.count } }
  let bytes = blocks.joined().reduce(0) { $0 + $1.count }

  if wants("ours") {
    var list = H2HeaderList()
    var seen = 0
    let result = try measure("decode \(title), H2Codec", units: fields, bytes: bytes) {
      seen = 0
      for story in blocks {
        var decoder = HPACKDecoder()
        for block in story {
          try decoder.decode(block.span.bytes, into: &list)
          seen += list.count
        }
      }
    }
    precondition(result == nil || seen == fields)
  }
  if wants("nghttp2") {
    var seen = 0
    let result = measure("decode \(title), nghttp2", units: fields, bytes: bytes) {
      seen = 0
      for story in blocks {
        var inflater: OpaquePointer?
        nghttp2_hd_inflate_new(&inflater)
        for block in story { seen += inflate(block, inflater) }
        nghttp2_hd_inflate_del(inflater)
      }
    }
    precondition(result == nil || seen == fields)
  }
  if wants("nio") {
    let buffers = blocks.map { $0.map { ByteBuffer(bytes: $0) } }
    try measure("decode \(title), NIOHPACK", units: fields, bytes: bytes) {
      for story in buffers {
        var decoder = NIOHPACK.HPACKDecoder(allocator: ByteBufferAllocator())
        for block in story {
          var block = block
          blackHole(try decoder.decodeHeaders(from: &block))
        }
      }
    }
  }
}

func inflate(_ block: [UInt8], _ inflater: OpaquePointer?) -> Int {
  block.withUnsafeBufferPointer { block in
    guard let start = UnsafeMutablePointer(mutating: block.baseAddress) else { return 0 }
    var (field, flags, offset, seen) = (nghttp2_nv(), Int32(0), 0, 0)
    while true {
      let read = nghttp2_hd_inflate_hd2(
        inflater, &field, &flags, start + offset, block.count - offset, 1)
      precondition(read >= 0)
      offset += read
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 { seen += 1 }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
        nghttp2_hd_inflate_end_headers(inflater)
        return seen
      }
    }
  }
}

func encode(_ directory: String) throws {
  let stories = try Story.all(in: corpus.appendingPathComponent(directory)).map { $0.story }
  let lists = stories.map { $0.cases.map { $0.fields } }
  let fields = lists.joined().reduce(0) { $0 + $1.count }
  let bytes = lists.joined().joined().reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }

  if wants("ours") {
    let ours = lists.map {
      $0.map {
        var list = H2HeaderList()
        for (name, value) in $0 { list.append(name: name, value: value) }
        return list
      }
    }
    var (block, total): ([UInt8], Int) = ([], 0)
    let result = measure("encode, H2Codec", units: fields, bytes: bytes) {
      total = 0
      for story in ours {
        var encoder = HPACKEncoder()
        for list in story {
          block.removeAll(keepingCapacity: true)
          encoder.encode(list, into: &block)
          total += block.count
        }
      }
    }
    if result != nil { print("  \(total) octets") }
  }
  if wants("nghttp2") {
    // The texts live as long as the process.
    func copy(_ text: String) -> UnsafeMutablePointer<UInt8> {
      let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: text.utf8.count + 1)
      _ = UnsafeMutableBufferPointer(start: bytes, count: text.utf8.count).update(from: text.utf8)
      return bytes
    }
    var theirs = lists.map {
      $0.map {
        $0.map {
          nghttp2_nv(
            name: copy($0.name), value: copy($0.value), namelen: $0.name.utf8.count,
            valuelen: $0.value.utf8.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
        }
      }
    }
    var (block, total) = ([UInt8](repeating: 0, count: 1 << 16), 0)
    let result = measure("encode, nghttp2", units: fields, bytes: bytes) {
      total = 0
      for story in theirs.indices {
        var deflater: OpaquePointer?
        nghttp2_hd_deflate_new(&deflater, 4096)
        for list in theirs[story].indices {
          total += theirs[story][list].withUnsafeMutableBufferPointer { list in
            nghttp2_hd_deflate_hd(deflater, &block, block.count, list.baseAddress, list.count)
          }
        }
        nghttp2_hd_deflate_del(deflater)
      }
    }
    if result != nil { print("  \(total) octets") }
  }
  if wants("nio") {
    let theirs = lists.map { $0.map { HPACKHeaders($0.map { ($0.name, $0.value) }) } }
    var (block, total) = (ByteBuffer(), 0)
    let result = try measure("encode, NIOHPACK", units: fields, bytes: bytes) {
      total = 0
      for story in theirs {
        var encoder = NIOHPACK.HPACKEncoder(allocator: ByteBufferAllocator())
        for list in story {
          block.clear()
          try encoder.encode(headers: list, to: &block)
          total += block.readableBytes
        }
      }
    }
    if result != nil { print("  \(total) octets") }
  }
}

try decode("nghttp2's stories", "nghttp2")
try decode("Huffman, no table", "haskell-http2-naive-huffman")
try decode("plain, no table", "haskell-http2-naive")
try encode("raw-data")
