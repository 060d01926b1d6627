import ArgumentParser
import Glibc
import MosnInspectKit

/// What is shown, and how.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, fields }
  enum Colour: String, ExpressibleByArgument, CaseIterable { case auto, always, never }
  enum Time: String, ExpressibleByArgument, CaseIterable { case r, d, e, a, ad, u, ud }

  @Flag(
    name: .customShort("V"),
    help: "bolt: every field with its place, and the content. HTTP/2: every header field.")
  var verbose = false

  @Flag(help: "HTTP/2: every frame instead of the messages they make.")
  var frames = false

  @Flag(help: "One JSON object per message (docs/inspect.md has the schema).")
  var json = false

  @Option(name: .customShort("T"), help: ArgumentHelp("text, json or fields.", valueName: "format"))
  var format: Format?

  @Option(
    name: .customShort("e"),
    help: ArgumentHelp(
      "With -T fields: a field to print, a JSON key or headers.NAME; may be repeated.", valueName: "field"))
  var fields: [String] = []

  @Option(
    name: .customShort("E"),
    help: ArgumentHelp("With -T fields: separator=C (/t is a tab) or header=y.", valueName: "option"))
  var fieldOptions: [String] = []

  @Option(
    name: .customShort("t"),
    help: ArgumentHelp(
      "Time: r since the start, d since the message before, e since 1970, a and ad local, u and ud UTC (d: with date).",
      valueName: "form"))
  var time: Time = .r

  @Option(help: ArgumentHelp("Bytes of content shown at most.", valueName: "bytes"))
  var maxContent = 65_536

  @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
  var color: Colour = .auto

  @Flag(name: [.customShort("q"), .long], help: "Only the summary.")
  var quiet = false

  func validate() throws {
    if maxContent < 0 { throw ValidationError("--max-content wants a number of bytes from 0 on") }
    if format == .fields || !fields.isEmpty {
      if fields.isEmpty { throw ValidationError("-T fields wants at least one -e FIELD") }
      for field in fields where !FieldsRenderer.isKnown(field) {
        throw ValidationError(
          "-e \(field): no such field; there are: \(FieldsRenderer.fields.joined(separator: " ")) headers.NAME"
        )
      }
    }
    for option in fieldOptions where !option.hasPrefix("separator=") && !option.hasPrefix("header=") {
      throw ValidationError("-E \(option): expected separator=C or header=y")
    }
  }

  /// - Parameter start: time of the first packet, which decides what local time is.
  func renderer(start: Int64) -> any Renderer {
    if quiet { return QuietRenderer() }
    switch format ?? (json ? .json : fields.isEmpty ? .text : .fields) {
    case .json: return JSONRenderer(maxContent: maxContent)
    case .fields:
      return FieldsRenderer(
        fields: fields, separator: separator, withHeading: fieldOptions.contains("header=y"),
        maxContent: maxContent)
    case .text:
      let timeFormat = timeFormat(start: start)
      return verbose
        ? TreeRenderer(isColoured: isColoured, timeFormat: timeFormat, maxContent: maxContent)
        : LineRenderer(isColoured: isColoured, timeFormat: timeFormat)
    }
  }

  private var separator: String {
    switch fieldOptions.last(where: { $0.hasPrefix("separator=") })?.dropFirst("separator=".count) {
    case nil, "/t"?: "\t"
    case "/s"?: " "
    case let text?: String(text)
    }
  }

  private var isColoured: Bool { color.isOn }

  private func timeFormat(start: Int64) -> TimeFormat {
    var second = time_t(start / 1_000_000_000)
    var local = tm()
    localtime_r(&second, &local)
    return switch time {
    case .r: .relative
    case .d: .delta
    case .e: .epoch
    case .a: .timeOfDay(offset: local.tm_gmtoff)
    case .ad: .date(offset: local.tm_gmtoff)
    case .u: .timeOfDay(offset: 0)
    case .ud: .date(offset: 0)
    }
  }
}

extension OutputOptions.Colour {
  /// Whether to colour. https://no-color.org: a set NO_COLOR asks for none.
  var isOn: Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isatty(STDOUT_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }
  }
}
