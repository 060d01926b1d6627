import ArgumentParser

/// The first argument may name a command; without one the messages of a capture are shown. A file that is called like a
/// command is `./flows` or `-r flows`.
@main
enum Program {
  static func main() {
    let arguments = Habits.separated(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "flows": FlowsCommand.main(Array(arguments.dropFirst()))
    case "calls": CallsCommand.main(Array(arguments.dropFirst()))
    default: MosnInspect.main(arguments)
    }
  }
}
