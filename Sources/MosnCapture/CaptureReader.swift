import MosnBytes

/// Reads the packets of a capture one by one: of a pcap or pcapng file, plain or packed with gzip or zstd, of
/// standard input, or of a network interface.
///
///     let reader = try CaptureReader.file("call.pcapng.gz")
///     while try reader.next({ packet, bytes in … }) {}
///     if case .cutShort(let cut) = reader.end { print(cut) }
///
/// Not `Sendable`: it belongs to the thread that reads. To end it from elsewhere, keep its `stopSwitch`.
public final class CaptureReader {
  /// Ends the capture from another thread or a signal handler.
  public let stopSwitch: StopSwitch
  /// Why there are no more packets; nil while there may be, and after an error.
  public private(set) var end: CaptureEnd?
  /// Called when the next packet may have to be waited for (a pipe, an interface): the time to show what is there.
  public var beforeWaiting: (() -> Void)? {
    didSet {
      file?.beforeWaiting = beforeWaiting
      if case .live(let live) = source { live.beforeWaiting = beforeWaiting }
      if case .merged(let merged) = source { merged.beforeWaiting = beforeWaiting }
    }
  }

  /// Live: tells of a descriptor that there is something to write to, so that a wait ends when it can be written to.
  public var pendingOutput: (() -> Int32?)? {
    didSet { if case .live(let live) = source { live.pendingOutput = pendingOutput } }
  }

  /// What a call of `step` came to.
  public enum Step: Sendable { case packet, idle, ended }

  private enum Source {
    case pcap(PcapFile)
    case pcapng(PcapngReader)
    case live(LiveCapture)
    case merged(MergedFiles)
  }

  private let source: Source
  /// The file all bytes come from, and whether libpcap reads it without us.
  private let file: FileSource?
  private var grace = StopGrace()
  /// An error stays: nothing after it can be read.
  private var failure: CaptureError?

  private init(_ source: Source, file: FileSource?, stopSwitch: StopSwitch) {
    self.source = source
    self.file = file
    self.stopSwitch = stopSwitch
  }

  /// Opens a capture file; "-" is standard input. The packing is recognised by content, not by name.
  public static func file(
    _ path: String, options: CaptureOptions = CaptureOptions(), stopSwitch: StopSwitch = StopSwitch()
  ) throws(CaptureError) -> CaptureReader {
    let file = try FileSource(path: path, stopSwitch: stopSwitch)
    return try open(file, file: file, name: file.path, options: options, stopSwitch: stopSwitch)
  }

  /// Opens several capture files, whose packets come in the order of their times. What is wrong with one at its opening is
  /// thrown; a fault further on when the others have been read.
  public static func files(
    _ paths: [String], options: CaptureOptions = CaptureOptions(), stopSwitch: StopSwitch = StopSwitch()
  ) throws(CaptureError) -> CaptureReader {
    if paths.count == 1 { return try file(paths[0], options: options, stopSwitch: stopSwitch) }
    let merged = try MergedFiles(paths: paths, options: options, stopSwitch: stopSwitch)
    return CaptureReader(.merged(merged), file: nil, stopSwitch: stopSwitch)
  }

  /// Opens whatever `bytes` hold; `file` is the same where they are a file's.
  static func open(
    _ bytes: any ByteSource, file: FileSource?, name: String, options: CaptureOptions, stopSwitch: StopSwitch
  ) throws(CaptureError) -> CaptureReader {
    var input = ReadAhead(bytes)
    guard try input.fill(1) else { throw .empty(path: name) }
    let packing = try unpack(&input, name, options.limits)
    let source = try source(input, packing.isEmpty ? file : nil, name, packing, options)
    return CaptureReader(source, file: file, stopSwitch: stopSwitch)
  }

  /// Listens to a network interface; "any" is all of them.
  public static func live(
    interface: String, options: CaptureOptions = CaptureOptions(), stopSwitch: StopSwitch = StopSwitch()
  ) throws(CaptureError) -> CaptureReader {
    CaptureReader(
      .live(try LiveCapture(interface: interface, options: options, stopSwitch: stopSwitch)), file: nil,
      stopSwitch: stopSwitch)
  }

  /// The interfaces of this machine that `live` could listen to.
  public static func interfaces() throws(CaptureError) -> [CaptureInterface] {
    try CaptureInterface.all()
  }

  /// Calls `body` with the next packet and its bytes, which are lent for the length of the call; false at the
  /// end. Waits where packets are still to come. `body` must not use the reader.
  ///
  /// Throws when the capture is damaged or the interface fails, and the same again when called again; every
  /// packet before was delivered.
  public func next(_ body: (CapturedPacket, RawSpan) -> Void) throws(CaptureError) -> Bool {
    guard let (packet, bytes) = try nextPacket() else { return false }
    body(packet, bytes.bytes)
    return true
  }

  /// Like `next`, and comes back with `idle` where nothing has come for a moment.
  public func step(_ body: (CapturedPacket, RawSpan) -> Void) throws(CaptureError) -> Step {
    switch try nextReading() {
    case .packet(let packet, let bytes):
      body(packet, bytes.bytes)
      return .packet
    case .idle: return .idle
    case .ended: return .ended
    }
  }

  /// Ends the capture: of a file at the next call of `next`; of a pipe or an interface when what was under way is read,
  /// which takes a second at most.
  public func stop() { stopSwitch.stop() }

  /// The next packet and its bytes, which are good until the next call.
  func nextPacket() throws(CaptureError) -> (CapturedPacket, UnsafeRawBufferPointer)? {
    while true {
      switch try nextReading() {
      case .packet(let packet, let bytes): return (packet, bytes)
      case .idle: continue
      case .ended: return nil
      }
    }
  }

  @inline(__always)
  private func nextReading() throws(CaptureError) -> Reading {
    if let failure { throw failure }
    if end == nil, stopSwitch.isRequested, !endsItself, !isWaitedFor || grace.isOver { end = .stopped }
    if let end { return .ended(end) }
    let reading = try read()
    switch reading {
    case .packet: return reading
    // Who was told to stop finds a short file; that is no news.
    case .ended(let reason): end = stopSwitch.isRequested ? .stopped : reason
    case .idle: if stopSwitch.isRequested, !endsItself { end = .stopped }
    }
    return end.map { .ended($0) } ?? .idle
  }

  /// Whether the source sees the wish to stop: behind it come the packets that are here already.
  private var endsItself: Bool { if case .live = source { true } else { false } }

  /// Whether packets come when they please.
  private var isWaitedFor: Bool {
    switch source {
    case .live: true
    // Its files see to it.
    case .merged: true
    case .pcap, .pcapng: file.map { $0.size == nil } ?? false
    }
  }

  @inline(__always)
  private func read() throws(CaptureError) -> Reading {
    do throws(CaptureError) {
      switch source {
      case .pcap(let pcap): return try pcap.next()
      case .pcapng(let pcapng): return try pcapng.next()
      case .live(let live): return try live.next()
      case .merged(let merged): return try merged.next()
      }
    } catch {
      failure = error
      throw error
    }
  }
}

// MARK: What is known of the capture

extension CaptureReader {
  /// How far the file was read, for a progress display: bytes of the file as it lies on the disk (packed, if
  /// it is), and its size where it has one. Nil for a live capture.
  public var position: (bytesRead: Int64, totalBytes: Int64?)? {
    if case .merged(let merged) = source { return merged.position }
    guard let file else { return nil }
    return switch source {
    case .pcap(let pcap) where file.isTaken: (pcap.offset, file.size)
    default: (file.bytesRead, file.size)
    }
  }

  /// The interfaces the packets were captured on; more may appear while a pcapng file is read.
  /// `CapturedPacket.interface` counts in this list. None are told of several files.
  public var interfaces: [CaptureInterface] {
    switch source {
    case .pcap(let pcap): [CaptureInterface(linkType: pcap.linkType, snapshotLength: pcap.snapshotLength)]
    case .pcapng(let pcapng): pcapng.interfaces
    case .live(let live): [live.interface]
    case .merged: []
    }
  }

  /// What the recorder counted: so far for a live capture, as far as read for a pcapng file, nil for others.
  public var statistics: CaptureStatistics? {
    switch source {
    case .pcap: nil
    case .pcapng(let pcapng):
      pcapng.interfaces.compactMap(\.statistics).reduce(nil) { sum, next in sum.map { $0 + next } ?? next }
    case .live(let live): live.statistics
    case .merged(let merged): merged.statistics
    }
  }

  /// Decryption secrets the file carried so far. They stand before the packets they are needed for.
  public var secrets: [DecryptionSecrets] {
    if case .pcapng(let pcapng) = source { pcapng.secrets } else { [] }
  }

  /// Remarks for the user; more may appear while reading.
  public var notes: [String] {
    switch source {
    case .pcap: []
    case .pcapng(let pcapng): pcapng.notes.all
    case .live(let live): live.warning.map { [$0] } ?? []
    case .merged(let merged): merged.notes
    }
  }
}

// MARK: Telling formats apart

extension CaptureReader {
  /// Puts unpackers before `input` until it gives something that is not packed; returns their names.
  private static func unpack(
    _ input: inout ReadAhead, _ path: String, _ limits: CaptureLimits
  ) throws(CaptureError) -> [String] {
    var packing: [String] = []
    while packing.count < limits.compressionLayers {
      _ = try input.fill(4)
      if input.available.starts(with: [0x1F, 0x8B]) {
        input = ReadAhead(try GzipSource(input, path: path))
        packing.append("gzip")
      } else if isZstd(input.available) {
        input = ReadAhead(try ZstdSource(input, path: path, windowLog: limits.zstdWindowLog))
        packing.append("zstd")
      } else {
        break
      }
    }
    return packing
  }

  /// A frame, or a skippable one as parallel compressors write it first.
  private static func isZstd(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || bytes.count >= 4 && bytes[0] & 0xF0 == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }

  private static func source(
    _ input: ReadAhead, _ file: FileSource?, _ path: String, _ packing: [String], _ options: CaptureOptions
  ) throws(CaptureError) -> Source {
    // No more than needed is awaited: a pipe may give its next byte much later.
    _ = try input.fill(4)
    let bytes = input.available.bytes
    if PcapHeader.byteOrder(bytes) != nil {
      return .pcap(try PcapFile(input, file: file, path: path, filter: options.filter))
    }
    if bytes.byteCount >= 4, bytes.integer(UInt32.self, at: 0, .big) == 0x0A0D_0D0A {
      let limits = options.limits
      return .pcapng(try PcapngReader(input, path: path, filter: options.filter, limits: limits))
    }
    _ = try input.fill(FileLooksLike.length)
    if input.cutShort != nil && input.available.count < 4 {
      throw .cutInHeader(path: path, found: input.available.count, expected: PcapFile.headerLength)
    }
    let content = FileLooksLike.describe(Array(input.available.prefix(FileLooksLike.length)))
    let layers = packing.map { "\($0) data, and inside " }.joined()
    throw .notACapture(path: path, looksLike: layers + content)
  }
}
