import H2Codec

/// Messages that go on for long, for those who watch.
extension HTTP2Conversation {
  /// Hands out what has begun by `time` and has not ended, each message once; what it becomes is handed out at its end
  /// all the same.
  mutating func announce(begunBy time: Int64) {
    guard streams.count > 0, !showsFrames else { return }
    for exchange in streams.oldest(streams.count) {
      for direction in Direction.allCases {
        guard let message = streams[exchange, direction].message, !message.isAnnounced,
          let place = streams[exchange, direction].place, place.time <= time
        else { continue }
        message.isAnnounced = true
        let opening = HTTP2Message(opening: message)
        opening.take(streams[exchange, direction].body)
        ready.append(Message(place: place, content: .http2(opening), findings: []))
      }
    }
  }
}
