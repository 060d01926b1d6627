import CMosnPcap
import MosnPackets

/// A libpcap filter compiled for one link type.
final class CaptureFilter {
  private let program: UnsafeMutablePointer<bpf_program>

  /// Compiles for packets of a file. Throws `badFilter` with libpcap's words.
  init(_ text: String, linkType: LinkType) throws(CaptureError) {
    guard let handle = pcap_open_dead(linkType.dlt, 262_144) else {
      throw .badFilter(filter: text, column: 1, message: "no memory")
    }
    defer { pcap_close(handle) }
    program = try Self.compile(text, handle)
  }

  /// Compiles for an open interface.
  init(_ text: String, live handle: OpaquePointer) throws(CaptureError) {
    program = try Self.compile(text, handle)
  }

  deinit {
    pcap_freecode(program)
    program.deallocate()
  }

  /// Sets the filter in the kernel; false with the reason in the handle's error text.
  func install(on handle: OpaquePointer) -> Bool { pcap_setfilter(handle, program) == 0 }

  func accepts(_ bytes: UnsafeRawBufferPointer, originalLength: Int) -> Bool {
    var header = pcap_pkthdr(
      ts: timeval(), caplen: UInt32(clamping: bytes.count), len: UInt32(clamping: originalLength))
    let first = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return pcap_offline_filter(program, &header, first) != 0
  }

  private static func compile(
    _ text: String, _ handle: OpaquePointer
  ) throws(CaptureError) -> UnsafeMutablePointer<bpf_program> {
    let program = UnsafeMutablePointer<bpf_program>.allocate(capacity: 1)
    program.initialize(to: bpf_program())
    if pcap_compile(handle, program, text, 1, PCAP_NETMASK_UNKNOWN) != 0 {
      program.deallocate()
      let message = String(cString: pcap_geterr(handle))
      throw .badFilter(filter: text, column: column(of: text, handle), message: message)
    }
    return program
  }

  /// The column, from 1, behind the longest beginning of a wrong filter that is a filter: libpcap itself names none.
  private static func column(of text: String, _ handle: OpaquePointer) -> Int {
    var column = 1
    var program = bpf_program()
    for (offset, character) in text.enumerated() where character == " " {
      let beginning = String(text.prefix(offset))
      guard pcap_compile(handle, &program, beginning, 1, PCAP_NETMASK_UNKNOWN) == 0 else { continue }
      pcap_freecode(&program)
      if beginning.contains(where: { $0 != " " }) { column = offset + 2 }
    }
    return column
  }
}
