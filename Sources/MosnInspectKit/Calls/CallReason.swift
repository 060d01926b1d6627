import BoltCodec
import H2Codec

/// Why a call failed, or why a half of it is missing.
public enum CallReason: Sendable, Equatable {
  public typealias Side = FlowEnding.Side

  case none
  /// A status of success with sofa_head_response_error=true, or with such a respstatus of MOSN's.
  case applicationError
  case respstatus
  /// grpc-status is not 0.
  case grpcStatus
  /// The answer came when its client waited no longer.
  case late
  /// The client's time was over; what came from the other side since then, if anything.
  case timedOut(alive: PacketNumber?)
  case idUsedAgain(PacketNumber)
  case reset(by: Side, H2ErrorCode, PacketNumber)
  case goAway(by: Side, H2ErrorCode, last: H2StreamID, PacketNumber)
  case finished(by: Side, PacketNumber)
  case connectionReset(by: Side, PacketNumber)
  /// It names no timeout and has waited for long.
  case unanswered
  case silent
  case evicted
  case replaced
  case captureEnds
  /// More calls were open at once than are followed.
  case tooMany
  case answerLost
  case requestLost
  /// The connection was under way when the capture began.
  case beforeCapture
  /// No call of this number waits.
  case unasked
  /// Packets were lost both ways, so that it may answer another call of the same id.
  case ambiguous
}

extension Call {
  /// Whether there is something to say.
  public var hasReason: Bool { reason != .none || !delays.isEmpty }

  /// The reason in words, with what made the call slow; empty where there is nothing to say. It may quote the sender.
  public func appendReason(to output: inout Output) {
    let start = output.bytes.count
    appendCause(to: &output)
    guard !delays.isEmpty else { return }
    if output.bytes.count > start { output.append("; " as StaticString) }
    delays.append(to: &output, latency: latency)
  }

  private func appendCause(to output: inout Output) {
    switch reason {
    case .none: break
    case .applicationError: output.append("success with sofa_head_response_error=true" as StaticString)
    case .respstatus:
      output.append("respstatus " as StaticString)
      output.append(untrusted: text[message])
    case .grpcStatus: appendGRPCStatus(to: &output)
    case .late: output.append("its client waited \(timeout ?? 0) ms")
    case .timedOut(let alive):
      output.append("no answer in the \(timeout ?? 0) ms that its client waits")
      if let alive { output.append("; the connection lives on (packet \(alive))") }
    case .idUsedAgain(let packet): output.append("no answer before its id is used again (packet \(packet))")
    case .reset(let side, let code, let packet):
      output.append("reset by the \(side): \(code) (packet \(packet))")
    case .goAway(let side, let code, let last, let packet):
      output.append(
        "not looked at: GOAWAY by the \(side), \(code), last stream \(last) (packet \(packet))")
    case .finished(let side, let packet): output.append("FIN by the \(side) (packet \(packet))")
    case .connectionReset(let side, let packet): output.append("RST by the \(side) (packet \(packet))")
    case .unanswered: output.append("no answer for long; the connection lives on" as StaticString)
    case .silent: output.append("the connection was silent for long" as StaticString)
    case .evicted: output.append("the connection was given up for room" as StaticString)
    case .replaced: output.append("its ports were used again" as StaticString)
    case .captureEnds: output.append("the capture ends" as StaticString)
    case .tooMany: output.append("given up: \(CallTable.limit) others of its connection are open")
    case .answerLost: output.append("packets of the answering side were not captured" as StaticString)
    case .requestLost: output.append("packets of the calling side were not captured" as StaticString)
    case .beforeCapture:
      output.append("the connection was under way when the capture began" as StaticString)
    case .unasked: output.append("no call of this number waits for an answer" as StaticString)
    case .ambiguous:
      output.append(
        "packets were lost both ways: it may answer a later call of the same id" as StaticString)
    }
  }

  private func appendGRPCStatus(to output: inout Output) {
    let status = grpcStatus ?? 0
    output.append("grpc-status \(status)")
    if let name = GRPCStatus(rawValue: status)?.name {
      output.append(byte: UInt8(ascii: " "))
      output.append(name)
    }
    guard !message.isEmpty else { return }
    output.append(": " as StaticString)
    output.append(untrusted: text[message])
  }
}
