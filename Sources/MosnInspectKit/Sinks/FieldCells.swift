/// The cells of a line of `-T fields`, filled one by one and written as the layout has it.
struct FieldCells: Sendable {
  private let layout: FieldsRenderer.Layout
  private var cells: [Output]
  /// How many values each has.
  private var counts: [Int]

  init(_ count: Int, _ layout: FieldsRenderer.Layout) {
    self.layout = layout
    cells = Array(repeating: Output(), count: count)
    counts = Array(repeating: 0, count: count)
  }

  mutating func clear() {
    for index in cells.indices {
      cells[index].removeAll()
      counts[index] = 0
    }
  }

  /// One more value of a cell, if it is one: `write` says whether.
  mutating func add(to index: Int, _ write: (inout Output) -> Bool) {
    var cell = cells[index]
    cells[index] = Output()
    defer { cells[index] = cell }
    let length = cell.bytes.count
    let isLater = counts[index] > 0
    if isLater, layout.occurrence == .first { return }
    if isLater { cell.append(layout.aggregator) }
    let start = cell.bytes.count
    guard write(&cell) else { return cell.keep(length) }
    counts[index] += 1
    if isLater, layout.occurrence == .last { cell.drop(first: start) }
  }

  func write(into output: inout Output) {
    for index in cells.indices {
      if index > 0 { output.append(layout.separator) }
      layout.write(cells[index].bytes, into: &output)
    }
    output.append(byte: UInt8(ascii: "\n"))
  }
}

extension FieldsRenderer.Layout {
  /// What stands before the first line.
  func writeBeginning(_ fields: [String], into output: inout Output) {
    if hasByteOrderMark { output.append("\u{FEFF}" as StaticString) }
    guard hasHeading else { return }
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(separator) }
      write(Array(field.utf8), into: &output)
    }
    output.append(byte: UInt8(ascii: "\n"))
  }

  fileprivate func write(_ cell: [UInt8], into output: inout Output) {
    guard let quote else { return output.append(cell) }
    output.append(byte: quote)
    for byte in cell {
      if byte == quote { output.append(byte: quote) }
      output.append(byte: byte)
    }
    output.append(byte: quote)
  }
}
