/// Counts what a peer does against `H2FloodLimits`. Nothing here is a rule of the protocol; time is an argument
/// (monotonic nanoseconds).
public struct H2FloodGuard: Sendable {
  public let limits: H2FloodLimits

  private var resets = H2RateMeter()
  private var resetCredit = 0
  private var streamErrors = H2RateMeter()
  private var controlFrames = H2RateMeter()
  private var controlCredit = 0
  private var smallData = H2RateMeter()
  private var emptyFrames = 0
  private var windowUpdates = 0
  private var windowUpdateBudget: Int
  private var blockBytes = 0
  private var blockFrames = 0
  private var blockStart: UInt64 = 0

  public init(_ limits: H2FloodLimits = H2FloodLimits()) {
    self.limits = limits
    windowUpdateBudget = limits.windowUpdates
  }

  /// The peer opened a stream, or we did.
  public mutating func streamOpened() { earnWindowUpdates(limits.windowUpdatesPerStream) }

  /// A stream ended, not by a reset.
  public mutating func streamEnded() { resetCredit = min(resetCredit + 1, limits.resetCredit) }

  /// We sent `frames` DATA frames.
  public mutating func dataSent(frames: Int) {
    let (earned, isMore) = frames.multipliedReportingOverflow(by: limits.windowUpdatesPerData)
    earnWindowUpdates(isMore ? .max : earned)
    controlCredit = min(controlCredit + frames, limits.queuedAnswers)
  }

  /// The peer reset a stream.
  public mutating func reset(at now: UInt64) -> H2Rule? {
    if resetCredit > 0 {
      resetCredit -= 1
      return nil
    }
    return resets.spend(limits.resets, at: now) ? nil : .floodResets
  }

  /// The peer broke a rule of stream scope.
  public mutating func streamError(at now: UInt64) -> H2Rule? {
    streamErrors.spend(limits.streamErrors, at: now) ? nil : .floodStreamErrors
  }

  /// PING, SETTINGS or PRIORITY came.
  public mutating func controlFrame(at now: UInt64) -> H2Rule? {
    if controlCredit > 0 {
      controlCredit -= 1
      return nil
    }
    return controlFrames.spend(limits.controlFrames, at: now) ? nil : .floodControlFrames
  }

  /// SETTINGS came, with so many entries.
  public func settings(entries: Int) -> H2Rule? { entries > limits.settingsEntries ? .floodSettings : nil }

  /// DATA came, `count` bytes without padding.
  @inline(__always)
  public mutating func data(count: Int, endStream: Bool, at now: UInt64) -> H2Rule? {
    if count >= limits.smallDataBytes || endStream {
      emptyFrames = 0
      return nil
    }
    if count == 0 { return emptyFrame() }
    emptyFrames = 0
    return smallData.spend(limits.smallData, at: now) ? nil : .floodSmallData
  }

  /// WINDOW_UPDATE came.
  @inline(__always)
  public mutating func windowUpdate() -> H2Rule? {
    windowUpdates += 1
    return windowUpdates > windowUpdateBudget ? .floodWindowUpdates : nil
  }

  /// HEADERS, PUSH_PROMISE or CONTINUATION came, with a fragment of `count` bytes.
  @inline(__always)
  public mutating func blockFrame(count: Int, isFirst: Bool, isLast: Bool, at now: UInt64) -> H2Rule? {
    if isFirst {
      blockBytes = count
      blockFrames = 0
      blockStart = now
    } else {
      blockBytes += count
      blockFrames += 1
      guard blockFrames <= limits.continuations else { return .floodContinuations }
    }
    guard blockBytes <= limits.fieldBlockBytes else { return .floodFieldBlock }
    if count == 0, !isLast { return emptyFrame() }
    emptyFrames = 0
    return nil
  }

  /// When a block that is open must have ended.
  public var blockDeadline: UInt64 { blockStart &+ limits.fieldBlockTime }

  private mutating func emptyFrame() -> H2Rule? {
    emptyFrames += 1
    return emptyFrames > limits.emptyFrames ? .floodEmptyFrames : nil
  }

  private mutating func earnWindowUpdates(_ count: Int) {
    let (sum, isMore) = windowUpdateBudget.addingReportingOverflow(count)
    windowUpdateBudget = isMore ? .max : sum
  }
}

/// A token bucket in one number: when it would be full again.
public struct H2RateMeter: Sendable {
  private var full: UInt64 = 0

  public init() {}

  /// False where `rate` has nothing left at `now`; nothing is spent then.
  public mutating func spend(_ rate: H2Rate, at now: UInt64) -> Bool {
    guard rate.count > 0 else { return false }
    let share = rate.nanoseconds / UInt64(clamping: rate.count)
    let (next, isTooLate) = max(full, now).addingReportingOverflow(share)
    // Shares are rounded down: what is lost to that never makes up one of them.
    guard !isTooLate, next - now <= rate.nanoseconds else { return false }
    full = next
    return true
  }
}
