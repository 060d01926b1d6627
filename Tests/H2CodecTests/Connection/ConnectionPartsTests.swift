import Support
import Testing

@testable import H2Codec

@Suite struct WindowTests {
  @Test func widensToTheMaximumAndNoFurther() {
    var window = H2Window(H2Window.maximum - 1)
    #expect(window.widen(by: 1) && window.size == H2Window.maximum)
    #expect(!window.widen(by: 1) && window.size == H2Window.maximum)
  }

  @Test func becomesNegativeAndIsThenShut() {
    var window = H2Window(100)
    #expect(window.use(100) && window.widen(by: -H2Window.maximum) && window.size == -H2Window.maximum)
    #expect(!window.use(1) && window.use(0))
    #expect(window.widen(by: H2Window.maximum) && window.size == 0)
  }
}

@Suite struct RecentStreamsTests {
  @Test func theOldestRunIsForgotten() {
    var recent = H2RecentStreams(capacity: 2)
    #expect(!recent.contains(1))
    for id in [1, 3, 5, 11] as [H2StreamID] { recent.insert(id) }
    #expect([1, 3, 5, 11].allSatisfy(recent.contains))
    #expect(![2, 4, 7, 9, 13].contains(where: recent.contains))
    recent.insert(9)
    #expect(recent.contains(9) && recent.contains(11) && !recent.contains(3))
    // Behind the newest only.
    recent.insert(13)
    #expect(recent.contains(13) && recent.contains(9) && !recent.contains(11))
    recent.insert(15)
    #expect(recent.contains(13) && recent.contains(15) && recent.contains(9))
  }
}

@Suite struct SettingsTests {
  static let entries: [(H2Setting.Identifier, UInt32, H2Role, H2Rule?)] = [
    (.headerTableSize, .max, .client, nil), (.enablePush, 0, .client, nil), (.enablePush, 1, .client, nil),
    (.enablePush, 2, .client, .enablePush), (.enablePush, 0, .server, nil),
    (.enablePush, 1, .server, .enablePush), (.maxConcurrentStreams, 0, .server, nil),
    (.initialWindowSize, 0x7FFF_FFFF, .server, nil),
    (.initialWindowSize, 0x8000_0000, .server, .initialWindowSize),
    (.maxFrameSize, 16383, .server, .maxFrameSize), (.maxFrameSize, 16384, .server, nil),
    (.maxFrameSize, 16_777_215, .client, nil), (.maxFrameSize, 16_777_216, .client, .maxFrameSize),
    (.maxHeaderListSize, 0, .client, nil), (.enableConnectProtocol, 1, .server, nil),
    (.enableConnectProtocol, 2, .server, .enableConnectProtocol), (.init(rawValue: 99), 5, .client, nil),
    (.noRFC7540Priorities, 1, .client, nil),
    (.noRFC7540Priorities, 2, .client, .noRFC7540Priorities),
  ]

  @Test(arguments: entries)
  func limits(_ id: H2Setting.Identifier, _ value: UInt32, _ role: H2Role, _ rule: H2Rule?) {
    var settings = H2Settings()
    #expect(settings.apply(H2Setting(id, value), from: role) == rule)
  }

  @Test func extendedConnectIsNotWithdrawn() {
    var settings = H2Settings()
    #expect(settings.apply(H2Setting(.enableConnectProtocol, 1), from: .server) == nil)
    #expect(settings.apply(H2Setting(.enableConnectProtocol, 0), from: .server) == .enableConnectProtocol)
  }

  @Test func announcedEntriesGiveTheSettingsBack() {
    var ours = H2Settings()
    ours.enablePush = false
    ours.maxConcurrentStreams = 7
    ours.initialWindowSize = 1 << 20
    ours.maxFrameSize = 1 << 20
    ours.maxHeaderListSize = 1 << 16
    ours.headerTableSize = 0
    ours.enableConnectProtocol = true
    var theirs = H2Settings()
    for entry in ours.entries(from: .client) { #expect(theirs.apply(entry, from: .client) == nil) }
    #expect(theirs == ours)
    #expect(H2Settings().entries(from: .client).isEmpty)
  }
}

@Suite struct StreamTableTests {
  @Test(arguments: [1, 2, 3]) func agreesWithADictionary(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = H2StreamTable()
    var model: [H2StreamID: Int] = [:]
    for step in 0..<5000 {
      let id = H2StreamID(rawValue: UInt32.random(in: 1...400, using: &random))
      if let slot = table.slot(of: id) {
        #expect(table[slot].sendWindow.size == model[id])
        if Bool.random(using: &random) {
          table.remove(slot)
          model[id] = nil
        }
      } else {
        #expect(model[id] == nil)
        let slot = table.insert(H2Stream(id, sendWindow: step, receiveWindow: 0, incoming: .head))
        #expect(table[slot].id == id)
        model[id] = step
      }
      #expect(table.count == model.count)
    }
    for (id, step) in model { #expect(table.slot(of: id).map { table[$0].sendWindow.size } == step) }
    #expect(table.slots.filter { table.isOccupied($0) }.count == model.count)
    #expect(table.slot(of: 0) == nil)
  }
}

@Suite struct UpgradeTests {
  @Test func settingsRoundTripAsBase64url() {
    let settings = [H2Setting(.maxConcurrentStreams, 100), H2Setting(.initialWindowSize, 0x7FFF_FFFF)]
    let value = H2Upgrade.value(of: settings)
    #expect(String(decoding: value, as: UTF8.self) == "AAMAAABkAAR_____")
    #expect(H2Upgrade.settings(from: value) == settings)
    #expect(H2Upgrade.settings(from: Array("AAMAAABkAAQAAP__".utf8))?.count == 2)
    #expect(H2Upgrade.settings(from: Array("".utf8)) == [])
    #expect(H2Upgrade.settings(from: Array("AAMA".utf8)) == nil, "no whole entry")
    #expect(H2Upgrade.settings(from: Array("AA+/AAAA".utf8)) == nil, "base64, not base64url")
  }

  @Test func requestAndAnswer() {
    let request = Array(
      "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\nPRI"
        .utf8)
    let end = request.count - 3
    #expect(
      H2Upgrade.request(in: request) == .yes(end: end, settings: [H2Setting(.maxConcurrentStreams, 100)]))
    for count in 0..<end { #expect(H2Upgrade.request(in: Array(request[..<count])) == .maybe) }
    #expect(H2Upgrade.request(in: Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)) == .no)
    #expect(
      H2Upgrade.response(in: H2Upgrade.response) == .yes(end: H2Upgrade.response.count, settings: []))
    #expect(H2Upgrade.response(in: Array("HTTP/1.1 20".utf8)) == .no)
    #expect(H2Upgrade.response(in: Array("HTTP/1.1 1".utf8)) == .maybe)
  }
}
