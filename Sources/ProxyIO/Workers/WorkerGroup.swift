import MosnConfig
import NIOCore
import NIOPosix
import ProxyEngine

/// The event loops of the process and their workers.
struct WorkerGroup: Sendable {
  let group: MultiThreadedEventLoopGroup
  let descriptors: Descriptors
  private let members: [Member]

  private struct Member: Sendable {
    let loop: any EventLoop
    /// Used on its event loop only.
    let worker: NIOLoopBound<Worker>
  }

  /// - Parameter count: of event loops, a thread each.
  init(count: Int, settings: EdgeSettings, descriptors: Descriptors) throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: count)
    self.descriptors = descriptors
    let seed = UInt64.random(in: .min ... .max)
    let (budget, handshakes) = (ProcessBudget(engines: count), HandshakeCount())
    var members: [Member] = []
    for (number, loop) in group.makeIterator().enumerated() {
      let worker = try loop.submit {
        NIOLoopBound(
          Worker(
            loop: loop, settings: settings, descriptors: descriptors, seed: seed, number: number, of: count,
            budget: budget, handshakes: handshakes),
          eventLoop: loop)
      }.wait()
      members.append(Member(loop: loop, worker: worker))
    }
    self.members = members
    for member in members {
      let others = members.filter { $0.loop !== member.loop }
      try member.loop.submit {
        member.worker.value.askForRelief = {
          for other in others { other.loop.execute { other.worker.value.relieve() } }
        }
      }.wait()
    }
  }

  /// The worker that a connection belongs to. On its event loop only.
  func worker(of channel: any Channel) throws -> Worker {
    guard let member = members.first(where: { $0.loop === channel.eventLoop }) else {
      throw EventLoopError.shutdown
    }
    return member.worker.value
  }

  /// Returns when all work by the new settings.
  func apply(_ settings: EdgeSettings) {
    for member in members { try? member.loop.submit { member.worker.value.apply(settings) }.wait() }
  }

  /// An active health check has found something out.
  func note(_ finding: HealthProbes.Finding) {
    for member in members { member.loop.execute { member.worker.value.note(finding) } }
  }

  /// Of all workers together.
  func figures(on loop: any EventLoop) -> EventLoopFuture<Figures> {
    let each = members.map { member in member.loop.submit { member.worker.value.figures } }
    return EventLoopFuture.reduce(Figures(), each, on: loop, +)
  }

  /// - Returns: fulfilled when no client is left.
  func drain() -> EventLoopFuture<Void> {
    let drained = members.map { member in member.loop.flatSubmit { member.worker.value.drain() } }
    return EventLoopFuture.andAllComplete(drained, on: group.next())
  }

  /// Answers the calls that are still under way, and closes what is still open; returns when that is done, or after
  /// so many nanoseconds.
  ///
  /// The event loops go on until the process ends. One that was shut down would complain of what the others, a
  /// resolver or a timer hand it a moment later.
  func end(within nanoseconds: UInt64) {
    let time = TimeAmount.nanoseconds(Int64(clamping: nanoseconds))
    let ended = members.map { member in member.loop.flatSubmit { member.worker.value.end(within: time) } }
    try? EventLoopFuture.andAllComplete(ended, on: group.next()).wait()
  }
}
