import H2Codec

// The codec as a filter for scripts/check-h2: one command a line, one answer a line. Octets are hexadecimal.
//
//   frame OCTETS         ok <type> <flags> <stream> <length> <content> <fixed field, decimal> <octets, encoded again>
//                        error <code> <rule> · more
//   receive ROLE OCTETS  <connection error's code or -1> <rule or -> <streams reset> <header lists>
//   start START          a new observer's decoder (preface, boundary, unknown)    ok
//   bytes OCTETS · lose N · finish
//                        <frames>, each offset:type:stream:length:missing:violation

func octets(_ hex: Substring) -> [UInt8] {
  let digits = Array(hex.utf8)
  func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : (digit | 32) - 87 }
  return stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
}

func hex(_ octets: some Sequence<UInt8>) -> String {
  octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The frame written again from what was read of it; padding, whose octets mean nothing, is zeros.
func encoded(_ frame: H2Frame, _ bytes: [UInt8]) -> [UInt8] {
  var output: [UInt8] = []
  let content = Array(bytes[frame.content])
  let padding: UInt8? =
    frame.flags.contains(.padded) && [.data, .headers, .pushPromise].contains(frame.type)
    ? UInt8(clamping: frame.payload.upperBound - frame.content.upperBound) : nil
  let id = frame.streamID
  switch frame.type {
  case .data:
    H2FrameEncoder.data(
      content.span.bytes, stream: id, endStream: frame.endsStream, padding: padding, into: &output)
  case .headers:
    H2FrameEncoder.headers(
      content, stream: id, endStream: frame.endsStream, priority: frame.priority, padding: padding,
      into: &output)
  case .priority:
    if let priority = frame.priority { H2FrameEncoder.priority(priority, stream: id, into: &output) }
  case .reset: H2FrameEncoder.reset(frame.errorCode, stream: id, into: &output)
  case .settings: H2FrameEncoder.settings(Array(frame.settings(in: bytes)), into: &output)
  case .pushPromise:
    H2FrameEncoder.pushPromise(
      content, stream: id, promised: frame.promisedStreamID, padding: padding, into: &output)
  case .ping: H2FrameEncoder.ping(frame.pingData, acknowledgement: frame.isAcknowledgement, into: &output)
  case .goAway:
    H2FrameEncoder.goAway(last: frame.lastStreamID, frame.errorCode, debugData: content, into: &output)
  case .windowUpdate: H2FrameEncoder.windowUpdate(stream: id, increment: frame.windowIncrement, into: &output)
  default:
    H2FrameEncoder.frame(type: frame.type, flags: frame.flags, stream: id, payload: content, into: &output)
  }
  return output
}

func fixedField(_ frame: H2Frame) -> UInt64 {
  switch frame.type {
  case .headers, .priority:
    frame.priority.map {
      UInt64($0.isExclusive ? 1 : 0) << 39 | UInt64($0.dependency.rawValue) << 8 | UInt64($0.weight)
    } ?? 0
  case .reset: UInt64(frame.errorCode.rawValue)
  case .pushPromise: UInt64(frame.promisedStreamID.rawValue)
  case .ping: frame.pingData
  case .goAway: UInt64(frame.lastStreamID.rawValue) << 32 | UInt64(frame.errorCode.rawValue)
  case .windowUpdate: UInt64(frame.windowIncrement)
  default: 0
  }
}

func readFrame(_ wire: [UInt8]) -> String {
  var decoder = H2FrameDecoder(.endpoint)
  decoder.append(wire)
  do {
    guard let frame = try decoder.next() else { return "more" }
    return [
      "ok", "\(frame.type.rawValue)", "\(frame.flags.rawValue)", "\(frame.streamID)", "\(frame.length)",
      hex(decoder.bytes[frame.content]), "\(fixedField(frame))", hex(encoded(frame, decoder.bytes)),
    ].joined(separator: " ")
  } catch {
    return "error \(error.code.rawValue) \(error.rule)"
  }
}

func receive(_ role: H2Role, _ wire: [UInt8]) -> String {
  var connection = H2Connection(H2Connection.Configuration(role: role))
  connection.receive(wire, at: 0)
  var resets = 0
  var lists = 0
  var isDone = false
  while !isDone {
    while let event = connection.next() {
      switch event {
      case .streamError: resets += 1
      case .headers: lists += 1
      default: break
      }
    }
    isDone = !connection.isReadingPaused
    _ = connection.takeOutput()
  }
  let failure = connection.failure
  return
    "\(failure.map { Int($0.code.rawValue) } ?? -1) \(failure.map { "\($0.rule)" } ?? "-") \(resets) \(lists)"
}

var observer = H2FrameDecoder(.observer)

@MainActor func observed() -> String {
  var frames: [String] = []
  while let frame = try? observer.next() {
    let violation = frame.violation.map { "\($0)" } ?? "-"
    frames.append(
      "\(frame.offset):\(frame.type.rawValue):\(frame.streamID):\(frame.length):\(frame.missing):\(violation)"
    )
  }
  return frames.joined(separator: " ")
}

while let line = readLine() {
  let words = line.split(separator: " ", omittingEmptySubsequences: false)
  let rest = words.count > 1 ? words[1] : ""
  switch words[0] {
  case "frame": print(readFrame(octets(rest)))
  case "receive": print(receive(rest == "client" ? .client : .server, octets(words[2])))
  case "start":
    observer = H2FrameDecoder(
      .observer, start: rest == "preface" ? .preface : rest == "unknown" ? .unknown : .boundary)
    print("ok")
  case "bytes":
    observer.append(octets(rest))
    print(observed())
  case "lose":
    observer.lose(Int(rest) ?? 0)
    print(observed())
  case "finish":
    observer.finish()
    print(observed())
  default: print("what")
  }
}
