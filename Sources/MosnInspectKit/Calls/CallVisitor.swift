import BoltCodec
import MosnPackets

/// Is told every field of a call under its documented key, in the documented order (docs/inspect.md). What is missing is
/// not told.
public protocol CallVisitor {
  mutating func number(_ key: CallKey, _ value: Int64)
  /// Nanoseconds, to be told as milliseconds.
  mutating func milliseconds(_ key: CallKey, _ nanoseconds: Int64)
  /// Nanoseconds since the epoch.
  mutating func time(_ key: CallKey, _ nanoseconds: Int64)
  mutating func text(_ key: CallKey, _ value: StaticString)
  mutating func text(_ key: CallKey, _ value: ArraySlice<UInt8>)
  /// Text for people, which `write` appends; it may be empty, and is then missing.
  mutating func text(_ key: CallKey, writtenBy write: (inout Output) -> Void)
  /// The number of a file among those that are read together, from 1.
  mutating func file(_ key: CallKey, _ number: Int)
  mutating func endpoint(_ key: CallKey, _ endpoint: Endpoint)
  mutating func findings(_ key: CallKey, _ findings: [Finding])
}

extension Call {
  /// Walks the fields of the call.
  public func describe(to visitor: inout some CallVisitor) {
    visitor.number(.call, Int64(number))
    if beginning.packet.file > 0 { visitor.file(.file, beginning.packet.file) }
    visitor.text(.kind, kind.name)
    visitor.text(.wireProtocol, wireProtocol == .bolt ? "bolt" : "http2")
    visitor.endpoint(.client, client)
    visitor.endpoint(.server, server)
    if !service.isEmpty { visitor.text(.service, text[service]) }
    if !method.isEmpty { visitor.text(.method, text[method]) }
    visitor.number(wireProtocol == .bolt ? .id : .stream, Int64(id))
    describeTimes(to: &visitor)
    describeStatus(to: &visitor)
    if let request { visitor.number(.requestBytes, Int64(request.bytes)) }
    if let response { visitor.number(.responseBytes, Int64(response.bytes)) }
    if let count = request?.messages { visitor.number(.requestMessages, Int64(count)) }
    if let count = response?.messages { visitor.number(.responseMessages, Int64(count)) }
    visitor.text(.outcome, outcome.name)
    visitor.text(.reason) { appendReason(to: &$0) }
    visitor.number(.retransmissions, Int64(delays.retransmissions))
    visitor.findings(.findings, findings)
  }

  private func describeTimes(to visitor: inout some CallVisitor) {
    if let request {
      visitor.number(.requestPacket, Int64(request.first.packet.number))
      visitor.time(.requestTime, request.first.time)
    }
    if let response {
      visitor.number(.responsePacket, Int64(response.first.packet.number))
      visitor.time(.responseTime, response.first.time)
    }
    if let end = response?.last {
      visitor.number(.endPacket, Int64(end.packet.number))
      visitor.time(.endTime, end.time)
    }
    if let latency { visitor.milliseconds(.latency, latency) }
    if let firstByte { visitor.milliseconds(.firstByte, firstByte) }
  }

  private func describeStatus(to visitor: inout some CallVisitor) {
    if let status { visitor.number(.status, Int64(status)) }
    if let statusName { visitor.text(.statusName, statusName) }
    if let grpcStatus { visitor.number(.grpcStatus, grpcStatus) }
  }

  /// Of a bolt status, or of a gRPC status where there is one.
  public var statusName: ArraySlice<UInt8>? {
    switch wireProtocol {
    case .bolt:
      status.flatMap { BoltStatus(rawValue: UInt16(truncatingIfNeeded: $0)).name }.map { ArraySlice($0.utf8) }
    case .http2:
      grpcStatus.flatMap { GRPCStatus(rawValue: $0)?.name }.map { $0.withUTF8Buffer { ArraySlice($0) } }
    }
  }
}

extension Call.Kind {
  /// The name in every output.
  public var name: StaticString {
    switch self {
    case .request: "request"
    case .oneway: "oneway"
    case .heartbeat: "heartbeat"
    case .push: "push"
    }
  }
}
