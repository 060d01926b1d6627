import BoltCodec
import H2Codec
import Testing
import Translate

/// Every row does what its role says.
@Suite struct RuleTests {
  private static let properties = [
    ":method POST", ":path /", ":authority h:1", "protocol 1", "cmdtype 1", "cmdcode 1", "requestid 1",
  ]
  private static let names = FieldRule.all.map { "\($0.name)" }

  @Test func `a name and a property stand in one row`() {
    #expect(Set(Self.names).count == FieldRule.all.count)
    let properties = FieldRule.all.compactMap(\.property)
    #expect(Set(properties).count == properties.count)
    #expect(Set(properties) == Set(FieldRule.Property.allCases))
    #expect(Self.names.allSatisfy { $0 == $0.lowercased() })
  }

  @Test(arguments: FieldRule.all.indices) func `a field enters the map or not, as its role says`(row: Int)
    throws
  {
    let rule = FieldRule.all[row]
    let name = "\(rule.name)"
    // A value every row accepts; where one does not, the row's own.
    let value = ["host": "h:1", "x-mosnd-map": "EQ", "content-length": "0", "contentlen": "0"][name] ?? "1"
    let bare = try Arrival(H2HeaderList(Self.properties)).headers
    func enters(_ list: [String], _ options: TranslationOptions = TranslationOptions()) throws -> Bool {
      try Arrival(H2HeaderList(list.filter { !$0.hasPrefix(name + " ") } + ["\(name) \(value)"]), options)
        .headers
        .contains("\(name) \(value)")
    }
    #expect(bare.isEmpty)
    let beside = try enters(Self.properties)
    let compatible = try enters(Self.properties, Captured.compatible)
    let plain = try enters([":method POST", ":path /", ":authority h:1"])
    switch rule.role {
    case .number:
      #expect((beside, compatible, plain) == (false, false, name == "protocol" || name == "version"))
    case .text, .derived, .hidden, .hop: #expect((beside, compatible, plain) == (false, false, false))
    case .target, .added: #expect((beside, compatible, plain) == (false, true, true))
    case .read: #expect((beside, compatible, plain) == (true, true, true))
    }
  }

  @Test(arguments: FieldRule.all.indices) func `a field is written when its row says so`(row: Int) throws {
    let rule = FieldRule.all[row]
    var v2 = BoltHead.request(id: 1)
    v2.version = .v2
    let heads: [(BoltMessage, TranslationOptions)] = [
      (BoltMessage(.request(id: 1)), TranslationOptions()),
      (BoltMessage(.response(id: 1)), TranslationOptions()),
      (BoltMessage(.request(id: 1), content: [1]), TranslationOptions()),
      (BoltMessage(v2), TranslationOptions()),
      (BoltMessage(.request(id: 1)), Captured.compatible),
    ]
    let written = try heads.map { try $0.inHTTP2($1).list.value(of: rule.name) != nil }
    let expected: [Bool] =
      switch rule.sent {
      case .never:
        rule.property == .map ? [true, true, true, true, false] : [false, false, false, false, false]
      case .always: [true, true, true, true, true]
      case .requests: [true, false, true, true, true]
      case .responses: [false, true, false, false, false]
      case .compatibleRequests: [false, false, false, false, true]
      case .v2: [false, false, false, true, false]
      case .withoutContent: [true, true, false, true, true]
      }
    #expect(written == expected)
  }

  @Test func `the ends of every range are accepted, and nothing beyond`() throws {
    for rule in FieldRule.all where rule.role == .number && rule.values != .min ... .max {
      func isAccepted(_ number: Int64) -> Bool {
        let name = "\(rule.name)"
        let list = Self.properties + ["respstatus 0", "ver1 1", "switchcode 0"]
        let changed = H2HeaderList(list.filter { !$0.hasPrefix(name + " ") } + ["\(name) \(number)"])
        do {
          if name == "respstatus" {
            _ = try Arrival(changed.adding(":status 200"), to: .request(id: 1))
          } else {
            _ = try Arrival(changed)
          }
          return true
        } catch {
          return (error as? TranslationError)?.field.map { Self.names[$0] } != name
        }
      }
      // Other rules speak of a command of 2 and a length that is not the body's.
      let isChecked = ["cmdcode", "cmdtype", "contentlen"].contains("\(rule.name)")
      if !isChecked {
        #expect(isAccepted(rule.values.lowerBound), "\(rule.name)")
        #expect(isAccepted(rule.values.upperBound), "\(rule.name)")
      }
      #expect(!isAccepted(rule.values.lowerBound - 1), "\(rule.name)")
      #expect(!isAccepted(rule.values.upperBound + 1), "\(rule.name)")
    }
  }
}
