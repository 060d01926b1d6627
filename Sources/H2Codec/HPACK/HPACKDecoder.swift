/// Decodes header blocks (RFC 7541) of one direction of a connection, each in the order of the wire.
///
/// Reusing one list for block after block costs no allocation once the list and the table have grown.
public struct HPACKDecoder: Sendable {
  public enum Mode: Sendable {
    /// Refuses what the rules forbid. After an error of `.connection` scope every further block gives the same
    /// error.
    case endpoint
    /// Reads a conversation of others, of which pieces may be missing. Broken rules about table sizes become
    /// `finding`; after an error of `.connection` scope the table is forgotten and the next block is read.
    case observer
  }

  public let limits: HPACKLimits
  public let mode: Mode

  /// The last table size the last block announced; `nil` when it announced none.
  public private(set) var sizeUpdate: Int?
  /// The first rule that the last block broke although it was decoded; only in observer mode.
  public private(set) var finding: HPACKError?

  private(set) var table: HPACKDynamicTable
  /// What SETTINGS_HEADER_TABLE_SIZE allows the peer.
  private var sizeLimit = HPACKDecoder.initialTableSize
  /// The lowest limit since the last block, if it lies below the table size in use: the next block must obey.
  private var requiredSize: Int?
  /// The error an endpoint ended with.
  private var failure: HPACKError?

  /// Whether the table may hold entries that were never seen.
  private var isIncomplete = false
  private var epoch: UInt16 = 1
  /// `table.inserted` when the epoch began.
  private var epochStart = 0

  /// SETTINGS_HEADER_TABLE_SIZE before anybody sends one (RFC 9113 §6.5.2).
  static var initialTableSize: Int { 4096 }

  public init(limits: HPACKLimits = HPACKLimits(), mode: Mode = .endpoint) {
    self.limits = limits
    self.mode = mode
    table = HPACKDynamicTable(maximumSize: HPACKDecoder.initialTableSize)
  }

  /// The size of the dynamic table the peer may fill at present (RFC 7541 §4.2).
  public var tableSize: Int { table.maximumSize }

  /// Bytes of memory that the dynamic table takes.
  public var heldBytes: Int { table.footprint }

  /// Says what the peer may use from its next block on: our SETTINGS_HEADER_TABLE_SIZE, once acknowledged.
  /// `HPACKLimits.tableSize` bounds it; for an observer only what is kept of the table, for the limit is not its own.
  public mutating func setTableSizeLimit(_ size: Int) {
    sizeLimit = max(0, mode == .endpoint ? min(size, limits.tableSize) : size)
    guard sizeLimit < table.maximumSize else { return }
    requiredSize = min(sizeLimit, requiredSize ?? sizeLimit)
  }

  /// From now on nothing is known of the table but that it exists: blocks were missed, or came before the
  /// capture. References to it give unknown fields until new entries were seen. Only for an observer.
  public mutating func forget() {
    table.removeAll()
    // A size update may have been missed too. Keeping more than the peer does is harmless.
    table.resize(to: heldSize)
    requiredSize = nil
    isIncomplete = true
    epoch = epoch == .max ? 1 : epoch + 1
    epochStart = table.inserted
  }

  /// Decodes a whole header block, its fragments joined, into `list`, which is emptied first.
  ///
  /// An error of `.stream` scope leaves the fields before the limit in `list` and the table in step.
  public mutating func decode(_ block: RawSpan, into list: inout H2HeaderList) throws(HPACKError) {
    list.removeAll()
    sizeUpdate = nil
    finding = nil
    if let failure { throw failure }
    do {
      try block.withUnsafeBytes { bytes throws(HPACKError) in
        try HPACKHuffmanDecodeTable.entries.withUnsafeBufferPointer { huffman throws(HPACKError) in
          try decodeBlock(bytes, huffman, &list)
        }
      }
    } catch {
      list.dropUnfinishedField()
      switch (error.scope, mode) {
      case (.stream, _): break
      case (.connection, .endpoint): failure = error
      case (.connection, .observer): forget()
      }
      throw error
    }
  }
}

// MARK: - Representations

extension HPACKDecoder {
  private mutating func decodeBlock(
    _ bytes: UnsafeRawBufferPointer, _ huffman: UnsafeBufferPointer<UInt32>, _ list: inout H2HeaderList
  ) throws(HPACKError) {
    var reader = HPACKBlockReader(bytes)
    var budget = HPACKListBudget(limits)
    try readSizeUpdates(&reader)
    while let first = reader.peek {
      let start = reader.offset
      // The leading bits of RFC 7541 §6.
      if first & 0x80 != 0 {
        try indexed(&reader, &budget, &list)
      } else if first & 0x40 != 0 {
        try literal(&reader, huffman, &budget, &list, prefix: 6, isInserted: true)
      } else if first & 0x20 == 0 {
        try literal(&reader, huffman, &budget, &list, prefix: 4, isNeverIndexed: first & 0x10 != 0)
      } else {
        try breach(HPACKError(.sizeUpdateNotAtStart, at: start))
        resize(to: try reader.integer(prefix: 5))
      }
    }
    if let violation = budget.violation { throw violation }
  }

  /// RFC 7541 §6.1.
  @inline(__always)
  private mutating func indexed(
    _ reader: inout HPACKBlockReader, _ budget: inout HPACKListBudget, _ list: inout H2HeaderList
  ) throws(HPACKError) {
    let start = reader.offset
    let index = try reader.integer(prefix: 7)
    switch try lookUp(index, at: start) {
    case .fixed(let bytes, let nameCount):
      if try budget.admits(bytes.count, at: start) {
        list.append(nameAndValue: bytes, nameCount: nameCount)
      }
    case .dynamic(let entry):
      guard try budget.admits(entry.byteCount, at: start) else { return }
      table.withBytes(of: entry) { list.append(nameAndValue: $0, nameCount: Int(entry.nameCount)) }
      if entry.unseenName != .none { list.markLast(.name, entry.unseenName, index: index) }
    case .unseen(let entry):
      guard try budget.admits(0, at: start) else { return }
      list.append(nameAndValue: UnsafeRawBufferPointer(start: nil, count: 0), nameCount: 0)
      list.markLast(.nameAndValue, entry, index: index)
    }
  }

  /// RFC 7541 §6.2.1 to §6.2.3. Name and value go to the end of the list's arena first, whether the list may
  /// keep them or not: from there they are copied to the table, whose own bytes may move meanwhile.
  @inline(__always)
  private mutating func literal(
    _ reader: inout HPACKBlockReader, _ huffman: UnsafeBufferPointer<UInt32>,
    _ budget: inout HPACKListBudget, _ list: inout H2HeaderList,
    prefix: UInt8, isInserted: Bool = false, isNeverIndexed: Bool = false
  ) throws(HPACKError) {
    let start = reader.offset
    let arenaStart = list.bytes.count
    let index = try reader.integer(prefix: prefix)
    var unseen = HPACKUnseenEntry.none
    if index == 0 {
      try reader.string(appendedTo: &list.bytes, huffman)
    } else {
      switch try lookUp(index, at: start) {
      case .fixed(let bytes, let nameCount):
        list.bytes.append(copying: UnsafeRawBufferPointer(rebasing: bytes[..<nameCount]))
      case .dynamic(let entry):
        table.withBytes(of: entry) {
          list.bytes.append(copying: UnsafeRawBufferPointer(rebasing: $0[..<Int(entry.nameCount)]))
        }
        unseen = entry.unseenName
      case .unseen(let entry):
        unseen = entry
      }
    }
    let nameCount = list.bytes.count &- arenaStart
    try reader.string(appendedTo: &list.bytes, huffman)
    let count = list.bytes.count &- arenaStart
    if isInserted {
      let fits = list.bytes.withUnsafeBytes {
        table.insert(
          UnsafeRawBufferPointer(rebasing: $0[arenaStart..<arenaStart &+ nameCount]),
          UnsafeRawBufferPointer(rebasing: $0[(arenaStart &+ nameCount)...]), unseenName: unseen)
      }
      // It may have fitted into a table of a size that was never seen.
      if !fits, isIncomplete { forget() }
    }
    guard try budget.admits(count, at: start) else { return list.bytes.removeLast(count) }
    list.appendField(from: arenaStart, nameCount: nameCount, neverIndexed: isNeverIndexed)
    if unseen != .none { list.markLast(.name, unseen, index: index) }
  }

  private enum Source {
    case fixed(UnsafeRawBufferPointer, nameCount: Int)
    case dynamic(HPACKDynamicTable.Entry)
    case unseen(HPACKUnseenEntry)
  }

  /// RFC 7541 §2.3.3.
  @inline(__always)
  private func lookUp(_ index: Int, at offset: Int) throws(HPACKError) -> Source {
    if let entry = HPACKStaticTable.entry(index) { return .fixed(entry.bytes, nameCount: entry.nameCount) }
    guard index > 0 else { throw HPACKError(.indexZero, at: offset) }
    let position = index &- HPACKStaticTable.count
    if let entry = table.entry(at: position) { return .dynamic(entry) }
    guard isIncomplete else {
      throw HPACKError(
        .indexBeyondTables, at: offset, expected: HPACKStaticTable.count + table.count, found: index)
    }
    // Entries that were there when the epoch began count down from -1.
    let number = table.inserted &- position &- epochStart
    return .unseen(HPACKUnseenEntry(epoch: epoch, position: Int32(truncatingIfNeeded: number)))
  }
}

// MARK: - Table sizes

extension HPACKDecoder {
  /// RFC 7541 §4.2: updates stand before the first field, and two say all there is to say: the smallest size
  /// since the last block and the final one.
  private mutating func readSizeUpdates(_ reader: inout HPACKBlockReader) throws(HPACKError) {
    var count = 0
    while let first = reader.peek, first & 0xE0 == 0x20 {
      let start = reader.offset
      let size = try reader.integer(prefix: 5)
      count += 1
      if count > 2 { try breach(HPACKError(.tooManySizeUpdates, at: start, expected: 2, found: count)) }
      if size > sizeLimit {
        try breach(HPACKError(.sizeUpdateAboveLimit, at: start, expected: sizeLimit, found: size))
      }
      try checkRequiredSize(size, at: start)
      resize(to: size)
    }
    if requiredSize != nil { try checkRequiredSize(table.maximumSize, at: 0) }
  }

  private mutating func checkRequiredSize(_ size: Int, at offset: Int) throws(HPACKError) {
    guard let required = requiredSize else { return }
    requiredSize = nil
    guard size > required else { return }
    try breach(HPACKError(.sizeUpdateMissing, at: offset, expected: required, found: size))
  }

  private mutating func resize(to size: Int) {
    sizeUpdate = size
    switch mode {
    case .endpoint: table.resize(to: size)
    case .observer:
      table.resize(to: min(size, heldSize))
      // A table too small for any entry is empty, and an empty table is known. One larger than ours is not.
      if size < HPACKDynamicTable.overhead { isIncomplete = false }
      if size > heldSize { isIncomplete = true }
    }
  }

  /// The largest table an observer holds.
  private var heldSize: Int { max(limits.tableSize, HPACKDecoder.initialTableSize) }

  /// What an endpoint refuses, an observer notes.
  private mutating func breach(_ error: HPACKError) throws(HPACKError) {
    switch mode {
    case .endpoint: throw error
    case .observer: finding = finding ?? error
    }
  }
}
