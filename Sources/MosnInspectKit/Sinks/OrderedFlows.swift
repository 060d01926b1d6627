/// A renderer of connections that gets them in the order of their first packets, as far as `FlowOrder` can.
public struct OrderedFlows<Base: Renderer>: Renderer {
  public var output: Output {
    get { base.output }
    _modify { yield &base.output }
  }

  private var base: Base
  private var order: FlowOrder

  public init(_ base: Base, _ order: FlowOrder) { (self.base, self.order) = (base, order) }

  public mutating func begin(at time: Int64) { base.begin(at: time) }
  public mutating func render(_ message: Message) { base.render(message) }

  public mutating func render(_ flow: FlowRecord) {
    if let next = order.insert(flow) { base.render(next) }
  }

  public mutating func finish() {
    while let next = order.next() { base.render(next) }
    base.finish()
  }
}
