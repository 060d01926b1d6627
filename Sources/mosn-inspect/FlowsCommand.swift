import ArgumentParser
import Glibc
import MosnInspectKit

/// `mosn-inspect flows`: a line per connection.
struct FlowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosn-inspect flows",
    abstract: "Shows every TCP connection of a capture: who, what, how much, and how it ended.",
    discussion: """
      What is not decoded is named where its first bytes tell (TLS with SNI and ALPN, HTTP/1.1, Dubbo, Kafka, MySQL …). \
      A file's connections stand in the order of their first packets; those of a pipe or an interface appear as they end. \
      docs/inspect.md has the names and the keys of --json.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: FlowsOptions
  @OptionGroup(title: "Bounds") var bounds: BoundOptions

  func validate() throws { try input.validate() }

  func run() throws {
    let retained = input.isPipe ? 0 : bounds.limits.totalBytes / 16
    var limits = bounds.limits
    limits.totalBytes -= retained
    let order = FlowOrder(capacity: retained / FlowOrder.footprint)
    try Inspection.run(input, FlowsView(options: output, order: order), limits)
  }
}

struct FlowsOptions: ParsableArguments {
  @Flag(help: "One JSON object per connection (docs/inspect.md has the schema).")
  var json = false

  @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
  var color: OutputOptions.Colour = .auto

  @Flag(name: [.customShort("q"), .long], help: "Only the summary.")
  var quiet = false
}

private struct FlowsView: View {
  let options: FlowsOptions
  let order: FlowOrder

  var showsFrames: Bool { false }
  var tellsFlows: Bool { !options.quiet }
  var bodyLimit: Int { 0 }
  var quiet: Bool { options.quiet }

  func renderer(start: Int64, files: [String]) -> any Renderer {
    if options.quiet { return QuietRenderer() }
    if options.json { return OrderedFlows(FlowJSONRenderer(), order) }
    return OrderedFlows(FlowLineRenderer(isColoured: options.color.isOn), order)
  }
}

extension InputOptions {
  /// Whether packets come as they are made, so that nobody should wait for the end.
  fileprivate var isPipe: Bool { isLive || sources.files.contains("-") }
}
