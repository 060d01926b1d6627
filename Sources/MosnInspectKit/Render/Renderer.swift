/// Turns messages into bytes for a reader. What has been rendered waits in `output` until the edge takes it.
public protocol Renderer {
  var output: Output { get set }
  /// The capture begins at `time`: relative times count from here.
  mutating func begin(at time: Int64)
  mutating func render(_ message: Message)
}

extension Renderer {
  public mutating func begin(at time: Int64) {}
}

/// Renders nothing: for those who only want the summary.
public struct QuietRenderer: Renderer {
  public var output = Output()
  public init() {}
  public mutating func render(_ message: Message) {}
}
