/// A value in a tree: behind it follow those it holds.
public struct HessianNode: Sendable, Hashable {
  /// Its range is that of all its bytes, to the end of the last value it holds.
  public internal(set) var token: HessianToken
  /// Where in `HessianTree.nodes` the first one stands that it does not hold.
  public internal(set) var next: Int32
  /// Whether a reference names it.
  public internal(set) var isReferenced = false
  /// Whether reading stopped inside it.
  public internal(set) var isPartial = false

  public var kind: HessianToken.Kind { token.kind }
}

/// All values of a content, one after the other in one array, each before those it holds. Their bytes stay where they
/// are: every function that shows something takes them again, and no text is copied before.
///
/// Where the content breaks a rule or ends too early, the tree holds what stands before, and the beginning of a text, and `failure` says why it ends there.
public struct HessianTree: Sendable {
  public private(set) var nodes: [HessianNode] = []
  /// Lists, maps and objects by the numbers that references name them by: indices in `nodes`.
  public private(set) var containers: [Int32] = []
  public private(set) var failure: HessianError?
  public var names: HessianNames { reader.names }
  /// See `HessianReader`.
  public var steps: Int { reader.steps }
  /// How far the content was read.
  public var end: Int { reader.offset }

  private var reader: HessianReader
  private var open: [Int32] = []

  public init(limits: HessianLimits = HessianLimits()) { reader = HessianReader(limits: limits) }

  public init(_ bytes: RawSpan, limits: HessianLimits = HessianLimits()) {
    self.init(limits: limits)
    read(bytes)
  }

  /// Reads another content with the memory of the one before.
  public mutating func read(_ bytes: RawSpan) {
    reader.reset()
    nodes.removeAll(keepingCapacity: true)
    containers.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    failure = nil
    do throws(HessianError) {
      while let token = try reader.next(in: bytes) { append(token) }
    } catch {
      failure = error
      if let text = reader.unfinished {
        append(text)
        nodes[nodes.count - 1].isPartial = true
      }
      for index in open {
        nodes[Int(index)].isPartial = true
        nodes[Int(index)].next = Int32(nodes.count)
        nodes[Int(index)].token.stop = UInt32(truncatingIfNeeded: bytes.byteCount)
      }
    }
  }

  private mutating func append(_ token: HessianToken) {
    let index = Int32(nodes.count)
    switch token.kind {
    case .end:
      guard let innermost = open.popLast() else { return }
      nodes[Int(innermost)].next = index
      nodes[Int(innermost)].token.stop = token.stop
      return
    case .list, .map, .object:
      containers.append(index)
      open.append(index)
    case .reference:
      // The reader has compared it with the number of containers.
      nodes[Int(containers[Int(token.integer)])].isReferenced = true
    default: break
    }
    nodes.append(HessianNode(token: token, next: index + 1))
  }
}

extension HessianTree {
  /// The values that no other one holds.
  public var roots: HessianSiblings { HessianSiblings(nodes, next: 0, end: nodes.count) }

  /// The values that this one holds: of a map keys and values by turns, of an object those of its fields.
  public func children(of index: Int) -> HessianSiblings {
    HessianSiblings(nodes, next: index + 1, end: Int(nodes[index].next))
  }

  /// The name of an object's class, or the type of a list, a map or a remote object.
  public func typeName(of index: Int) -> HessianText? {
    let token = nodes[index].token
    guard let name = token.nameIndex else { return nil }
    return token.kind == .object ? names.classes[name].name : names.types[name]
  }

  /// Names of the fields of an object, in `names.fields`.
  public func fields(of index: Int) -> Range<Int> {
    let token = nodes[index].token
    guard token.kind == .object, let name = token.nameIndex else { return 0..<0 }
    return names.classes[name].fields
  }

  /// The field of an object, or the value of a map's key: of Hessian 1's objects, which are maps.
  public func child(_ name: StaticString, of index: Int, in bytes: RawSpan) -> Int? {
    switch nodes[index].kind {
    case .object:
      for (field, child) in zip(fields(of: index), children(of: index))
      where names.fields[field].equals(name, in: bytes) {
        return child
      }
    case .map:
      var entries = children(of: index)
      while let key = entries.next(), let value = entries.next() {
        if nodes[key].kind == .string, nodes[key].token.text.equals(name, in: bytes) { return value }
      }
    default: break
    }
    return nil
  }

  /// The node that a reference names; any other as it is.
  public func resolved(_ index: Int) -> Int {
    let token = nodes[index].token
    return token.kind == .reference ? Int(containers[Int(token.integer)]) : index
  }

  /// The number of a list, a map or an object among all of them.
  func number(ofContainer index: Int) -> Int {
    var (low, high) = (0, containers.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(containers[middle]) < index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Values beside each other, as indices in `HessianTree.nodes`.
public struct HessianSiblings: Sequence, IteratorProtocol, Sendable {
  private let nodes: [HessianNode]
  private var index: Int
  private let end: Int

  init(_ nodes: [HessianNode], next: Int, end: Int) {
    (self.nodes, index, self.end) = (nodes, next, end)
  }

  public mutating func next() -> Int? {
    guard index < end else { return nil }
    defer { index = Int(nodes[index].next) }
    return index
  }
}
