import MosnConfig
import ProxyEngine

/// A log with one line for each call.
struct AccessLog: Sendable {
  let sink: LogSink
  let format: AccessLogFormat

  func write(_ record: AccessRecord, recorded: [String], worker: Int, _ clock: inout WallClock) {
    sink.append(format.line(record, recorded: recorded, worker: worker, &clock))
  }
}
