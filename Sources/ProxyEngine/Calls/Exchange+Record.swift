import Translate

extension Exchange {
  /// What there is to say of it when it is over.
  func describe(in record: inout AccessRecord) {
    record.streamID = number
    record.requestID = requestID
    record.downstream = caller
    record.upstream = callee
    record.downstreamProtocol = callerProtocol
    record.upstreamHost = host?.address
    record.cluster = hosts?.cluster.name ?? ""
    record.isOneway = isOneway
    record.start = times.start
    record.requestReceived = times.requestReceived
    record.responseReceived = times.responseReceived
    record.bytesReceived = times.bytesReceived
    record.bytesSent = times.bytesSent
    record.boltStatus = times.boltStatus
    record.httpStatus = times.httpStatus > 0 ? times.httpStatus : times.boltStatus.map(StatusRule.http) ?? 0
    record.retries = Int(retries)
    record.requestHeaders = requestHeaders
    record.responseHeaders = responseHeaders
  }

  /// What an HTTP/2 request began with.
  func describeFields(in record: inout AccessRecord) {
    record.method = text(of: ":method")
    record.path = text(of: ":path")
    record.authority = text(of: ":authority")
  }

  private func text(of name: StaticString) -> String { list.value(of: name).map(list.string) ?? "" }
}
