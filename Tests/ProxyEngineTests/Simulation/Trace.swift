import ProxyEngine

/// What an engine did, in words and in order: its actions, the bytes it wrote and its events, condensed to a hash that
/// is the same in every process.
final class Trace {
  private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// The words themselves, if they are wanted.
  private(set) var lines: [String] = []
  private let keepsLines: Bool

  init(keepingLines: Bool = false) { keepsLines = keepingLines }

  func note(_ action: ProxyAction, at time: UInt64) {
    switch action {
    case .connect(let id, let to):
      note("\(time) connect \(id) \(to.cluster) \(to.address) \(to.speaksHTTP2) \(to.timeout)")
    case .write(let id): note("\(time) write \(id)")
    case .close(let id, .afterFlush): note("\(time) close \(id)")
    case .close(let id, .abortive): note("\(time) abort \(id)")
    case .pauseReading(let id): note("\(time) pause \(id)")
    case .resumeReading(let id): note("\(time) resume \(id)")
    case .measure(let id): note("\(time) measure \(id)")
    case .relieve: note("\(time) relieve")
    }
  }

  func note(_ output: [UInt8]) {
    if keepsLines {
      lines.append("  " + output.prefix(400).map { String($0, radix: 16) }.joined(separator: " "))
    }
    add(output.span.bytes)
  }

  func note(_ event: ProxyEvent, at time: UInt64) { note("\(time) \(words(event))") }

  func note(_ line: String) {
    if keepsLines { lines.append(line) }
    let bytes = Array(line.utf8)
    add(bytes.span.bytes)
  }

  /// FNV-1a over words of eight bytes, with the length.
  private func add(_ bytes: RawSpan) {
    var (hash, place) = (hash, 0)
    let count = bytes.byteCount
    while place + 8 <= count {
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
      hash = (hash ^ UInt64(littleEndian: word)) &* 0x0000_0100_0000_01B3
      hash ^= hash >> 29
      place += 8
    }
    while place < count {
      let byte = bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      place += 1
    }
    hash = (hash ^ UInt64(count)) &* 0x0000_0100_0000_01B3
    self.hash = hash ^ (hash >> 32)
  }
}

private func words(_ event: ProxyEvent) -> String {
  switch event {
  case .accepted(let id, let listener, let remote): "accepted \(id) \(listener) \(remote)"
  case .refused(let listener, let remote, let why): "refused \(listener) \(remote) \(why.rawValue)"
  case .detected(let id, let wire): "detected \(id) \(wire)"
  case .connecting(let id, let cluster, let address): "connecting \(id) \(cluster) \(address)"
  case .connected(let id, let cluster, let address, let time): "connected \(id) \(cluster) \(address) \(time)"
  case .connectFailed(let id, let cluster, let address, let reason):
    "connectFailed \(id) \(cluster) \(address) \(reason)"
  case .requestReceived(let id, let number, let request, let wire):
    "requestReceived \(id) \(number) \(request) \(wire)"
  case .upstreamChosen(let number, let id, let cluster, let address):
    "upstreamChosen \(number) \(id) \(cluster) \(address)"
  case .retried(let number, let error): "retried \(number) \(error)"
  case .ended(let record): words(record)
  case .misbehaved(let id, let rule): "misbehaved \(id) \(rule)"
  case .limitMet(let id, let limit): "limitMet \(id) \(limit)"
  case .lost(let number, let what, let count): "lost \(number) \(what) \(count)"
  case .hostEjected(let cluster, let address, let time): "hostEjected \(cluster) \(address) \(time)"
  case .hostReturned(let cluster, let address): "hostReturned \(cluster) \(address)"
  case .draining(let id): "draining \(id)"
  case .goAway(let id, let code, let text, let isOrderly): "goAway \(id) \(code) \(text) \(isOrderly)"
  case .closed(let id, .failure(let reason)): "closed \(id) failure \(reason)"
  case .closed(let id, let reason): "closed \(id) \(words(reason))"
  }
}

private func words(_ reason: ProxyEvent.CloseReason) -> String {
  switch reason {
  case .peer: "peer"
  case .failure(let text): text
  case .idle: "idle"
  case .slowHead: "slowHead"
  case .slowBody: "slowBody"
  case .silent: "silent"
  case .noSettings: "noSettings"
  case .unanswered: "unanswered"
  case .misbehaviour: "misbehaviour"
  case .http1: "http1"
  case .drained: "drained"
  case .removed: "removed"
  case .worn: "worn"
  case .tooMuchUnsent: "tooMuchUnsent"
  case .tooMuchHeld: "tooMuchHeld"
  case .ordered: "ordered"
  }
}

private func words(_ call: AccessRecord) -> String {
  """
  ended \(call.streamID) \(call.requestID) \(call.listener) \(call.downstream) \(call.downstreamProtocol) \
  \(call.upstream) \(call.upstreamProtocol) \(call.upstreamHost?.description ?? "-") \(call.cluster) \
  \(call.isOneway) \(call.start) \(call.requestReceived) \(call.responseReceived) \(call.end) \
  \(call.bytesReceived) \(call.bytesSent) \(call.httpStatus) \(call.boltStatus?.rawValue ?? 0xFFFF) \
  \(call.failure?.description ?? "-") \(call.retries)
  """
}
