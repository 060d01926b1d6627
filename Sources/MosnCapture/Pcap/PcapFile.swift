import CMosnPcap
import Glibc
import MosnBytes
import MosnPackets

/// A classic pcap file, read by libpcap.
final class PcapFile {
  /// Length of the file header.
  static let headerLength = 24
  private static let recordHeaderLength: Int64 = 16

  let linkType: LinkType
  /// As the file says it; some recorders write longer records.
  let snapshotLength: Int
  private let path: String
  private let handle: OpaquePointer
  /// The bytes where libpcap does not read the file itself; it calls back into this object.
  private let unpacked: PcapStream?
  private let filter: CaptureFilter?
  private var number = 0

  /// Bytes of the file's stream that libpcap has read.
  var offset: Int64 { Int64(ftello(pcap_file(handle))) }

  /// `input` holds the first bytes of the file. When `file` is given it is the uncompressed file itself and
  /// libpcap reads it at its own speed.
  init(_ input: ReadAhead, file: FileSource?, path: String, filter: String?) throws(CaptureError) {
    guard try input.fill(Self.headerLength) else {
      throw .cutInHeader(path: path, found: input.available.count, expected: Self.headerLength)
    }
    let header = PcapHeader(input.available.bytes)
    // libpcap passes over what a record has beyond the snapshot length of its file: then it is told of the longest there
    // is, for which the file must be read by us.
    let cuts = 1..<CaptureOptions.longestSnapshot ~= header.snapshotLength
    let ownStream = cuts ? nil : file?.takeStream(bufferSize: 256 << 10)
    let unpacked =
      ownStream == nil ? PcapStream(input, header: cuts ? header.uncut(input.available) : nil) : nil
    guard let stream = ownStream ?? unpacked?.open() else {
      throw .unreadable(path: path, reason: "no memory")
    }
    let (opened, message) = withErrorText {
      pcap_fopen_offline_with_tstamp_precision(stream, UInt32(PCAP_TSTAMP_PRECISION_NANO), $0)
    }
    guard let handle = opened else {
      fclose(stream)
      if let failure = unpacked?.failure { throw failure }
      if !header.isSupported {
        throw .unsupportedVersion(path: path, format: "pcap", version: header.version)
      }
      throw .damaged(path: path, offset: 0, problem: message)
    }
    self.path = path
    self.unpacked = unpacked
    self.handle = handle
    linkType = header.linkType
    snapshotLength = cuts ? header.snapshotLength : Int(pcap_snapshot(handle))
    do throws(CaptureError) {
      self.filter = if let filter { try CaptureFilter(filter, linkType: header.linkType) } else { nil }
    } catch {
      pcap_close(handle)
      throw error
    }
  }

  deinit { pcap_close(handle) }

  func next() throws(CaptureError) -> Reading {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var data: UnsafePointer<UInt8>?
    while pcap_next_ex(handle, &header, &data) == 1 {
      guard let header = header?.pointee else { continue }
      number += 1
      let bytes = UnsafeRawBufferPointer(start: data, count: Int(header.caplen))
      if let filter, !filter.accepts(bytes, originalLength: Int(header.len)) { continue }
      return .packet(CapturedPacket(header, linkType: linkType, number: number), bytes)
    }
    return try end()
  }

  /// libpcap gives no more: the end, a cut or a fault.
  private func end() throws(CaptureError) -> Reading {
    if let failure = unpacked?.failure { throw failure }
    let message = String(cString: pcap_geterr(handle))
    let truncated = "truncated dump file; "
    let inRecord = message.hasPrefix(truncated) ? String(message.dropFirst(truncated.count)) : nil
    let causes = [inRecord, unpacked?.cutShort].compactMap(\.self)
    if !causes.isEmpty {
      let detail = causes.joined(separator: "; ")
      return .ended(.cutShort(CutShort(packets: number, offset: offset, detail: detail)))
    }
    if message.isEmpty { return .ended(.complete) }
    if message.hasPrefix("error reading dump file") { throw .unreadable(path: path, reason: message) }
    // What remains is a record whose header libpcap has just read.
    throw .damaged(path: path, offset: offset - Self.recordHeaderLength, problem: message)
  }
}

extension CapturedPacket {
  /// A record of libpcap's with nanoseconds in its `tv_usec`.
  init(_ header: pcap_pkthdr, linkType: LinkType, number: Int) {
    self.init(
      time: Int64(header.ts.tv_sec) &* 1_000_000_000 &+ Int64(header.ts.tv_usec),
      capturedLength: Int(header.caplen), originalLength: Int(max(header.len, header.caplen)),
      linkType: linkType, interface: 0, number: number)
  }
}

/// The file header, as far as libpcap does not tell it:
///
///     0 magic 4 | 4 major 2 | 6 minor 2 | 8 time zone 4 | 12 accuracy 4 | 16 snapshot length 4 | 20 link type 4
struct PcapHeader {
  /// Microseconds, nanoseconds, and the record layout of a Linux patch of 1999 that libpcap reads as well.
  private static let magics: [UInt32] = [0xA1B2_C3D4, 0xA1B2_3C4D, 0xA1B2_CD34]

  let linkType: LinkType
  let version: String
  /// 0: none.
  let snapshotLength: Int
  private let order: ByteOrder
  /// What libpcap reads: 2.0 to 2.4 and 543.0, which one recorder wrote for 2.4.
  let isSupported: Bool

  /// The byte order of a file that begins with `bytes`; nil if that is no pcap file.
  static func byteOrder(_ bytes: RawSpan) -> ByteOrder? {
    guard bytes.byteCount >= 4 else { return nil }
    if magics.contains(bytes.integer(UInt32.self, at: 0, .little)) { return .little }
    if magics.contains(bytes.integer(UInt32.self, at: 0, .big)) { return .big }
    return nil
  }

  /// `bytes` are at least 24 and begin with a magic number.
  init(_ bytes: RawSpan) {
    order = Self.byteOrder(bytes) ?? .little
    let major = bytes.integer(UInt16.self, at: 4, order)
    let minor = bytes.integer(UInt16.self, at: 6, order)
    version = "\(major).\(minor)"
    isSupported = (major == 2 && minor <= 4) || (major == 543 && minor == 0)
    snapshotLength = Int(bytes.integer(UInt32.self, at: 16, order))
    // The upper half tells of frame check sequences.
    linkType = LinkType(rawValue: bytes.integer(UInt32.self, at: 20, order) & 0xFFFF)
  }
  /// The first bytes of the file, with the longest snapshot length that libpcap takes.
  func uncut(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var header = Array(bytes.prefix(PcapFile.headerLength))
    let longest = UInt32(CaptureOptions.longestSnapshot)
    withUnsafeBytes(of: order == .big ? longest.bigEndian : longest.littleEndian) {
      header.replaceSubrange(16..<20, with: $0)
    }
    return header
  }
}
