/// A property that does not hold.
public struct FuzzFailure: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}

@inline(__always)
public func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw FuzzFailure(description: message()) }
}

public func expectEqual<Value: Equatable>(
  _ left: Value, _ right: Value, _ message: @autoclosure () -> String
) throws {
  if left != right {
    throw FuzzFailure(description: "\(message()):\n  \(short(left))\n  \(short(right))")
  }
}

private func short(_ value: some Any) -> String { String("\(value)".prefix(4000)) }
