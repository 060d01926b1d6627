/// How wide a column is set: as most of the latest lines need it. A wide value stands out once and moves no later line; where
/// many are wide, the column follows.
struct ColumnWidth: Sendable {
  private let least: Int
  private var recent: [8 of Int]
  private var next = 0

  init(least: Int) {
    self.least = least
    recent = .init(repeating: 0)
  }

  /// The width for a line whose value takes `needed` columns.
  mutating func width(for needed: Int) -> Int {
    recent[next] = needed
    next = (next + 1) % recent.count
    guard needed > least || recent.indices.contains(where: { recent[$0] > least }) else { return least }
    var sorted = recent.indices.map { recent[$0] }
    sorted.sort()
    // Of eight, the fifth: one call has two lines. In steps, so that a digit more or less moves nothing.
    let usual = sorted[4]
    return usual <= least ? least : (usual + 3) / 4 * 4
  }
}
