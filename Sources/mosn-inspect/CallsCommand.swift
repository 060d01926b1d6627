import ArgumentParser
import Glibc
import MosnInspectKit

/// `mosn-inspect calls`: a line per call.
struct CallsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosn-inspect calls",
    abstract: "Shows every call of a capture: who called what, how long it took, and what became of it.",
    discussion: """
      A call is a request and its answer, of bolt, HTTP/2 or gRPC, or the absence of one and why. Calls appear as they end. \
      docs/inspect.md has the outcomes and the keys of --json, which are also the fields of -T fields -e.

        mosn-inspect calls --slowest 10 FILE
        mosn-inspect calls --errors FILE
        mosn-inspect calls -T fields -E header=y -E separator=, -E quote=d -e service -e latency_ms FILE
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: CallsOptions
  @OptionGroup(title: "Bounds") var bounds: BoundOptions

  func validate() throws {
    try input.validate()
    try output.validate(room: room)
  }

  /// How many calls a fourth of the memory holds.
  private var room: Int { bounds.limits.totalBytes / 4 / CallOrder.footprint }

  func run() throws {
    var limits = bounds.limits
    let capacity = min(output.slowest ?? .max, room)
    if output.order != nil { limits.totalBytes -= min(capacity * CallOrder.footprint, limits.totalBytes / 4) }
    let overflow = CallOverflow()
    defer { if output.slowest == nil { sayWhatFoundNoRoom(overflow.count, of: capacity) } }
    try Inspection.run(input, CallsView(options: output, capacity: capacity, overflow: overflow), limits)
  }

  private func sayWhatFoundNoRoom(_ count: Int, of capacity: Int) {
    guard count > 0, let order = output.order else { return }
    let effect = order == .request ? "stand out of order" : "are not shown"
    Diagnostics.error(
      "warning: \(count) calls \(effect): --max-memory has room for \(capacity) to put in order")
  }
}

struct CallsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Order: request, latency, first-byte or bytes; without, as calls end.", valueName: "key"))
  var sort: CallOrder?

  @Option(help: ArgumentHelp("Only the N calls that took longest, the slowest first.", valueName: "n"))
  var slowest: Int?

  @Flag(help: "Only calls that failed: error, timeout, reset, goaway, closed.")
  var errors = false

  @Flag(help: "One JSON object per call (docs/inspect.md has the schema).")
  var json = false

  @Option(
    name: .customShort("T", allowingJoined: true),
    help: ArgumentHelp("text, json or fields.", valueName: "format"))
  var format: OutputOptions.Format?

  @Option(
    name: .customShort("e", allowingJoined: true),
    help: ArgumentHelp("With -T fields: a JSON key to print; may be repeated.", valueName: "field"))
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
      "Time: r since the start, d since the calls before, e since 1970, a and ad local, u and ud UTC (d: with date).",
      valueName: "form"))
  var time: OutputOptions.Time = .r

  @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
  var color: OutputOptions.Colour = .auto

  @Flag(name: [.customShort("q"), .long], help: "Only the summary.")
  var quiet = false

  /// What the calls are put into the order of.
  var order: CallOrder? { slowest == nil ? sort : .latency }

  /// - Parameter room: how many calls there is memory for.
  func validate(room: Int) throws {
    if let slowest {
      guard slowest > 0 else { throw ValidationError("--slowest wants a number of calls from 1 on") }
      guard slowest <= room else {
        throw ValidationError("--slowest \(slowest): --max-memory has room for \(room) calls")
      }
      if let sort, sort != .latency {
        throw ValidationError("--slowest is in the order of latency; --sort \(sort.rawValue) is another")
      }
    }
    if format == .fields || !fields.isEmpty {
      if fields.isEmpty { throw ValidationError("-T fields wants at least one -e FIELD") }
      for field in fields where !CallFieldsRenderer.isKnown(field) { throw ValidationError(unknown(field)) }
    }
    _ = try FieldsRenderer.Layout(options: fieldOptions)
  }

  private func unknown(_ field: String) -> String {
    if let nearest = CallFieldsRenderer.nearest(to: field) {
      return "-e \(field): calls have no such field; did you mean \(nearest)?"
    }
    return "-e \(field): calls have no such field; there are: "
      + CallFieldsRenderer.fields.joined(separator: " ")
  }
}

extension CallOrder: ExpressibleByArgument {
  /// Bytes of memory that a call takes which waits to be shown, about.
  static var footprint: Int { 1_024 }
}

private struct CallsView: View {
  let options: CallsOptions
  let capacity: Int
  let overflow: CallOverflow

  var showsFrames: Bool { false }
  var tellsFlows: Bool { false }
  var tellsCalls: Bool { !options.quiet }
  var bodyLimit: Int { 0 }
  var quiet: Bool { options.quiet }

  func renderer(start: Int64, files: [String]) -> any Renderer {
    if options.quiet { return QuietRenderer() }
    switch options.format ?? (options.json ? .json : options.fields.isEmpty ? .text : .fields) {
    case .json: return ordered(CallJSONRenderer(files: files))
    case .fields:
      let layout = (try? FieldsRenderer.Layout(options: options.fieldOptions)) ?? FieldsRenderer.Layout()
      return ordered(CallFieldsRenderer(fields: options.fields, layout: layout, files: files))
    case .text:
      return ordered(
        CallLineRenderer(
          isColoured: options.color.isOn, timeFormat: options.time.format(start: start), files: files,
          width: Terminal.isOutput ? { Terminal.columns } : nil))
    }
  }

  private func ordered(_ renderer: some Renderer) -> any Renderer {
    guard let order = options.order else { return chosen(renderer) }
    return chosen(RankedCalls(renderer, order, capacity: capacity, overflow: overflow))
  }

  private func chosen(_ renderer: some Renderer) -> any Renderer {
    options.errors ? FailedCalls(renderer) : renderer
  }
}
