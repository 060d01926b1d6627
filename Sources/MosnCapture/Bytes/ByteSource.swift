/// Where bytes come from: a file, or something unpacked from another source.
protocol ByteSource: AnyObject {
  /// Reads at least one byte into `room`, which is not empty; 0 at the end, and from then on.
  func read(into room: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int

  /// Why the bytes ended before they should have; nil while they come and after a proper end.
  var cutShort: String? { get }
}
