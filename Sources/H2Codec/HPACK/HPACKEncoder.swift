/// Encodes header blocks (RFC 7541) of one direction of a connection, in the order they go out.
///
/// Strings are Huffman-coded when that makes them shorter. Encoding a field allocates nothing once the output has
/// grown.
public struct HPACKEncoder: Sendable {
  /// Chooses how a field is carried; `HPACKIndexing.standard(name:value:)` is the rule when there is none.
  public typealias Rule = @Sendable (_ name: RawSpan, _ value: RawSpan) -> HPACKIndexing

  /// The largest table this encoder keeps, whatever the peer offers. 4096 is the protocol's own default and the
  /// cap of nghttp2, Envoy, Go, hyperium/h2 and NIO: what a peer offers beyond it would be our memory.
  public let maximumTableSize: Int
  private let rule: Rule?

  private(set) var table: HPACKDynamicTable
  private var index: HPACKEncoderIndex
  /// The sizes the next block has to begin with (RFC 7541 §4.2): the lowest since the last block, and the
  /// present one.
  private var pendingSizes: (lowest: Int, last: Int)?

  public init(maximumTableSize: Int = 4096, rule: Rule? = nil) {
    self.maximumTableSize = max(0, maximumTableSize)
    self.rule = rule
    table = HPACKDynamicTable(maximumSize: HPACKDecoder.initialTableSize)
    index = HPACKEncoderIndex(maximumSize: max(self.maximumTableSize, HPACKDecoder.initialTableSize))
    setTableSizeLimit(HPACKDecoder.initialTableSize)
  }

  /// The size of the dynamic table in use.
  public var tableSize: Int { table.maximumSize }

  /// Takes what the peer offers: its SETTINGS_HEADER_TABLE_SIZE. To be called between blocks.
  public mutating func setTableSizeLimit(_ offered: Int) {
    let size = max(0, min(offered, maximumTableSize))
    guard size != table.maximumSize else { return }
    table.resize(to: size)
    pendingSizes = (min(size, pendingSizes?.lowest ?? size), size)
  }

  /// Appends the header block of `list` to `output`.
  public mutating func encode(_ list: borrowing H2HeaderList, into output: inout [UInt8]) {
    beginBlock(into: &output)
    list.bytes.withUnsafeBytes { arena in
      for field in list.fields {
        encode(
          UnsafeRawBufferPointer(rebasing: arena[field.name]),
          UnsafeRawBufferPointer(rebasing: arena[field.value]),
          field.isNeverIndexed ? .neverIndexed : nil, &output)
      }
    }
  }

  /// Begins a block whose fields are encoded one by one: appends the table size updates that are due.
  public mutating func beginBlock(into output: inout [UInt8]) {
    guard let (lowest, last) = pendingSizes else { return }
    pendingSizes = nil
    output.append(addingCapacity: 2 * HPACKBlockWriter.integerBound) { output in
      var writer = HPACKBlockWriter(&output)
      if lowest < last { writer.integer(lowest, prefix: 5, bits: 0x20) }
      writer.integer(last, prefix: 5, bits: 0x20)
      writer.finish(&output)
    }
  }

  /// Appends one field of a block that was begun. `indexing` overrules the encoder's rule.
  @inlinable
  public mutating func encode(
    name: some H2Bytes, value: some H2Bytes, indexing: HPACKIndexing? = nil, into output: inout [UInt8]
  ) {
    name.withBytes { name in value.withBytes { value in encode(name, value, indexing, &output) } }
  }

  /// Appends one field of a block that was begun. `indexing` overrules the encoder's rule.
  @inlinable
  public mutating func encode(
    name: RawSpan, value: RawSpan, indexing: HPACKIndexing? = nil, into output: inout [UInt8]
  ) {
    name.withUnsafeBytes { name in value.withUnsafeBytes { value in encode(name, value, indexing, &output) } }
  }
}

// MARK: - One field

extension HPACKEncoder {
  @usableFromInline
  mutating func encode(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ indexing: HPACKIndexing?,
    _ output: inout [UInt8]
  ) {
    let nameHash = HPACKHash.hash(name)
    let staticIndex = HPACKStaticTable.index(of: name, hash: nameHash)
    switch indexing ?? chosen(name, value, staticIndex) {
    case .neverIndexed:
      let nameIndex = self.nameIndex(name, nameHash, staticIndex)
      literal(name, value, nameIndex, prefix: 4, bits: 0x10, &output)
    case .literal:
      let whole = staticIndex == 0 ? 0 : HPACKStaticTable.index(ofValue: value, from: staticIndex)
      if whole != 0 { return indexed(whole, &output) }
      literal(name, value, nameIndex(name, nameHash, staticIndex), prefix: 4, bits: 0, &output)
    case .inserted:
      let whole = staticIndex == 0 ? 0 : HPACKStaticTable.index(ofValue: value, from: staticIndex)
      if whole != 0 { return indexed(whole, &output) }
      let fieldHash = HPACKHash.hash(value, seed: nameHash)
      if let number = index.field(name, value, hash: fieldHash, in: table) {
        return indexed(wireIndex(number), &output)
      }
      let nameIndex = self.nameIndex(name, nameHash, staticIndex)
      // A field that would push out most of the table is not worth it; nghttp2 draws the line there too.
      let size = name.count + value.count + HPACKDynamicTable.overhead
      guard size <= table.maximumSize / 4 * 3 else {
        return literal(name, value, nameIndex, prefix: 4, bits: 0, &output)
      }
      literal(name, value, nameIndex, prefix: 6, bits: 0x40, &output)
      table.insert(name, value)
      index.insert(table.inserted - 1, nameHash: nameHash, fieldHash: fieldHash)
    }
  }

  @inline(__always)
  private func chosen(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ staticIndex: Int
  ) -> HPACKIndexing {
    guard let rule else { return .standard(staticIndex: staticIndex, valueCount: value.count) }
    return rule(name.bytes, value.bytes)
  }

  @inline(__always)
  private func nameIndex(_ name: UnsafeRawBufferPointer, _ hash: UInt64, _ staticIndex: Int) -> Int {
    guard staticIndex == 0 else { return staticIndex }
    return index.name(name, hash: hash, in: table).map(wireIndex) ?? 0
  }

  @inline(__always)
  private func wireIndex(_ number: Int) -> Int { HPACKStaticTable.count + table.inserted - number }

  /// RFC 7541 §6.1.
  @inline(__always)
  private func indexed(_ index: Int, _ output: inout [UInt8]) {
    if index < 0x7F { return output.append(0x80 | UInt8(truncatingIfNeeded: index)) }
    output.append(addingCapacity: HPACKBlockWriter.integerBound) { output in
      var writer = HPACKBlockWriter(&output)
      writer.integer(index, prefix: 7, bits: 0x80)
      writer.finish(&output)
    }
  }

  /// RFC 7541 §6.2.
  private func literal(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ nameIndex: Int, prefix: Int,
    bits: UInt8, _ output: inout [UInt8]
  ) {
    let bound = 3 * HPACKBlockWriter.integerBound + name.count + value.count
    output.append(addingCapacity: bound) { output in
      var writer = HPACKBlockWriter(&output)
      writer.integer(nameIndex, prefix: prefix, bits: bits)
      if nameIndex == 0 { writer.string(name) }
      writer.string(value)
      writer.finish(&output)
    }
  }
}
