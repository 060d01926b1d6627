/// What is asked of a capture.
public struct CaptureOptions: Hashable, Sendable {
  /// A filter in libpcap's language (pcap-filter(7)); nil lets everything through.
  public var filter: String?
  /// Live: bytes kept of each packet. libpcap's own bound, so nothing is cut by default.
  public var snapshotLength = longestSnapshot
  /// Live: also packets meant for others.
  public var promiscuous = true
  /// Live: bytes the kernel may hold while we are busy.
  public var kernelBufferSize = 16 << 20
  /// Live: bytes of packets that may wait to be decoded. Memory is taken for as many as ever wait; 64 MiB are what 50,000
  /// calls of HTTP/2 with small bodies put on the wire, should there be no processor to decode them meanwhile.
  public var queueSize = 64 << 20
  public var limits = CaptureLimits()

  /// libpcap's MAXIMUM_SNAPLEN.
  public static let longestSnapshot = 262_144
  /// Of `kernelBufferSize`: libpcap takes an Int32.
  public static let largestBuffer = 1 << 30

  public init(filter: String? = nil) { self.filter = filter }
}

/// What a hostile file may make us hold.
public struct CaptureLimits: Hashable, Sendable {
  /// Longest pcapng block that is read; a block that is only skipped may have any length. A packet of 64 KiB
  /// with its options is far below.
  public var blockLength = 16 << 20
  /// Interfaces of one pcapng file, over all of its sections. Files merged of many carry hundreds.
  public var interfaces = 65_536
  /// Bytes kept of an interface's name, description and filter: they are for showing.
  public var interfaceText = 256
  /// Decryption secrets kept of one file, in bytes, each block's own cost included. A key log line is about 180.
  public var secretsLength = 16 << 20
  /// Notes kept; the later ones are only counted.
  public var notes = 64
  /// Compression inside compression, e.g. a gzip file that was packed again.
  public var compressionLayers = 2
  /// Largest zstd window as a power of two; 27 (128 MiB) is what the zstd program grants itself.
  public var zstdWindowLog = 27

  public init() {}
}
