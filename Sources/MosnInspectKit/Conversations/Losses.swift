/// Why bytes of a direction are missing: the recorder cut its packets, or the capture has none of them.
struct Losses: Equatable {
  /// Some are of packets that were not captured.
  private(set) var areLost = false
  /// What the recorder kept of packets, if it has cut some.
  private(set) var snapLength: Int?

  /// - Parameter snapLength: nil where the packets were not captured.
  mutating func note(snapLength: Int?) {
    if let snapLength { self.snapLength = snapLength } else { areLost = true }
  }
}

extension Losses: CustomStringConvertible {
  /// What is said of the bytes.
  var description: String {
    guard let snapLength else { return "not captured" }
    return areLost ? "not captured or cut by snap length \(snapLength)" : "cut by snap length \(snapLength)"
  }
}
