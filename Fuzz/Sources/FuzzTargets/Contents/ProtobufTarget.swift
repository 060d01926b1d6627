import ContentProperties

extension FuzzTarget {
  static let protobuf = FuzzTarget(
    "protobuf", "a message without its schema: as hessian, its size times its depth"
  ) { bytes in
    let budget = TimeBudget(bytes: bytes.count)
    try fuzzProtobuf(bytes)
    try budget.check()
  }
}
