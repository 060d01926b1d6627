import ArgumentParser

@main
struct MosnInspect: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "mosn-inspect")
}
