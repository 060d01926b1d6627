import ContentProperties

extension FuzzTarget {
  static let hessian = FuzzTarget(
    "hessian",
    "a content: read within its size; what is shown of it is bounded, whole JSON, and safe for a terminal"
  ) { bytes in
    let budget = TimeBudget(bytes: bytes.count)
    try fuzzHessian(bytes)
    try budget.check()
  }
}
