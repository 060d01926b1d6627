/// What one side of a connection announced (RFC 9113 §6.5.2); at first the values that hold before it did.
public struct H2Settings: Sendable, Equatable {
  public var headerTableSize = 4096
  public var enablePush = true
  /// nil: no limit.
  public var maxConcurrentStreams: Int?
  public var initialWindowSize = H2Window.initial
  public var maxFrameSize = 16384
  /// nil: no limit.
  public var maxHeaderListSize: Int?
  /// RFC 8441: extended CONNECT is welcome.
  public var enableConnectProtocol = false

  public init() {}

  /// Takes one entry that `role` sent, or says what is wrong with it. Unknown ones change nothing.
  public mutating func apply(_ setting: H2Setting, from role: H2Role) -> H2Rule? {
    let value = Int(setting.value)
    switch setting.identifier {
    case .headerTableSize: headerTableSize = value
    case .enablePush:
      guard value == 0 || value == 1 && role == .client else { return .enablePush }
      enablePush = value == 1
    case .maxConcurrentStreams: maxConcurrentStreams = value
    case .initialWindowSize:
      guard value <= H2Window.maximum else { return .initialWindowSize }
      initialWindowSize = value
    case .maxFrameSize:
      guard (16384...16_777_215).contains(value) else { return .maxFrameSize }
      maxFrameSize = value
    case .maxHeaderListSize: maxHeaderListSize = value
    case .enableConnectProtocol:
      guard value == 1 || value == 0 && !enableConnectProtocol else { return .enableConnectProtocol }
      enableConnectProtocol = value == 1
    case .noRFC7540Priorities:
      // Priorities mean nothing here either way.
      guard value <= 1 else { return .noRFC7540Priorities }
    default: break
    }
    return nil
  }

  /// The entries with which `role` announces these settings; those that hold anyway are left out.
  public func entries(from role: H2Role) -> [H2Setting] {
    let before = H2Settings()
    var entries: [H2Setting] = []
    func add(_ identifier: H2Setting.Identifier, _ value: Int?, _ initial: Int?) {
      guard let value, value != initial else { return }
      entries.append(H2Setting(identifier, UInt32(clamping: value)))
    }
    add(.headerTableSize, headerTableSize, before.headerTableSize)
    if role == .client, !enablePush { entries.append(H2Setting(.enablePush, 0)) }
    add(.maxConcurrentStreams, maxConcurrentStreams, nil)
    add(.initialWindowSize, initialWindowSize, before.initialWindowSize)
    add(.maxFrameSize, maxFrameSize, before.maxFrameSize)
    add(.maxHeaderListSize, maxHeaderListSize, nil)
    if enableConnectProtocol { entries.append(H2Setting(.enableConnectProtocol, 1)) }
    return entries
  }
}
