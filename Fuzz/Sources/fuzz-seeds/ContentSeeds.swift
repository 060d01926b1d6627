import BoltCodec

/// A content of a recorded frame.
struct ContentSeed {
  let bytes: [UInt8]
  private let serializer: BoltSerializer

  init(bytes: [UInt8], serializer: BoltSerializer) { (self.bytes, self.serializer) = (bytes, serializer) }

  /// The target that reads contents of this form alone.
  var target: String? {
    switch serializer {
    case .hessian2: "hessian"
    case .protobuf: "protobuf"
    default: nil
    }
  }

  /// Its place in the list of `contents`.
  var choice: UInt8 {
    switch serializer {
    case .hessian2: 1
    case .protobuf: 2
    default: 0
    }
  }
}

extension StreamSeed {
  /// Contents of the first frames, where this is bolt.
  var contents: [ContentSeed] {
    guard kind == .bolt else { return [] }
    var decoder = BoltDecoder()
    decoder.append(bytes.span.bytes)
    var contents: [ContentSeed] = []
    while contents.count < 16, let frame = try? decoder.next() {
      guard !frame.content.isEmpty else { continue }
      contents.append(ContentSeed(bytes: Array(decoder.bytes[frame.content]), serializer: frame.codec))
    }
    return contents
  }
}

enum ContentSeeds {
  static var json: [(String, [UInt8])] {
    [
      ("object", #"{"a":1,"b":[true,null,-2.5e+3],"c":{"d":"\u00e9\ud83d\ude80\n"}}"#),
      ("list", "[[],{},\"\"]"),
      ("number", "0"), ("wrong", #"{"a":01,}"#),
    ].map { ($0, Array($1.utf8)) }
  }

  /// "hello hello hello hello", as zlib packs it.
  static var packed: [(String, (choice: UInt8, bytes: [UInt8]))] {
    let bare: [UInt8] = [0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01]
    return [
      ("bare", (0, bare)), ("zlib", (0, [0x78, 0x9c] + bare + [0x68, 0x03, 0x08, 0xb1])),
      ("gzip", (1, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + bare + [0xe3, 0x51, 0x3d, 0x8d, 23, 0, 0, 0])),
    ]
  }
}
