import BoltCodec

/// What SOFABolt closes its connection for, or leaves unanswered. The calls of many share a connection to a server, so
/// a frame of this kind is refused where it came from and never goes there.
enum BoltOffence: Error, Equatable {
  /// Other than a call's own.
  case command(BoltCommand)
  /// Both are 16 bits wide, and read as signed numbers by SOFABolt, which loses step above 32,767.
  case className(Int, longest: Int)
  case headerMap(Int, longest: Int)

  @inline(__always)
  init?(_ head: BoltHead, className: Int, headerMap: Int, longest: Int) {
    if className > longest {
      self = .className(className, longest: longest)
    } else if headerMap > longest {
      self = .headerMap(headerMap, longest: longest)
    } else if Self.isForeign(head) {
      self = .command(head.command)
    } else {
      return nil
    }
  }

  private static func isForeign(_ head: BoltHead) -> Bool {
    switch head.kind {
    case .request, .oneway: head.command != .request
    case .response: head.command != .response
    case .heartbeat, .heartbeatAck: false
    case .goaway: true
    }
  }

  /// The parts are too long; otherwise what is asked for is not known.
  var isLength: Bool { if case .command = self { false } else { true } }
}

extension BoltOffence {
  /// The limit that was met; nil: it is no limit.
  var limit: LimitMet? {
    switch self {
    case .command: nil
    case .className(let length, let longest), .headerMap(let length, let longest):
      LimitMet(.boltHeaderLength, most: longest, found: length)
    }
  }
}

extension BoltOffence: CustomStringConvertible {
  var description: String {
    switch self {
    case .command(let command): "unknown command \(command.rawValue)"
    case .className(let length, let longest):
      "a class name of \(length) bytes, where SOFABolt closes above \(longest)"
    case .headerMap(let length, let longest):
      "a header map of \(length) bytes, where SOFABolt closes above \(longest)"
    }
  }
}
