import ArgumentParser
import Glibc
import MosnInspectKit

/// What is shown, and how.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, fields }
  enum Colour: String, ExpressibleByArgument, CaseIterable { case auto, always, never }
  /// `t` to `tttt` are what is behind the first of tcpdump's -tt to -ttttt.
  enum Time: String, ExpressibleByArgument, CaseIterable { case r, d, e, a, ad, u, ud, t, tt, ttt, tttt }

  @Flag(
    name: .customShort("V"),
    help: "All of each message: bolt's fields with their places, HTTP/2's header fields, bodies.")
  var verbose = false

  @Flag(help: "HTTP/2: every frame instead of the messages they make.")
  var frames = false

  @Flag(help: "One JSON object per message (docs/inspect.md has the schema).")
  var json = false

  @Option(
    name: .customShort("T", allowingJoined: true),
    help: ArgumentHelp("text, json or fields.", valueName: "format"))
  var format: Format?

  @Option(
    name: .customShort("e", allowingJoined: true),
    help: ArgumentHelp(
      "With -T fields: a field to print, a JSON key, headers.NAME, trailers.NAME or tshark's name; may be repeated.",
      valueName: "field"))
  var fields: [String] = []

  @Option(
    name: .customShort("E", allowingJoined: true),
    help: ArgumentHelp(
      "With -T fields: separator=C (/t is a tab), header=y, quote=d, occurrence=f|l|a, aggregator=C or bom=y.",
      valueName: "option"))
  var fieldOptions: [String] = []

  @Option(
    name: .customShort("t", allowingJoined: true),
    help: ArgumentHelp(
      "Time: r since the start, d since the messages before, e since 1970, a and ad local, u and ud UTC (d: with date).",
      valueName: "form"))
  var time: Time = .r

  @Option(help: ArgumentHelp("Bytes of content shown at most.", valueName: "bytes"))
  var maxContent = 65_536

  @Option(
    help: ArgumentHelp(
      "Names of protocol buffers: what protoc -o FILE --include_imports writes; may be repeated.",
      valueName: "file"),
    completion: .file())
  var proto: [String] = []

  @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
  var color: Colour = .auto

  @Flag(name: [.customShort("q"), .long], help: "Only the summary.")
  var quiet = false

  func validate() throws {
    if maxContent < 0 { throw ValidationError("--max-content wants a number of bytes from 0 on") }
    if format == .fields || !fields.isEmpty {
      if fields.isEmpty { throw ValidationError("-T fields wants at least one -e FIELD") }
      for field in fields where !FieldsRenderer.isKnown(field) { throw ValidationError(unknown(field)) }
    }
    _ = try FieldsRenderer.Layout(options: fieldOptions)
  }

  private func unknown(_ field: String) -> String {
    if let nearest = FieldsRenderer.nearest(to: field) {
      return "-e \(field): no such field; did you mean \(nearest)?"
    }
    return "-e \(field): no such field; there are: \(FieldsRenderer.fields.joined(separator: " ")) "
      + "headers.NAME trailers.NAME, and tshark's names for them"
  }

  /// Bytes of each HTTP/2 body that are to be kept.
  var bodyLimit: Int {
    switch shown {
    case .json: maxContent
    case .text: verbose ? maxContent : 0
    case .fields: FieldsRenderer.showsContent(fields) ? maxContent : 0
    case nil: 0
    }
  }

  /// Nil where only the summary is wanted.
  private var shown: Format? {
    quiet ? nil : format ?? (json ? .json : fields.isEmpty ? .text : .fields)
  }

  /// - Parameters:
  ///   - start: time of the first packet, which decides what local time is.
  ///   - files: the names of files that are read together.
  ///   - contents: what shows contents, where they are shown.
  func renderer(start: Int64, files: [String], contents: ContentReader) -> any Renderer {
    switch shown {
    case nil: return QuietRenderer()
    case .json: return JSONRenderer(contents: contents, files: files)
    case .fields:
      let layout = (try? FieldsRenderer.Layout(options: fieldOptions)) ?? FieldsRenderer.Layout()
      return FieldsRenderer(fields: fields, layout: layout, contents: contents, files: files)
    case .text:
      let timeFormat = time.format(start: start)
      return verbose
        ? TreeRenderer(isColoured: isColoured, timeFormat: timeFormat, contents: contents, files: files)
        : LineRenderer(
          isColoured: isColoured, timeFormat: timeFormat, files: files,
          width: Terminal.isOutput ? { Terminal.columns } : nil)
    }
  }

  private var isColoured: Bool { color.isOn }

}

extension OutputOptions.Time {
  /// - Parameter start: time of the first packet, which decides what local time is.
  func format(start: Int64) -> TimeFormat {
    var second = time_t(start / 1_000_000_000)
    var local = tm()
    localtime_r(&second, &local)
    return switch self {
    case .r, .tttt: .relative
    case .d, .tt: .delta
    case .e, .t: .epoch
    case .a: .timeOfDay(offset: local.tm_gmtoff)
    case .ad, .ttt: .date(offset: local.tm_gmtoff)
    case .u: .timeOfDay(offset: 0)
    case .ud: .date(offset: 0)
    }
  }
}

extension OutputOptions.Colour {
  /// Whether to colour. https://no-color.org: a set NO_COLOR asks for none; a dumb terminal knows none.
  var isOn: Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: Terminal.isOutput && !Terminal.isDumb && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }
  }
}
