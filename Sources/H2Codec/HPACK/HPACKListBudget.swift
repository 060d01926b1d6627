/// What is left of the limits while one block is decoded.
struct HPACKListBudget {
  private let limits: HPACKLimits
  private var listSize = 0
  private var fieldCount = 0
  /// The limit of the list that was passed; from then on fields are dropped.
  private(set) var violation: HPACKError?

  init(_ limits: HPACKLimits) { self.limits = limits }

  /// Whether a field of `byteCount` octets goes into the list.
  @inline(__always)
  mutating func admits(_ byteCount: Int, at offset: Int) throws(HPACKError) -> Bool {
    listSize &+= byteCount &+ HPACKDynamicTable.overhead
    fieldCount &+= 1
    if listSize <= limits.listSize, fieldCount <= limits.fieldCount { return violation == nil }
    return try exceeds(at: offset)
  }

  private mutating func exceeds(at offset: Int) throws(HPACKError) -> Bool {
    if listSize > limits.blockSize {
      throw HPACKError(.blockTooLarge, at: offset, expected: limits.blockSize, found: listSize)
    }
    if violation == nil {
      violation =
        listSize > limits.listSize
        ? HPACKError(.listTooLarge, at: offset, expected: limits.listSize, found: listSize)
        : HPACKError(.tooManyFields, at: offset, expected: limits.fieldCount, found: fieldCount)
    }
    return false
  }
}
