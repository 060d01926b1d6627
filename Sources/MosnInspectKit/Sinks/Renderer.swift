/// Turns messages, connections or calls into bytes for a reader. What has been rendered waits in `output` until the edge takes it.
public protocol Renderer {
  var output: Output { get set }
  /// The capture begins at `time`: relative times count from here.
  mutating func begin(at time: Int64)
  mutating func render(_ message: Message)
  /// A connection is over. Only an inspector that `tellsFlows` has any.
  mutating func render(_ flow: FlowRecord)
  /// A call is over. Only an inspector that `tellsCalls` has any.
  mutating func render(_ call: Call)
  /// Nothing more comes.
  mutating func finish()
}

extension Renderer {
  public mutating func begin(at time: Int64) {}
  public mutating func render(_ flow: FlowRecord) {}
  public mutating func render(_ call: Call) {}
  public mutating func finish() {}
}

/// Renders nothing: for those who only want the summary.
public struct QuietRenderer: Renderer {
  public var output = Output()
  public init() {}
  public mutating func render(_ message: Message) {}
}
