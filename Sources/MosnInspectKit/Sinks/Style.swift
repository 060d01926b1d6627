/// Colours of a terminal (ECMA-48 SGR), or nothing in a pipe.
enum Style {
  case faint, bold, red, green, yellow, blue, magenta, cyan

  var code: StaticString {
    switch self {
    case .faint: "\u{1b}[2m"
    case .bold: "\u{1b}[1m"
    case .red: "\u{1b}[31m"
    case .green: "\u{1b}[32m"
    case .yellow: "\u{1b}[33m"
    case .blue: "\u{1b}[34m"
    case .magenta: "\u{1b}[35m"
    case .cyan: "\u{1b}[36m"
    }
  }
}

/// Whether to colour at all.
struct Palette: Sendable {
  var isColoured: Bool

  func paint(_ style: Style?, _ output: inout Output, _ write: (inout Output) -> Void) {
    guard isColoured, let style else { return write(&output) }
    output.append(style.code)
    write(&output)
    output.append("\u{1b}[0m" as StaticString)
  }
}
