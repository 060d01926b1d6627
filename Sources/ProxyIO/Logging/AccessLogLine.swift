import MosnConfig
import ProxyEngine

// What the items of an access log's format are worth.

extension AccessLogFormat {
  /// With its end. What has no value is `-`.
  ///
  /// - Parameters:
  ///   - recorded: the names of the headers in `record`, in their order.
  ///   - worker: whose connections the record names.
  func line(_ record: AccessRecord, recorded: [String], worker: Int, _ clock: inout WallClock) -> String {
    var line = ""
    for part in parts {
      switch part {
      case .text(let text): line += text
      case .item(let item): line += value(of: item, record, worker, &clock)
      case .requestHeader(let name): line += Self.value(of: name, recorded, record.requestHeaders)
      case .responseHeader(let name): line += Self.value(of: name, recorded, record.responseHeaders)
      }
    }
    return line + "\n"
  }

  private func value(of item: Item, _ record: AccessRecord, _ worker: Int, _ clock: inout WallClock) -> String
  {
    switch item {
    case .startTime: clock.text(ofMonotonic: record.start)
    case .requestReceivedDuration: Self.duration(from: record.start, to: record.requestReceived)
    case .responseReceivedDuration: Self.duration(from: record.start, to: record.responseReceived)
    case .bytesSent: "\(record.bytesSent)"
    case .bytesReceived: "\(record.bytesReceived)"
    case .protocol: "\(record.downstreamProtocol)"
    case .responseCode: record.httpStatus == 0 ? "-" : "\(record.httpStatus)"
    case .duration: Self.duration(from: record.start, to: record.end)
    case .responseFlag: record.failure.map { "\($0)" } ?? "-"
    case .upstreamLocalAddress: record.upstreamLocal.isEmpty ? "-" : record.upstreamLocal
    case .downstreamLocalAddress: record.downstreamLocal
    case .downstreamRemoteAddress: record.downstreamRemote
    case .upstreamHost: record.upstreamHost.map { "\($0)" } ?? "-"
    case .upstreamCluster: record.cluster.isEmpty ? "-" : record.cluster
    case .requestID: "\(record.requestID)"
    case .streamID: "\(record.streamID)"
    case .boltStatus: record.boltStatus.map { "\($0.rawValue)" } ?? "-"
    case .listener: record.listener
    case .connectionID: "\(worker).\(record.downstream)"
    case .upstreamConnectionID: record.upstreamHost == nil ? "-" : "\(worker).\(record.upstream)"
    }
  }

  private static func duration(from start: UInt64, to end: UInt64) -> String {
    end == 0 ? "-" : "\(Duration(nanoseconds: end &- start))"
  }

  /// A value from outside; what could forge a line is left out.
  private static func value(of header: String, _ names: [String], _ values: [String?]) -> String {
    guard let index = names.firstIndex(of: header), index < values.count, let value = values[index] else {
      return "-"
    }
    return String(
      String.UnicodeScalarView(value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
  }
}
