import BoltCodec
import H2Codec
import MosnBytes
import Translate

// Requests go out as fast as windows let them, and senders get window back for what found its place.

extension Proxy {
  /// A call that waited, or is tried again, goes out.
  mutating func sendKept(_ call: Exchange, on connection: Connection) {
    guard call.holdsFrame else { return openKept(call, on: connection) }
    let bytes = call.request
    guard let frame = try? BoltFrame.parse(bytes.span.bytes, at: 0, limits: limits.bolt) else {
      return receive(.stopped(.internalError), for: call)
    }
    let isOneway = call.isOneway
    let (caller, stream) = (call.callerIsHTTP2 ? connections[call.caller] : nil, call.callerKey)
    // Whoever called over HTTP/2 without waiting for an answer gets one all the same, at once.
    if isOneway, let caller { answerOneway(call, stream, to: caller) }
    let generation = call.generation
    send(call, frame, in: bytes.span.bytes, on: connection)
    if call.generation == generation, call.state == .called { stopKeeping(call) }
  }

  /// What waited has gone out: it is kept only where it may have to go once more, and holds its caller back no longer.
  private mutating func stopKeeping(_ call: Exchange) {
    if !call.isReplayable {
      call.request.removeAll(keepingCapacity: call.request.capacity <= Exchange.keptCapacity)
    }
    guard let caller = connections[call.caller] else { return }
    unpark(call, caller)
    if call.unsentRequest.count > 0 { park(call) }
    touch(caller)
  }

  private mutating func openKept(_ call: Exchange, on connection: Connection) {
    let isEmpty = call.requestEnded && call.unsentRequest.count == 0 && call.unsentRequest.trailers == nil
    let elapsed = now &- call.times.start
    let left = elapsed > 0 ? timeLeft(elapsed, of: call) : nil
    guard open(call, left ?? call.list, endStream: isEmpty, on: connection) else { return }
    if isEmpty { call.unsentRequest.ends = false } else { flushRequest(call, to: connection) }
  }

  /// A property set's own limit is bolt's, and stays unless an operator wants otherwise.
  private func timeLeft(_ elapsed: UInt64, of call: Exchange) -> H2HeaderList? {
    let isBolt = HTTP2ToBolt.caller(call.list, id: 0).dialect.hasProperties
    return TimeoutFields.deducting(
      elapsed, from: call.list, keepsBolt: isBolt && !limits.deductsBoltTimeout)
  }

  /// What is kept of a request is all to be sent once more.
  mutating func rewind(_ call: Exchange) {
    call.unsentRequest.clear()
    let request = call.request
    call.unsentRequest.append(request.span.bytes)
    call.unsentRequest.ends = call.requestEnded && call.unsentRequest.trailers == nil
  }

  /// A stream for the call. False: there is none here; the call is over or runs elsewhere, and is not gone on with.
  mutating func open(_ call: Exchange, _ list: H2HeaderList, endStream: Bool, on connection: Connection)
    -> Bool
  {
    do throws(H2SendError) {
      guard
        let stream = try connection.http2?.side.open(
          list, endStream: endStream, checksLength: call.callerIsHTTP2)
      else { return false }
      bind(call, to: connection, key: stream.rawValue)
      return true
    } catch {
      switch error {
      case .headerListSize:
        noteListSize(list, of: connection)
        receive(.stopped(.headTooLarge), for: call)
      case .concurrentStreams, .goingAway, .streamsExhausted, .connectionOver, .streamState, .role:
        receive(.refused(.refusedStream), for: call)
      }
      return false
    }
  }

  /// Sends what the windows take, keeps the rest.
  mutating func sendBody(_ data: RawSpan, of call: Exchange, ends: Bool, to callee: Connection) {
    let stream = H2StreamID(rawValue: call.calleeKey)
    let taken = (try? callee.http2?.side.sendData(data, on: stream, endStream: ends)) ?? data.byteCount
    touch(callee)
    if taken < data.byteCount {
      call.unsentRequest.append(data.extracting(taken..<data.byteCount))
      call.unsentRequest.ends = ends
      callee.block(call.calleeKey)
      park(call)
    }
    payCredit(call, all: false)
  }

  mutating func flushRequest(_ call: Exchange, to callee: Connection) {
    guard call.unsentRequest.waits, callee.calls[call.calleeKey] === call else { return }
    let stream = H2StreamID(rawValue: call.calleeKey)
    Self.flush(&call.unsentRequest, on: stream, of: callee)
    touch(callee)
    if call.unsentRequest.waits { callee.block(call.calleeKey) }
    payCredit(call, all: false)
  }

  static func flush(_ backlog: inout Backlog, on stream: H2StreamID, of connection: Connection) {
    let ends = backlog.ends
    if backlog.count > 0 || ends {
      _ = backlog.offer { data in
        (try? connection.http2?.side.sendData(data, on: stream, endStream: ends)) ?? data.byteCount
      }
      if backlog.count == 0 { backlog.ends = false }
    }
    guard backlog.count == 0, let trailers = backlog.trailers else { return }
    backlog.trailers = nil
    try? connection.http2?.side.sendHeaders(trailers, on: stream, endStream: true)
  }

  /// A window opened: those who waited for it go on.
  mutating func resume(_ stream: H2StreamID, on connection: Connection) {
    if !stream.isConnection {
      if let call = connection.calls[stream.rawValue] { flush(call, on: connection) }
      return
    }
    for key in connection.takeBlocked() {
      if let call = connection.calls[key] { flush(call, on: connection) }
    }
  }

  private mutating func flush(_ call: Exchange, on connection: Connection) {
    if call.callee == connection.id, call.hasHTTP2Callee || call.holdsFrame {
      flushRequest(call, to: connection)
    } else if call.caller == connection.id {
      flushAnswer(call, to: connection)
    }
  }

  /// Senders get window back for what found its place.
  mutating func payCredit(_ call: Exchange, all: Bool) {
    if call.unsentRequest.owed > 0 {
      if all { call.unsentRequest.clear() }
      let credit = call.unsentRequest.takeCredit()
      if credit > 0, let caller = connections[call.caller] {
        caller.http2?.side.consume(credit, on: H2StreamID(rawValue: call.callerKey))
        touch(caller)
      }
    }
    if call.unsentAnswer.owed > 0 {
      if all { call.unsentAnswer.clear() }
      let credit = call.unsentAnswer.takeCredit()
      if credit > 0, let callee = connections[call.callee] {
        callee.http2?.side.widen(H2StreamID(rawValue: call.calleeKey), by: credit)
        touch(callee)
      }
    }
  }
}
