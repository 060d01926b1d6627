import MosnPackets

extension Connection {
  /// Its line in the list of connections. Only once it is settled is all of it known.
  var record: FlowRecord {
    let (client, roles) = client
    let first = figures.first ?? latest
    return FlowRecord(
      number: figures.number, client: source(of: client), server: destination(of: client), roles: roles,
      networks: networks, firstPacket: first.packet, lastPacket: latest.packet, firstTime: first.time,
      lastTime: latest.time, fromClient: side(client), fromServer: side(client.other),
      content: conversation.content, proxyHeader: conversation.proxyHeader, ending: ending(client: client),
      messages: figures.said.messages, findings: figures.said.findings,
      gaps: gaps.count, gapBytes: gaps.bytes, undecodedBytes: undecodedBytes)
  }

  private func side(_ direction: Direction) -> FlowRecord.Side {
    FlowRecord.Side(packets: figures.packets[direction], bytes: figures.bytes[direction])
  }

  private var client: (direction: Direction, FlowRecord.Roles) {
    if figures.openings.forward > 0 { return (.forward, .syn) }
    if figures.openings.backward > 0 { return (.backward, .syn) }
    if figures.isAccepted { return (.backward, .syn) }
    if let client = conversation.client { return (client, .content) }
    return (initiator.port < responder.port ? .backward : .forward, .ports)
  }

  private func ending(client: Direction) -> FlowEnding {
    func name(_ direction: Direction) -> FlowEnding.Side { direction == client ? .client : .server }
    let attempts = figures.openings[client]
    // Who sends more than SYNs has got an answer, which was not captured.
    let isUnanswered =
      attempts > 0 && figures.packets[client.other] == 0 && figures.packets[client] == attempts
    switch settled {
    case .reset?:
      guard let resetter else { break }
      let isRefused = attempts > 0 && !figures.isAccepted && figures.bytes[client.other] == 0
      return isRefused && resetter != client ? .refused : .reset(by: name(resetter))
    case .closed?: return .closed(by: name(figures.firstFIN ?? client))
    case .evicted?: return .evicted
    case .silent? where !isUnanswered: return .silent
    case .replaced? where !isUnanswered: return .replaced
    case .silent?, .replaced?, .captureEnds?, nil: break
    }
    if isUnanswered { return .unanswered(attempts: attempts) }
    let closer = Direction.allCases.first { figures.ended[$0] }
    return .open(closedBy: closer.map(name))
  }
}
