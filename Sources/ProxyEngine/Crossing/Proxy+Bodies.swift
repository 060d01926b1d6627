import BoltCodec
import H2Codec
import MosnBytes
import Translate

// Requests go out as fast as windows let them, and senders get window back for what found its place. All of it passes
// over peers without windows, which take everything at once.

extension Proxy {
  /// A call that waited, or is tried again, goes out.
  mutating func sendKept(_ call: ExchangeID, on connection: ConnectionID) {
    guard exchanges[call].holdsFrame else { return openKept(call, on: connection) }
    let bytes = exchanges[call].request
    guard let frame = try? BoltFrame.parse(bytes.span.bytes, at: 0, limits: limits.bolt) else {
      return receive(.stopped(.internalError), for: call)
    }
    let isOneway = exchanges[call].isOneway
    // Whoever calls with fields and does not wait for an answer gets one all the same, at once.
    if isOneway, exchanges[call].callerKind.form == .fields,
      let caller = connections.live(exchanges[call].caller)
    {
      answerOneway(call, to: caller)
    }
    send(call, frame, in: bytes.span.bytes, on: connection)
    if exchanges[call].state == .called { stopKeeping(call) }
  }

  /// What waited has gone out: it is kept only where it may have to go once more, and holds its caller back no longer.
  private mutating func stopKeeping(_ call: ExchangeID) {
    if !exchanges[call].isReplayable {
      exchanges[call].request.removeAll(
        keepingCapacity: exchanges[call].request.capacity <= Exchange.keptCapacity)
    }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    unpark(call, caller)
    if exchanges[call].unsentRequest.count > 0 { park(call) }
    touch(caller)
  }

  private mutating func openKept(_ call: ExchangeID, on connection: ConnectionID) {
    let isEmpty =
      exchanges[call].requestEnded && exchanges[call].unsentRequest.count == 0
      && exchanges[call].unsentRequest.trailers == nil
    let elapsed = now &- exchanges[call].times.start
    let left = elapsed > 0 ? timeLeft(elapsed, of: call) : nil
    guard open(call, left ?? exchanges[call].list, endStream: isEmpty, on: connection) else { return }
    if isEmpty { exchanges[call].unsentRequest.ends = false } else { flushRequest(call, to: connection) }
  }

  /// A property set's own limit is bolt's, and stays unless an operator wants otherwise.
  private func timeLeft(_ elapsed: UInt64, of call: ExchangeID) -> H2HeaderList? {
    let isBolt = HTTP2ToBolt.caller(exchanges[call].list, id: 0).dialect.hasProperties
    return TimeoutFields.deducting(
      elapsed, from: exchanges[call].list, keepsBolt: isBolt && !limits.deductsBoltTimeout)
  }

  /// What is kept of a request is all to be sent once more.
  mutating func rewind(_ call: ExchangeID) {
    guard exchanges[call].callerKind.form == .fields, !exchanges[call].holdsFrame else { return }
    exchanges[call].unsentRequest.clear()
    let request = exchanges[call].request
    exchanges[call].unsentRequest.append(request.span.bytes)
    exchanges[call].unsentRequest.ends =
      exchanges[call].requestEnded && exchanges[call].unsentRequest.trailers == nil
  }

  /// A stream for the call. False: there is none here; the call is over or runs elsewhere, and is not gone on with.
  mutating func open(
    _ call: ExchangeID, _ list: H2HeaderList, endStream: Bool, on connection: ConnectionID
  ) -> Bool {
    do throws(H2SendError) {
      let checksLength = exchanges[call].callerKind.form == .fields
      guard
        let key = try peers.open(
          list, isWhole: endStream, checksLength: checksLength, on: connections[connection].peer)
      else { return false }
      bind(call, to: connection, key: key)
      return true
    } catch {
      switch error {
      case .headerListSize:
        noteListSize(list.size, of: connection)
        receive(.stopped(.headTooLarge), for: call)
      case .concurrentStreams, .goingAway, .streamsExhausted, .connectionOver, .streamState, .role:
        receive(.refused(.refusedStream), for: call)
      }
      return false
    }
  }

  /// Sends what the windows take, keeps the rest.
  mutating func sendBody(_ data: RawSpan, of call: ExchangeID, ends: Bool, to callee: ConnectionID) {
    let taken = peers.send(data, on: exchanges[call].calleeKey, isLast: ends, to: connections[callee].peer)
    touch(callee)
    if taken < data.byteCount {
      exchanges[call].unsentRequest.append(data.extracting(taken..<data.byteCount))
      exchanges[call].unsentRequest.ends = ends
      peers.block(exchanges[call].calleeKey, of: connections[callee].peer)
      park(call)
    }
    payCredit(call, all: false)
  }

  mutating func flushRequest(_ call: ExchangeID, to callee: ConnectionID) {
    guard exchanges[call].unsentRequest.waits, connections[callee].calls[exchanges[call].calleeKey] == call
    else { return }
    let key = exchanges[call].calleeKey
    peers.flush(&exchanges[call].unsentRequest, on: key, of: connections[callee].peer)
    touch(callee)
    if exchanges[call].parked > 0 { park(call) }
    if exchanges[call].unsentRequest.waits {
      peers.block(exchanges[call].calleeKey, of: connections[callee].peer)
    }
    payCredit(call, all: false)
  }

  /// A window opened: those who waited for it go on.
  mutating func resume(_ key: UInt32?, on connection: ConnectionID) {
    if let key {
      if let call = connections[connection].calls[key] { flush(call, on: connection) }
      return
    }
    for key in peers.takeBlocked(of: connections[connection].peer) {
      if let call = connections[connection].calls[key] { flush(call, on: connection) }
    }
  }

  private mutating func flush(_ call: ExchangeID, on connection: ConnectionID) {
    if exchanges[call].callee == connection, exchanges[call].passesFields || exchanges[call].holdsFrame {
      flushRequest(call, to: connection)
    } else if exchanges[call].caller == connection {
      flushAnswer(call, to: connection)
    }
  }

  /// Senders get window back for what found its place.
  mutating func payCredit(_ call: ExchangeID, all: Bool) {
    if exchanges[call].unsentRequest.owed > 0 {
      if all { exchanges[call].unsentRequest.clear() }
      let credit = exchanges[call].unsentRequest.takeCredit()
      if credit > 0, let caller = connections.live(exchanges[call].caller) {
        peers.consume(credit, on: exchanges[call].callerKey, of: connections[caller].peer)
        touch(caller)
      }
    }
    if exchanges[call].unsentAnswer.owed > 0 {
      if all { exchanges[call].unsentAnswer.clear() }
      let credit = exchanges[call].unsentAnswer.takeCredit()
      if credit > 0, let callee = connections.live(exchanges[call].callee) {
        peers.widen(exchanges[call].calleeKey, by: credit, of: connections[callee].peer)
        touch(callee)
      }
    }
  }
}
