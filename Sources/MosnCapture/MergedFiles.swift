/// Several files read as one, in the order of their packets' times, as mergecap does: always the earliest of the packets
/// that come next. Packets of one file stay in its order.
final class MergedFiles {
  /// What is to be said of single files.
  private(set) var notes: [String] = []
  var beforeWaiting: (() -> Void)? {
    didSet { for index in open.indices { open[index].reader.beforeWaiting = beforeWaiting } }
  }

  private struct Source {
    let file: Int
    let reader: CaptureReader
    /// Its next packet, whose bytes are lent until the one behind it is read.
    var head: (packet: CapturedPacket, bytes: UnsafeRawBufferPointer)
  }

  private let paths: [String]
  private let options: CaptureOptions
  private let stopSwitch: StopSwitch
  private var open: [Source] = []
  /// Files that are not open, by the time of their first packet, the earliest last.
  private var resting: [(time: Int64, file: Int)] = []
  /// Whose packet was lent last, a place in `open`.
  private var lent: Int?
  /// What damaged a file: told when the others have been read.
  private var failure: CaptureError?
  private var finishedBytes: Int64 = 0
  private var totalBytes: Int64? = 0

  /// Files that are kept open from the start; of more, each is opened again when its time comes, so that a thousand pieces
  /// of one recording need no thousand descriptors and buffers.
  static let openLimit = 32

  init(paths: [String], options: CaptureOptions, stopSwitch: StopSwitch) throws(CaptureError) {
    (self.paths, self.options, self.stopSwitch) = (paths, options, stopSwitch)
    for file in 1...max(1, paths.count) where file <= paths.count {
      let reader = try CaptureReader.file(paths[file - 1], options: options, stopSwitch: stopSwitch)
      let size = reader.position?.totalBytes
      totalBytes = totalBytes.flatMap { total in size.map { total + $0 } }
      guard let head = try first(of: reader, file) else { continue }
      if size != nil, open.count >= Self.openLimit {
        resting.append((head.packet.time, file))
      } else {
        open.append(Source(file: file, reader: reader, head: head))
      }
    }
    resting.sort { ($0.time, $0.file) > ($1.time, $1.file) }
  }

  /// Files that are open now.
  var openCount: Int { open.count }

  var position: (bytesRead: Int64, totalBytes: Int64?) {
    (open.reduce(finishedBytes) { $0 + ($1.reader.position?.bytesRead ?? 0) }, totalBytes)
  }

  var statistics: CaptureStatistics? {
    open.compactMap(\.reader.statistics).reduce(nil) { sum, next in sum.map { $0 + next } ?? next }
  }

  func next() throws(CaptureError) -> Reading {
    if let lent { advance(lent) }
    lent = nil
    try wake()
    guard let earliest = earliest() else {
      if let failure { throw failure }
      return .ended(stopSwitch.isRequested ? .stopped : .complete)
    }
    lent = earliest
    return .packet(open[earliest].head.packet, open[earliest].head.bytes)
  }

  /// The place of the file whose next packet is the earliest; of the same time, the file that was named first.
  private func earliest() -> Int? {
    open.indices.min {
      (open[$0].head.packet.time, open[$0].file) < (open[$1].head.packet.time, open[$1].file)
    }
  }

  /// Opens the files whose time has come.
  private func wake() throws(CaptureError) {
    while let next = resting.last {
      if let place = earliest(), open[place].head.packet.time < next.time { return }
      resting.removeLast()
      let reader = try CaptureReader.file(paths[next.file - 1], options: options, stopSwitch: stopSwitch)
      if let head = try first(of: reader, next.file) {
        open.append(Source(file: next.file, reader: reader, head: head))
      }
    }
  }

  private func first(
    of reader: CaptureReader, _ file: Int
  ) throws(CaptureError) -> (packet: CapturedPacket, bytes: UnsafeRawBufferPointer)? {
    reader.beforeWaiting = beforeWaiting
    guard var head = try reader.nextPacket() else {
      finish(reader, file)
      return nil
    }
    head.0.file = file
    return head
  }

  /// Reads the next packet of a file, which may have ended.
  private func advance(_ place: Int) {
    let source = open[place]
    do throws(CaptureError) {
      if var head = try source.reader.nextPacket() {
        head.0.file = source.file
        open[place].head = head
        return
      }
    } catch {
      failure = failure ?? error
    }
    finish(source.reader, source.file)
    open.remove(at: place)
  }

  private func finish(_ reader: CaptureReader, _ file: Int) {
    if case .cutShort(let cut) = reader.end { notes.append("\(paths[file - 1]): \(cut)") }
    notes += reader.notes.map { "\(paths[file - 1]): \($0)" }
    finishedBytes += reader.position?.bytesRead ?? 0
  }
}
