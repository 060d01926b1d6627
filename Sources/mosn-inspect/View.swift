import MosnInspectKit

/// What a command shows of a capture: the options that decide it, and the renderer that writes it.
protocol View {
  /// HTTP/2 frame by frame.
  var showsFrames: Bool { get }
  /// Whether connections are told of when they are over.
  var tellsFlows: Bool { get }
  /// Whether messages are made calls.
  var tellsCalls: Bool { get }
  /// Bytes kept of the body of each HTTP/2 message.
  var bodyLimit: Int { get }
  /// Only the summary.
  var quiet: Bool { get }
  /// - Parameters:
  ///   - start: time of the first packet, which decides what local time is.
  ///   - files: the names of files that are read together.
  func renderer(start: Int64, files: [String]) -> any Renderer
}

extension View {
  var tellsCalls: Bool { false }
}

/// The messages of a capture.
struct MessagesView: View {
  let options: OutputOptions
  let contents: ContentReader

  var showsFrames: Bool { options.frames }
  var tellsFlows: Bool { false }
  var bodyLimit: Int { options.bodyLimit }
  var quiet: Bool { options.quiet }

  func renderer(start: Int64, files: [String]) -> any Renderer {
    options.renderer(start: start, files: files, contents: contents)
  }
}
