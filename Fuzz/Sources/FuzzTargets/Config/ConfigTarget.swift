import MosnConfig

extension FuzzTarget {
  static let config = FuzzTarget(
    "config", "a configuration file: refused or read; what is printed of it reads the same",
    longestInput: 8192
  ) { text in
    let budget = TimeBudget(bytes: text.count)
    let (configuration, diagnostics) = MosnConfig.parse(text)
    try expect(
      (configuration == nil) == diagnostics.contains { $0.severity == .error },
      "an error and a configuration, or none")
    for diagnostic in diagnostics {
      try expect(diagnostic.line >= 1 && diagnostic.column >= 1, "\(diagnostic)")
    }
    if let configuration {
      let printed = configuration.printed
      let (again, remarks) = MosnConfig.parse(Array(printed.utf8))
      try expect(again != nil, "what was printed is refused: \(remarks)\n\(printed)")
      try expectEqual(again?.printed, printed, "printed again")
    }
    try budget.check()
  }
}
