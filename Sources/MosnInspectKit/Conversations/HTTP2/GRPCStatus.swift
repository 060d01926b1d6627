/// The status codes of gRPC (statuscodes.md of its core).
enum GRPCStatus: Int64 {
  case ok, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
  case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
  case dataLoss, unauthenticated

  var name: StaticString {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}

/// What a gRPC call ends with: in the trailers or, where it failed at once, in the headers; of gRPC-Web, in the body.
extension HTTP2Message {
  var grpcStatus: Int64? {
    ending("grpc-status").flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  /// grpc-message, decoded (PROTOCOL-HTTP2.md, Percent-Encoded).
  var grpcMessage: [UInt8]? { ending("grpc-message").map(Self.decode(percent:)) }

  private func ending(_ name: StaticString) -> ArraySlice<UInt8>? {
    for list in [trailers, headers] {
      if let list, let value = list.value(of: name) { return list.bytes[value] }
    }
    return grpc?.trailer(name)
  }

  /// What is no escape stays as it is.
  private static func decode(percent text: ArraySlice<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "%"), text.endIndex - index > 2,
        let high = hexDigit(text[index + 1]), let low = hexDigit(text[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(text[index])
        index += 1
      }
    }
    return decoded
  }

  private static func hexDigit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
