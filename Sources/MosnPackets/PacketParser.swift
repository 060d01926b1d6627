/// One walk from the first header to the TCP payload. Each layer's function, in the file of that layer, checks
/// its length, moves the cursor behind its header and says what comes next.
///
/// Every step either pushes a layer, of which there are `LayerStack.capacity`, or moves the cursor forward or
/// ends: the walk is bounded by the packet.
struct PacketParser {
  var packet = Packet()
  var cursor: PacketCursor
  private var layer = Layer.frame
  private var layerStart = 0

  init(captured: Int, original: Int) {
    cursor = PacketCursor(captured: captured, original: original)
  }

  /// What stands at the cursor.
  enum Step {
    case link(LinkType)
    case ethernet
    case etherType(EtherType)
    case llc
    case ppp
    case mpls
    /// IPv4 or IPv6: the version says which.
    case internet
    case ipv4, ipv6
    case ipProtocol(IPProtocol)
    case done
  }

  mutating func parse(_ bytes: RawSpan, from first: Step) {
    do throws(PacketStop) {
      var step = first
      while true {
        switch step {
        case .link(let type): step = try link(bytes, type)
        case .ethernet: step = try ethernet(bytes)
        case .etherType(let type): step = try etherType(bytes, type)
        case .llc: step = try llc(bytes)
        case .ppp: step = try ppp(bytes)
        case .mpls: step = try mpls(bytes)
        case .internet: step = try internet(bytes)
        case .ipv4: step = try ipv4(bytes)
        case .ipv6: step = try ipv6(bytes)
        case .ipProtocol(let number): step = try ipProtocol(bytes, number)
        case .done: return
        }
      }
    } catch {
      packet.stop = error
    }
  }

  /// A layer begins at the cursor.
  @inline(__always)
  mutating func enter(_ next: Layer) throws(PacketStop) {
    guard packet.layers.push(next) else { throw stop(.nestedTooDeeply) }
    layer = next
    layerStart = cursor.offset
  }

  /// Throws unless the next `count` bytes can be read.
  @inline(__always)
  func need(_ count: Int) throws(PacketStop) {
    if let reason = cursor.shortfall(count) { throw stop(reason) }
  }

  func stop(_ reason: PacketStop.Reason) -> PacketStop {
    PacketStop(layer: layer, offset: layerStart, reason: reason)
  }
}
