/// A call: an object of SofaRequest, and its arguments as further values. Indices in `HessianTree.nodes`.
public struct SofaRequest: Sendable, Hashable {
  /// The name of the method, a string.
  public let method: Int
  /// A string like `peer.rpc.EchoService:1.0`.
  public let service: Int?
  /// A list of strings: the names of the arguments' types.
  public let argumentTypes: Int?
  private let firstArgument: Int

  init?(_ tree: HessianTree, in bytes: RawSpan) {
    guard
      tree.typeName(of: 0)?.equals("com.alipay.sofa.rpc.core.request.SofaRequest", in: bytes) ?? false,
      let method = tree.child("methodName", of: 0, in: bytes, ifKind: .string)
    else { return nil }
    self.method = method
    service = tree.child("targetServiceUniqueName", of: 0, in: bytes, ifKind: .string)
    // Half of a name would be a wrong one.
    if tree.nodes[0].isPartial, service == nil { return nil }
    argumentTypes = tree.child("methodArgSigs", of: 0, in: bytes, ifKind: .list)
    firstArgument = Int(tree.nodes[0].next)
  }

  public func arguments(of tree: HessianTree) -> HessianSiblings {
    HessianSiblings(tree.nodes, next: firstArgument, end: tree.nodes.count)
  }
}

/// An answer: an object of SofaResponse. Indices in `HessianTree.nodes`.
public struct SofaResponse: Sendable, Hashable {
  /// Whether SOFA itself failed, for the reason of `errorMessage`.
  public let isError: Bool
  /// A string.
  public let errorMessage: Int?
  /// What the method returned or threw; nil when it was not read.
  public let value: Int?
  /// The exception that the method threw.
  public let throwable: SofaThrowable?

  public var isFailure: Bool { isError || throwable != nil }

  init?(_ tree: HessianTree, in bytes: RawSpan) {
    guard
      tree.typeName(of: 0)?.equals("com.alipay.sofa.rpc.core.response.SofaResponse", in: bytes) ?? false,
      let isError = tree.child("isError", of: 0, in: bytes, ifKind: .boolean)
    else { return nil }
    self.isError = tree.nodes[isError].token.boolean
    errorMessage = tree.child("errorMsg", of: 0, in: bytes, ifKind: .string)
    value = tree.child("appResponse", of: 0, in: bytes)
    throwable = value.flatMap { SofaThrowable($0, of: tree, in: bytes) }
  }
}

/// An exception of Java: any object with a message and a stack. Indices in `HessianTree.nodes`.
public struct SofaThrowable: Sendable, Hashable {
  /// Of the object; its class is `HessianTree.typeName(of:)`.
  public let index: Int
  /// A string; nil for an exception without a message.
  public let message: Int?
  /// A list of objects with declaringClass, methodName, fileName and lineNumber.
  public let stack: Int?
  /// Another one; nil when there is none, which Java writes as a reference to the exception itself.
  public let cause: Int?

  public init?(_ index: Int, of tree: HessianTree, in bytes: RawSpan) {
    let kind = tree.nodes[index].kind
    guard kind == .object || kind == .map, tree.typeName(of: index) != nil,
      let message = tree.child("detailMessage", of: index, in: bytes),
      let stack = tree.child("stackTrace", of: index, in: bytes)
    else { return nil }
    self.index = index
    self.message = tree.nodes[message].kind == .string ? message : nil
    self.stack = tree.nodes[stack].kind == .list ? stack : nil
    let cause = tree.child("cause", of: index, in: bytes).map(tree.resolved)
    self.cause = cause.flatMap { $0 == index || tree.nodes[$0].kind == .null ? nil : $0 }
  }
}

extension HessianTree {
  fileprivate func child(
    _ name: StaticString, of index: Int, in bytes: RawSpan, ifKind kind: HessianToken.Kind
  ) -> Int? {
    child(name, of: index, in: bytes).flatMap { child in
      nodes[child].kind == kind && !(kind == .string && nodes[child].isPartial) ? child : nil
    }
  }
}
