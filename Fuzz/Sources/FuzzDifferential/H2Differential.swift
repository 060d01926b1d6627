import CNghttp2
import FuzzTargets
import H2Codec

extension FuzzTarget {
  static let h2Nghttp2 = FuzzTarget(
    "h2-nghttp2",
    "a client's bytes: our server and nghttp2's read the same requests, and give up for the same reasons but for a list",
    longestInput: 8192
  ) { input in
    let stream = H2Verdict.wholeFrames(of: input)
    let theirs = try NghttpServer(streams: H2Verdict.streams, window: H2Verdict.window)
    let read = theirs.receive(stream)
    try H2Verdict(of: Array(read)).compare(with: theirs)
  }
}

/// What our server makes of a client's bytes.
private struct H2Verdict {
  static let streams = 100
  static let window = 256 << 10

  private var failure: H2Error?
  private var requests: [UInt32: [[UInt8]]] = [:]
  private var content: [UInt32: [UInt8]] = [:]
  private var errors: [UInt32: H2Rule] = [:]
  private var ended: Set<UInt32> = []
  /// A GOAWAY that names a stream of the client's own, or 2^31-1. nghttp2 takes none; RFC 9113 §6.8 lets it begin so.
  private var hasOddGoAway = false
  /// NO_RFC7540_PRIORITIES was given: whoever changes it later is cut off by nghttp2, which RFC 9218 §2.1 allows.
  private let namesPriorities: Bool

  init(of stream: [UInt8]) {
    namesPriorities = Self.settings(in: stream).contains { $0.identifier == .noRFC7540Priorities }
    var configuration = H2Connection.Configuration(role: .server)
    configuration.settings.maxConcurrentStreams = Self.streams
    configuration.settings.initialWindowSize = Self.window
    var connection = H2Connection(configuration)
    connection.receive(stream, at: 1)
    repeat {
      while let event = connection.next() { take(event, connection: &connection) }
    } while !connection.takeOutput().isEmpty
  }

  private mutating func take(_ event: H2Event, connection: inout H2Connection) {
    switch event {
    case .headers(let id, _, _):
      let (bytes, fields) = (connection.headers.bytes, connection.headers.fields)
      requests[id.rawValue, default: []] += fields.flatMap {
        [Array(bytes[$0.name]), Array(bytes[$0.value])]
      }
    case .data(let id, let range, _):
      content[id.rawValue, default: []] += connection.bytes[range]
      connection.consume(range.count, on: id)
    case .reset(let id, _): ended.insert(id.rawValue)
    case .streamError(let error): errors[error.streamID.rawValue] = error.rule
    case .connectionError(let error): failure = error
    case .goAway(let last, _, _): if last.rawValue & 1 == 1 { hasOddGoAway = true }
    case .tooLarge(let id, _): ended.insert(id.rawValue)
    case .windowOpened, .settingsChanged, .settingsAcknowledged, .pong, .refused: break
    }
  }

  private static func settings(in stream: [UInt8]) -> [H2Setting] {
    var decoder = H2FrameDecoder(.endpoint, start: .preface)
    var settings: [H2Setting] = []
    decoder.append(stream)
    while let frame = try? decoder.next() {
      if frame.type == .settings { settings += frame.settings(in: decoder.bytes) }
    }
    return settings
  }

  /// nghttp2 judges a frame and a field as soon as it can, we whole frames and lists: what is not whole is left out.
  static func wholeFrames(of stream: [UInt8]) -> [UInt8] {
    var (end, start) = (0, H2FrameDecoder.preface.count)
    while start + 9 <= stream.count {
      let length = Int(stream[start]) << 16 | Int(stream[start + 1]) << 8 | Int(stream[start + 2])
      let (type, flags) = (stream[start + 3], stream[start + 4])
      start += 9 + length
      guard start <= stream.count else { break }
      // HEADERS, PUSH_PROMISE and CONTINUATION are whole with END_HEADERS.
      if ![1, 5, 9].contains(type) || flags & 4 != 0 { end = start }
    }
    return Array(stream.prefix(end))
  }

  func compare(with theirs: NghttpServer) throws {
    switch (failure, theirs.failure) {
    case (let error?, nil):
      // Of a stream that it has reset nghttp2 does not look at what still comes.
      let isOver = theirs.resets.contains(error.streamID.rawValue)
      try expect(isOver || Self.stricter[error.rule] != nil, "\(error), nghttp2 goes on")
    case (nil, let code?):
      try expect(!errors.isEmpty || hasOddGoAway || namesPriorities, "nghttp2 ends with \(code), we go on")
    // Of the rules that one frame breaks each may name another; scripts/check-h2 compares the codes.
    case (_?, _?): break
    // A stream that one side has reset counts for the other against the limit.
    case (nil, nil)
    where requests.count + errors.count > Self.streams && !(theirs.resets.isEmpty && errors.isEmpty):
      break
    case (nil, nil):
      for (id, fields) in theirs.requests where requests[id] == nil && !theirs.resets.contains(id) {
        try expect(
          errors[id].map { Self.stricter[$0] != nil } ?? ended.contains(id),
          "nghttp2 took stream \(id), we did not: \(errors[id].map { "\($0)" } ?? "-") \(fields)")
      }
      for (id, fields) in requests where errors[id] == nil && !Self.hasOddTarget(fields) {
        try expect(
          theirs.requests[id] != nil && !theirs.resets.contains(id) || ended.contains(id),
          "we took stream \(id), nghttp2 did not: \(fields)")
      }
    }
    // Whatever came of it, what both read is the same.
    for (id, fields) in requests where errors[id] == nil {
      guard let other = theirs.requests[id] else { continue }
      try expect(
        fields.starts(with: other) || other.starts(with: fields), "stream \(id): \(fields), nghttp2 \(other)")
      let (bytes, others) = (content[id] ?? [], theirs.content[id] ?? [])
      try expect(bytes.starts(with: others) || others.starts(with: bytes), "stream \(id): content differs")
    }
  }

  /// Where we let pass what nghttp2 refuses: characters that no URI has, in what only the next hop reads, no
  /// authority at all, which RFC 9113 §8.3.1 nowhere demands, an empty one in schemes that need none, and the same
  /// content-length twice (RFC 9110 §8.6).
  private static func hasOddTarget(_ fields: [[UInt8]]) -> Bool {
    let names = stride(from: 0, to: fields.count, by: 2).map { String(decoding: fields[$0], as: UTF8.self) }
    return names.allSatisfy { ![":authority", "host", ":protocol"].contains($0) }
      || names.count { $0 == "content-length" } > 1
      || names.indices.contains { index in
        let value = fields[2 * index + 1]
        return switch names[index] {
        case ":authority", "host": value.isEmpty || nghttp2_check_authority(value, value.count) == 0
        case ":path": value.isEmpty || nghttp2_check_path(value, value.count) == 0
        case ":method": nghttp2_check_method(value, value.count) == 0
        // Controls but NUL, CR and LF, which RFC 9113 §8.2.1 lets pass.
        default: nghttp2_check_header_value(value, value.count) == 0
        }
      }
  }

  /// Where we refuse what nghttp2 1.52 lets pass, and why.
  static let stricter: [H2Rule: String] = [
    .streamForbidden: "asked for on the frame's header, nghttp2 waits for the payload",
    .closedStream: "HEADERS or DATA on a stream that is over: ignored by nghttp2, RFC 9113 §5.1",
    .halfClosedStream: "the RFC lets it cost the stream",
    .streamOrder: "a number below the highest: ignored by nghttp2, RFC 9113 §5.1.1",
    .compression: "more than two table size updates in a block, RFC 7541 §4.2",
    .enablePush: "of values given twice in one SETTINGS nghttp2 looks at the last",
    .initialWindowSize: "as enablePush", .maxFrameSize: "as enablePush",
    .enableConnectProtocol: "nghttp2 lets a client withdraw it, RFC 8441 §3 nobody",
    .windowIncrement: "not looked at by nghttp2 on a stream that is over",
    .paddingLength: "nghttp2 does not read the padding of DATA that it ignores",
    .selfDependency: "ignored by nghttp2 as RFC 9113 allows; RFC 7540 §5.3.1",
    .fieldValueCharacter: "nghttp2 drops the field", .fieldNameCharacter: "nghttp2 drops the field",
    .fieldValueWhitespace: "nghttp2 lets blanks pass", .schemeMissing: "nghttp2 wants no more than a value",
    .pathForm: "nghttp2 wants no more than a value", .authorityForm: "nghttp2 wants no more than a value",
    .authorityHost: "not looked at by nghttp2",
    .floodResets: "no limit in nghttp2 1.52", .floodStreamErrors: "no limit in nghttp2 1.52",
    .floodContinuations: "no limit in nghttp2 1.52", .floodFieldBlock: "no limit in nghttp2 1.52",
    .floodControlFrames: "nghttp2 allows 1,000 answers to wait", .floodEmptyFrames: "no limit in nghttp2",
    .floodSmallData: "no limit in nghttp2", .floodWindowUpdates: "no limit in nghttp2",
  ]
}
