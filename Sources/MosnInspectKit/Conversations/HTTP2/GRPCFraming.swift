import H2Codec
import MosnBytes

/// Which of gRPC's forms a message has, by its content-type.
enum GRPCForm: UInt8, Sendable {
  case none
  /// PROTOCOL-HTTP2.md.
  case plain
  /// PROTOCOL-WEB.md: the trailers are the last frame of the body.
  case web
  /// The same in base64.
  case webText

  init(_ list: borrowing H2HeaderList) {
    guard let value = list.value(of: "content-type") else {
      self = .none
      return
    }
    let prefix: StaticString = "application/grpc"
    func begins(_ text: StaticString) -> Bool {
      let end = value.lowerBound + text.utf8CodeUnitCount
      guard end <= value.upperBound, list.equals(value.lowerBound..<end, text) else { return false }
      return end == value.upperBound
        || [UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: " ")].contains(list.bytes[end])
    }
    self =
      begins("application/grpc-web-text")
      ? .webText : begins("application/grpc-web") ? .web : begins(prefix) ? .plain : .none
  }
}

/// The messages in the body of a gRPC call: each a flag, a length of four bytes and so many bytes.
public struct GRPCFraming: Sendable, Equatable {
  public private(set) var count = 0
  /// Lengths of the first messages.
  public private(set) var lengths: [UInt32] = []
  /// A bit for each of them: whether it is compressed.
  private var compressed: UInt64 = 0
  /// Bytes of a message begun that are still to come.
  public private(set) var awaited: UInt32 = 0
  /// Whether the body broke off the framing: then it is no gRPC and is not read further.
  public private(set) var isBroken = false
  /// Whether bytes of the body were not captured: then what is counted is what was seen, and nobody is blamed.
  public private(set) var isDamaged = false
  /// gRPC-Web: what was kept of the frame of trailers, lines as in HTTP/1.1.
  public private(set) var trailers: [UInt8] = []
  private var isInTrailers = false
  private let form: GRPCForm
  private var prefix: InlineArray<5, UInt8> = .init(repeating: 0)
  private var prefixCount = 0
  /// gRPC-Web text: bits of base64 that do not make a byte yet.
  private var digits: UInt32 = 0
  private var digitBits = 0

  /// Lengths kept; a stream of messages has no end.
  static let keptLengths = 64
  /// Bytes of trailers kept: a status and a message.
  static let keptTrailers = 4_096

  init(_ form: GRPCForm) { self.form = form }

  /// Whether the body ended between two messages.
  public var isWhole: Bool { awaited == 0 && prefixCount == 0 && !isBroken }

  /// Whether the message of `lengths[index]` is compressed.
  public func isCompressed(_ index: Int) -> Bool { compressed >> UInt64(index) & 1 == 1 }

  /// Whether its messages stand in the body as they are, and not in base64.
  var isReadable: Bool { form != .webText && !(isBroken && count == 0) }

  /// Bytes held for its trailers.
  var heldBytes: Int { trailers.count }

  mutating func append(_ bytes: RawSpan) {
    guard form == .webText else { return read(bytes) }
    for index in 0..<bytes.byteCount where !isBroken {
      decode(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
  }

  private mutating func read(_ bytes: RawSpan) {
    var position = 0
    while position < bytes.byteCount, !isBroken {
      if awaited > 0 {
        let taken = min(Int(awaited), bytes.byteCount - position)
        if isInTrailers { keep(bytes.extracting(position..<position + taken)) }
        awaited -= UInt32(taken)
        position += taken
      } else {
        readPrefix(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
        position += 1
      }
    }
  }

  /// Base64 is padded where its writer flushed, and goes on behind that.
  private mutating func decode(_ character: UInt8) {
    guard character != UInt8(ascii: "=") else {
      (digits, digitBits) = (0, 0)
      return
    }
    guard let digit = Base64.standard.value(of: character) else {
      isBroken = true
      return
    }
    digits = (digits << 6 | digit) & 0xFFFF
    digitBits += 6
    guard digitBits >= 8 else { return }
    digitBits -= 8
    let byte = UInt8(truncatingIfNeeded: digits >> UInt32(digitBits))
    guard awaited > 0 else { return readPrefix(byte) }
    awaited -= 1
    if isInTrailers, trailers.count < Self.keptTrailers { trailers.append(byte) }
  }

  /// So many bytes of the body were not captured.
  mutating func lose(_ missing: Int) {
    isDamaged = true
    guard awaited >= missing, prefixCount == 0, form != .webText || missing == 0 else {
      isBroken = true
      return
    }
    awaited -= UInt32(missing)
  }

  private mutating func readPrefix(_ byte: UInt8) {
    prefix[prefixCount] = byte
    prefixCount += 1
    if prefixCount == 5 { begin() }
  }

  private mutating func begin() {
    prefixCount = 0
    let (isTrailers, isCompressed) = (prefix[0] & 0x80 != 0, prefix[0] & 1 != 0)
    // The flag says whether the message is compressed; of the other bits gRPC-Web alone knows one.
    guard prefix[0] & 0x7E == 0, !isTrailers || form != .plain else {
      isBroken = true
      return
    }
    awaited =
      UInt32(prefix[1]) << 24 | UInt32(prefix[2]) << 16 | UInt32(prefix[3]) << 8 | UInt32(prefix[4])
    isInTrailers = isTrailers && !isCompressed
    guard !isTrailers else { return }
    count += 1
    guard lengths.count < Self.keptLengths else { return }
    if isCompressed { compressed |= 1 << UInt64(lengths.count) }
    lengths.append(awaited)
  }

  private mutating func keep(_ bytes: RawSpan) {
    let room = min(bytes.byteCount, Self.keptTrailers - trailers.count)
    bytes.extracting(first: max(0, room)).withUnsafeBytes { trailers.append(contentsOf: $0) }
  }

  /// A field of the frame of trailers; `name` is in lower case.
  func trailer(_ name: StaticString) -> ArraySlice<UInt8>? {
    let name = Array(name.description.utf8)
    for line in trailers.split(separator: 0x0a) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].elementsEqual(name, by: { $0 | 0x20 == $1 | 0x20 })
      else { continue }
      func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
      let value = line[(colon + 1)...].drop(while: isBlank)
      return value.prefix(upTo: value.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? value.startIndex)
    }
    return nil
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.lengths == right.lengths && left.awaited == right.awaited
      && left.isBroken == right.isBroken && left.prefixCount == right.prefixCount
      && left.trailers == right.trailers
  }
}
