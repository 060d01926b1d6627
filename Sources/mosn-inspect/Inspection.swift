import ArgumentParser
import Glibc
import MosnCapture
import MosnInspectKit

/// One run: packets from the reader through the inspector to standard output, and the summary at the end.
struct Inspection: ~Copyable {
  private(set) var wasInterrupted = false
  /// Why the messages could not be written (`errno`); a reader that went away is no failure.
  var outputFailure: Int32? { output.failure }
  /// Whether no packet was read.
  var isEmpty: Bool { inspector.summary.packets == 0 }

  private let input: InputOptions
  private let view: any View
  private var inspector: Inspector
  private var renderer: (any Renderer)?
  /// The names of the files, where there are several.
  private let files: [String]
  private let output: StandardOutput
  private var progress: ProgressBar
  /// Live: when messages that go on were looked for last (`Clock.monotonic`).
  private var announced: Int64 = 0

  /// Live: a message that goes on for so long is shown before its end, in nanoseconds; and how often they are looked for.
  private static let openPatience: Int64 = 1_000_000_000
  private static let announceInterval: Int64 = 250_000_000

  private init(_ input: InputOptions, _ view: any View, _ limits: InspectLimits) {
    self.input = input
    self.view = view
    inspector = Inspector(
      limits: limits, assignments: input.assignments, showsFrames: view.showsFrames,
      tellsFlows: view.tellsFlows, tellsCalls: view.tellsCalls, bodyLimit: view.bodyLimit)
    let files = input.sources.files
    self.files = files.count > 1 ? files : []
    output = StandardOutput(input.isLive ? .live : Terminal.isOutput ? .watched : .gathering)
    progress = ProgressBar(isQuiet: view.quiet)
  }

  /// A command's work: reads all of the input, shows what the view shows of it, and throws the exit status.
  static func run(_ input: InputOptions, _ view: any View, _ limits: InspectLimits) throws {
    Interrupt.install()
    var inspection = Inspection(input, view, limits)
    do throws(CaptureError) {
      try inspection.run(try input.open(Interrupt.stopSwitch))
    } catch {
      guard !inspection.isEmpty || !Interrupt.stopSwitch.isRequested else {
        inspection.stopBeforeBeginning()
        throw ExitCode(130)
      }
      inspection.close()
      Diagnostics.error("\(error)")
      throw ExitCode(error.exitCode)
    }
    if let failure = inspection.outputFailure {
      Diagnostics.error("standard output cannot be written: \(String(cString: strerror(failure)))")
      throw ExitCode(EX_IOERR)
    }
    if inspection.wasInterrupted, !input.isLive { throw ExitCode(130) }
  }

  mutating func run(_ reader: CaptureReader) throws(CaptureError) {
    reader.beforeWaiting = { [output, stopSwitch = reader.stopSwitch] in
      output.flush()
      if output.isClosed { stopSwitch.stop() }
    }
    if input.isLive {
      reader.pendingOutput = { [output] in output.pending }
      try listen(reader)
    } else {
      try readAll(reader)
    }
    close()
    wasInterrupted = reader.end == .stopped && !output.isClosed
    guard !output.isClosed else { return }
    if case .cutShort(let cut) = reader.end { Diagnostics.error("warning: \(cut)") }
    for note in reader.notes { Diagnostics.error("note: \(note)") }
    summarise(capture: input.isLive ? reader.statistics : nil)
  }

  private mutating func readAll(_ reader: CaptureReader) throws(CaptureError) {
    var left = input.count ?? .max
    while left > 0, !output.isClosed, try reader.next({ packet, bytes in read(packet, bytes) }) {
      left -= 1
      if left & 0xfff == 0 { progress.update(reader, packets: inspector.summary.packets) }
    }
  }

  private mutating func listen(_ reader: CaptureReader) throws(CaptureError) {
    sayWhere(reader)
    var left = input.count ?? .max
    while left > 0, !output.isClosed {
      switch try reader.step({ packet, bytes in read(packet, bytes) }) {
      case .packet: left -= 1
      case .idle: break
      case .ended: return
      }
      announceOpenMessages()
    }
  }

  /// What is listened to, as tcpdump says it.
  private func sayWhere(_ reader: CaptureReader) {
    guard let interface = reader.interfaces.first else { return }
    let linkType = interface.linkType.map { ", link type \($0.pcapName)" } ?? ""
    Diagnostics.write(
      "listening on \(interface.name ?? "?")\(linkType), snapshot length \(interface.snapshotLength) bytes")
  }

  private mutating func announceOpenMessages() {
    let now = Clock.monotonic
    guard !isEmpty, now - announced >= Self.announceInterval else { return }
    announced = now
    var renderer = takeRenderer(at: inspector.summary.firstTime)
    inspector.announce(begunBy: Clock.real - Self.openPatience) { renderer.render($0) }
    output.take(&renderer.output)
    self.renderer = renderer
  }

  /// It was ended before the capture had begun: that it holds nothing yet is no fault of it.
  mutating func stopBeforeBeginning() {
    wasInterrupted = true
    summarise(capture: nil)
  }

  private func summarise(capture: CaptureStatistics?) {
    for line in inspector.summary.lines { Diagnostics.write(line) }
    if let capture { sayWhatWasDropped(capture) }
  }

  /// Packets that passed and were not read, and why.
  private func sayWhatWasDropped(_ capture: CaptureStatistics) {
    if let count = capture.droppedByInterface, count > 0 {
      Diagnostics.write(
        "  \(count) packets dropped by the interface or its driver, before any program could read them")
    }
    guard let count = capture.droppedByKernel, count > 0 else { return }
    let tenths = output.blocked / 100_000_000
    let cause =
      tenths > 0
      ? "while the output waited \(tenths / 10).\(tenths % 10) s for its reader"
      : "because they came faster than they were read"
    Diagnostics.write(
      "  \(count) packets dropped by the kernel: its buffer of \(input.bufferSize) KiB (-B) was full \(cause)"
    )
  }

  /// Writes what is left after the last packet.
  mutating func close() {
    progress.clear()
    var renderer = self.renderer ?? view.renderer(start: 0, files: files)
    repeat {
      let hasMore = inspector.finishNext(1_024) { renderer.render($0) }
      take(&renderer)
      if !hasMore { break }
    } while true
    renderer.finish()
    output.take(&renderer.output)
    output.finish()
    self.renderer = renderer
  }

  private mutating func read(_ packet: CapturedPacket, _ bytes: RawSpan) {
    var renderer = takeRenderer(at: packet.time)
    inspector.receive(
      bytes, number: packet.number, file: packet.file, time: packet.time, linkType: packet.linkType,
      originalLength: packet.originalLength
    ) { renderer.render($0) }
    take(&renderer)
    self.renderer = renderer
  }

  /// Takes over what the packets so far have given.
  private mutating func take(_ renderer: inout any Renderer) {
    if view.tellsFlows { for flow in inspector.takeFlows() { renderer.render(flow) } }
    if view.tellsCalls { inspector.takeCalls { renderer.render($0) } }
    output.take(&renderer.output)
  }

  /// Takes the renderer out for the length of a call, so that it is changed in place and not copied.
  private mutating func takeRenderer(at time: Int64) -> any Renderer {
    defer { renderer = nil }
    if let renderer { return renderer }
    var renderer = view.renderer(start: time, files: files)
    renderer.begin(at: time)
    return renderer
  }
}
