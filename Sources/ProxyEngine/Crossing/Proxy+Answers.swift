import BoltCodec
import H2Codec
import MosnBytes
import MosnConfig
import Translate

// Answers that come as fields and content, on their way to the caller.

extension Proxy {
  /// The head of a server's answer.
  mutating func takeAnswer(
    _ call: ExchangeID, _ kind: H2MessageHead.Kind, _ endStream: Bool, from callee: ConnectionID
  ) {
    guard let status = peers.head(of: connections[callee].peer)?.status else { return }
    let goesToFields = exchanges[call].callerKind.form == .fields
    if goesToFields, peers.isHeadMalformed(of: connections[callee].peer) {
      return receive(.lost(.malformedAnswer), for: call)
    }
    if kind == .informational {
      guard goesToFields, let caller = connections.live(exchanges[call].caller) else { return }
      takeClean(from: callee)
      try? peers.send(list, on: exchanges[call].callerKey, isLast: false, to: connections[caller].peer)
      return touch(caller)
    }
    if let policy = exchanges[call].route?.retry, policy.retryOn,
      status >= 500 || policy.statusCodes.contains(UInt32(status)),
      isRetried(call, after: .lost(.upstreamReset))
    {
      return receive(.lost(.upstreamReset), for: call)
    }
    exchanges[call].times.responseReceived = now
    exchanges[call].times.httpStatus = status
    exchanges[call].isReplayable = false
    if goesToFields {
      takeClean(from: callee)
    } else {
      peers.takeFields(of: connections[callee].peer, into: &list)
    }
    if !recordedNames.isEmpty, reportsCalls { exchanges[call].responseHeaders = record(list) }
    if exchanges[call].isOneway || !goesToFields {
      swap(&exchanges[call].answerList, &list)
      chargeLists(call)
      receive(.answerHeld, for: call)
      if endStream { endAnswer(of: call, from: callee) }
      return
    }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    // Before the head is passed on: with the last of an answer the call is over, and its object may be another's.
    exchanges[call].answerEnded = endStream
    _ = passHead(of: call, endStream: endStream, to: caller)
  }

  /// Takes the last list into `list`, as it may go on.
  private mutating func takeClean(from callee: ConnectionID) {
    peers.takeFields(of: connections[callee].peer, into: &list)
    if let clean = CleanFields.cleaned(list) { list = clean }
  }

  /// Of the body of a server's answer.
  mutating func takeAnswer(_ data: RawSpan, _ endStream: Bool, of call: ExchangeID, from callee: ConnectionID)
  {
    exchanges[call].times.bytesSent += UInt64(data.byteCount)
    guard exchanges[call].callerKind.form == .fields, !exchanges[call].isOneway else {
      peers.widen(exchanges[call].calleeKey, by: data.byteCount, of: connections[callee].peer)
      if !exchanges[call].isOneway {
        let length = exchanges[call].answer.count + data.byteCount
        guard length <= limits.bolt.content else {
          note(.boltContentLength, limits.bolt.content, length, of: callee)
          return receive(.lost(.answerTooLarge), for: call)
        }
        exchanges[call].answer.append(data)
        park(call)
        if let error = shortage(call) { return receive(.stopped(error), for: call) }
      }
      if endStream { endAnswer(of: call, from: callee) }
      return
    }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    exchanges[call].unsentAnswer.owed += data.byteCount
    if endStream { exchanges[call].answerEnded = true }
    passBody(data, of: call, ends: endStream, to: caller)
  }

  /// The answer is whole.
  mutating func endAnswer(of call: ExchangeID, from callee: ConnectionID) {
    exchanges[call].answerEnded = true
    if exchanges[call].isOneway { return receive(.answered, for: call) }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    if exchanges[call].callerKind.form == .fields {
      if exchanges[call].unsentAnswer.trailers == nil { exchanges[call].unsentAnswer.ends = true }
      return flushAnswer(call, to: caller)
    }
    var parts = takeParts()
    defer { self.parts = parts }
    do throws(TranslationError) {
      toBolt.takesMapField = usesMapField(caller)
      toBolt.routedNames = []
      let answer = try toBolt.response(
        exchanges[call].answerList, contentLength: exchanges[call].answer.count, to: exchanges[call].boltHead,
        into: &parts)
      report(losses: toBolt.losses.count, of: call, "response")
      var head = answer.head
      if let offence = offence(head, answer.className, answer.headerMap) {
        note(offence, of: exchanges[call].callee)
        return receive(.lost(.answerTooLarge), for: call)
      }
      // A server answers as its connection began, which may have been for another client.
      let own = exchanges[call].boltHead
      (head.version, head.ver1, head.switches) = (own.version, own.ver1, own.switches)
      exchanges[call].times.boltStatus = head.status
      touch(caller)
      let content = exchanges[call].answer
      let bytes = parts.span.bytes
      guard
        peers.send(
          head, className: bytes.extracting(answer.className), headerMap: bytes.extracting(answer.headerMap),
          content: content.span.bytes, to: connections[caller].peer)
      else { return receive(.lost(.answerTooLarge), for: call) }
    } catch {
      note(error, of: exchanges[call].callee)
      return receive(.lost(error.reply == .headTooLarge ? .answerTooLarge : .malformedAnswer), for: call)
    }
    receive(.answered, for: call)
  }

  // MARK: As fields

  /// Sends the head that was made in `list`. False: the caller's connection does not take it, and the call is over.
  mutating func passHead(of call: ExchangeID, endStream: Bool, to caller: ConnectionID) -> Bool {
    touch(caller)
    do throws(H2SendError) {
      try peers.send(list, on: exchanges[call].callerKey, isLast: endStream, to: connections[caller].peer)
    } catch {
      if error == .headerListSize { noteListSize(list.size, of: caller) }
      receive(.lost(.answerTooLarge), for: call)
      return false
    }
    if endStream {
      finishStream(call, on: caller)
      receive(.answered, for: call)
    } else {
      receive(.answerBegun, for: call)
    }
    return true
  }

  mutating func passBody(_ data: RawSpan, of call: ExchangeID, ends: Bool, to caller: ConnectionID) {
    touch(caller)
    if exchanges[call].unsentAnswer.waits {
      exchanges[call].unsentAnswer.append(data)
      exchanges[call].unsentAnswer.ends = ends
      park(call)
      if shortage(call) != nil { receive(.stopped(.slowReader), for: call) }
      return
    }
    let taken = peers.send(data, on: exchanges[call].callerKey, isLast: ends, to: connections[caller].peer)
    if taken < data.byteCount {
      exchanges[call].unsentAnswer.append(data.extracting(taken..<data.byteCount))
      exchanges[call].unsentAnswer.ends = ends
      peers.block(exchanges[call].callerKey, of: connections[caller].peer)
      park(call)
      payCredit(call, all: false)
      if shortage(call) != nil { receive(.stopped(.slowReader), for: call) }
      return
    }
    payCredit(call, all: false)
    guard ends else { return }
    finishStream(call, on: caller)
    receive(.answered, for: call)
  }

  mutating func flushAnswer(_ call: ExchangeID, to caller: ConnectionID) {
    guard exchanges[call].unsentAnswer.waits, exchanges[call].state == .relaying else { return }
    let key = exchanges[call].callerKey
    peers.flush(&exchanges[call].unsentAnswer, on: key, of: connections[caller].peer)
    touch(caller)
    payCredit(call, all: false)
    park(call)
    if exchanges[call].unsentAnswer.waits {
      peers.block(exchanges[call].callerKey, of: connections[caller].peer)
    } else if exchanges[call].answerEnded {
      finishStream(call, on: caller)
      receive(.answered, for: call)
    }
  }

  /// The answer is out; a client that still sends is told to stop (RFC 9113 §8.1).
  private mutating func finishStream(_ call: ExchangeID, on caller: ConnectionID) {
    if !exchanges[call].requestEnded {
      peers.cancel(exchanges[call].callerKey, .noError, of: connections[caller].peer)
    }
  }
}
