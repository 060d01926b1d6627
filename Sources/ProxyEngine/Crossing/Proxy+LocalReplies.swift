import BoltCodec
import H2Codec
import MosnBytes
import MosnConfig
import Translate

// Answers that the proxy gives itself, in the caller's protocol.

extension Proxy {
  /// Tells the caller why there is no answer.
  mutating func tell(_ call: ExchangeID, _ error: ProxyError) {
    guard let caller = connections.live(exchanges[call].caller), connections[caller].state != .closed,
      !exchanges[call].isOneway || exchanges[call].callerKind.form == .fields
    else { return }
    if exchanges[call].callerKind.form == .frames {
      let head = error.reply.boltHead(to: exchanges[call].boltHead, compatible: toHTTP2.options.isCompatible)
      // Not what a server said that was of no use.
      (exchanges[call].times.boltStatus, exchanges[call].times.httpStatus) = (head.status, 0)
      return write(head, to: caller)
    }
    if !exchanges[call].holdsFrame { recognise(call) }
    list.removeAll()
    exchanges[call].times.boltStatus = nil
    guard exchanges[call].dialect.hasProperties else {
      toHTTP2.plainReply(error.reply, isGRPC: Self.isGRPC(exchanges[call].list), into: &list)
      reply(to: call, on: caller)
      // What gRPC's 200 means.
      exchanges[call].times.httpStatus = error.reply.httpStatus
      return
    }
    // A head that could not be read is HTTP's to refuse; beside the status stands all that a MOSN needs.
    let isUnread = !exchanges[call].holdsFrame && [.malformed, .headTooLarge].contains(error.reply)
    toHTTP2.reply(
      error.reply, to: exchanges[call].boltHead, requestID: exchanges[call].dialectRequestID,
      dialect: isUnread ? .plain : exchanges[call].dialect, isLean: exchanges[call].isLean, into: &list)
    exchanges[call].times.boltStatus = error.reply.boltStatus(compatible: toHTTP2.options.isCompatible)
    reply(to: call, on: caller)
  }

  private static func isGRPC(_ list: H2HeaderList) -> Bool {
    guard let type = list.value(of: "content-type") else { return false }
    return list.bytes[type].starts(with: "application/grpc".utf8)
  }

  /// What a request that was not translated says about how its sender is to be answered.
  private mutating func recognise(_ call: ExchangeID) {
    let number = exchanges[call].number
    let caller = HTTP2ToBolt.caller(exchanges[call].list, id: number)
    exchanges[call].boltHead = caller.head
    exchanges[call].dialect = caller.dialect
    exchanges[call].isLean = caller.isLean
    exchanges[call].dialectRequestID = caller.requestID ?? number
  }

  mutating func answerOneway(_ call: ExchangeID, to caller: ConnectionID) {
    list.removeAll()
    if exchanges[call].dialect.hasProperties {
      toHTTP2.onewayReply(
        to: exchanges[call].boltHead, requestID: exchanges[call].dialectRequestID,
        dialect: exchanges[call].dialect, isLean: exchanges[call].isLean, into: &list)
    } else {
      list.append(name: ":status" as StaticString, value: "200" as StaticString)
    }
    reply(to: call, on: caller)
  }

  mutating func answer(_ call: ExchangeID, with redirect: Redirect) {
    let status = redirect.responseCode == 0 ? 301 : Int(redirect.responseCode)
    guard exchanges[call].callerKind.form == .fields else { return answerFrame(call, status, []) }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    list.removeAll()
    list.append(name: ":status", value: String(status))
    list.append(name: "location", value: Self.location(redirect, exchanges[call].list))
    reply(to: call, on: caller)
    settleLocally(call, status)
  }

  mutating func answer(_ call: ExchangeID, with response: DirectResponse) {
    let status = Int(response.status)
    guard exchanges[call].callerKind.form == .fields else {
      return answerFrame(call, status, Array(response.body.utf8))
    }
    guard let caller = connections.live(exchanges[call].caller) else { return }
    list.removeAll()
    list.append(name: ":status", value: String(status))
    // RFC 9110 §6.4.1: these have no content.
    let isHead =
      exchanges[call].list.value(of: ":method").map { exchanges[call].list.equals($0, "HEAD") } ?? false
    let body = isHead || status == 204 || status == 304 ? [] : Array(response.body.utf8)
    exchanges[call].times.httpStatus = status
    receive(.answering, for: call)
    guard passHead(of: call, endStream: body.isEmpty, to: caller), !body.isEmpty else { return }
    exchanges[call].answerEnded = true
    exchanges[call].times.bytesSent = UInt64(body.count)
    passBody(body.span.bytes, of: call, ends: true, to: caller)
  }

  private static func location(_ redirect: Redirect, _ list: H2HeaderList) -> String {
    func text(_ name: StaticString) -> String { list.value(of: name).map(list.string) ?? "" }
    let scheme = redirect.schemeRedirect.isEmpty ? text(":scheme") : redirect.schemeRedirect
    let host = redirect.hostRedirect.isEmpty ? text(":authority") : redirect.hostRedirect
    return "\(scheme)://\(host)\(redirect.pathRedirect.isEmpty ? text(":path") : redirect.pathRedirect)"
  }

  private mutating func answerFrame(_ call: ExchangeID, _ status: Int, _ content: [UInt8]) {
    if !exchanges[call].isOneway, let caller = connections.live(exchanges[call].caller) {
      let head = BoltHead.response(to: exchanges[call].boltHead, status: StatusRule.bolt(of: status))
      exchanges[call].times.boltStatus = head.status
      touch(caller)
      let nothing: [UInt8] = []
      let none = nothing.span.bytes
      _ = peers.send(
        head, className: none, headerMap: none, content: content.span.bytes, to: connections[caller].peer)
    }
    settleLocally(call, status)
  }

  /// The call was answered without a server.
  private mutating func settleLocally(_ call: ExchangeID, _ status: Int) {
    exchanges[call].times.httpStatus = status
    receive(.answering, for: call)
    receive(.answered, for: call)
  }

  /// Sends the whole answer that was made in `list`, which has no body.
  private mutating func reply(to call: ExchangeID, on caller: ConnectionID) {
    touch(caller)
    try? peers.send(list, on: exchanges[call].callerKey, isLast: true, to: connections[caller].peer)
    exchanges[call].times.httpStatus = list.value(of: ":status").flatMap { Int(list.string($0)) } ?? 0
    if !exchanges[call].requestEnded {
      peers.cancel(exchanges[call].callerKey, .noError, of: connections[caller].peer)
    }
  }
}
