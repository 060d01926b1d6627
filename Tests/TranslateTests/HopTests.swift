import BoltCodec
import H2Codec
import Support
import Testing
import Translate

/// What a hop between two of ours may do to the fields, and what becomes of the map.
@Suite struct HopTests {
  static let call = BoltMessage(
    .request(id: 1),
    headers: [
      .init("Service", "svc"), .init("x", "1"), .init("protocol", "bolt"), .init("userName", "käthe"),
      .init("user-agent", "java"), .init("last", ""),
    ])

  private func received(_ change: (H2HeaderList) -> H2HeaderList) throws -> Arrival {
    try Arrival(change(Self.call.inHTTP2().list), id: 1)
  }

  @Test func `an added field becomes an entry behind the others`() throws {
    let arrival = try received { $0.adding("x-request-id 7") }
    #expect(arrival.headers == Self.call.headers.map(\.text) + ["x-request-id 7"])
    #expect(arrival.losses.isEmpty)
  }

  @Test func `what HTTP adds does not become one, the application's own user-agent stays`() throws {
    let arrival = try received {
      $0.adding("accept-encoding gzip", "date now", "content-type text/plain", "host 127.0.0.1:2046")
    }
    #expect(arrival.message == Self.call)
  }

  @Test func `a removed field takes its entry along`() throws {
    let arrival = try received { $0.without("x") }
    #expect(arrival.headers == Self.call.headers.map(\.text).filter { $0 != "x 1" })
    #expect(arrival.losses == [.missing])
  }

  @Test func `a changed value wins, and keeps place and spelling`() throws {
    let arrival = try received { H2HeaderList($0.lines.map { $0 == "service svc" ? "service other" : $0 }) }
    #expect(arrival.headers == ["Service other"] + Self.call.headers.dropFirst().map(\.text))
  }

  @Test func `any order comes back as it was`() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<20 {
      let arrival = try received { list in
        let pseudo = list.lines.filter { $0.hasPrefix(":") }
        return H2HeaderList(pseudo + list.lines.filter { !$0.hasPrefix(":") }.shuffled(using: &random))
      }
      #expect(arrival.message == Self.call)
    }
  }

  @Test func `a name repeated by a hop is joined in the entry's place`() throws {
    let arrival = try received { $0.adding("x 2", "x 3") }
    #expect(arrival.headers.dropFirst().first == "x 1,2,3")
    #expect(arrival.losses == [.joined])
  }

  @Test func `equal keys joined by a hop become the first of them`() throws {
    let call = BoltMessage(.request(id: 1), headers: [.init("a", "1"), .init("b", "2"), .init("a", "3")])
    let list = try call.inHTTP2().list.without("a").adding("a 1,3")
    let arrival = try Arrival(list, id: 1)
    #expect(arrival.headers == ["a 1,3", "b 2"])
    #expect(arrival.losses == [.missing])
  }

  @Test func `cookies are joined in their own way`() throws {
    let list = H2HeaderList([":method GET", ":path /", "cookie a=1", "k v", "cookie b=2", "k w"])
    let arrival = try Arrival(list)
    #expect(arrival.headers.prefix(2) == ["cookie a=1; b=2", "k v,w"])
  }

  @Test func `a request's map field echoed by a server is not taken for the answer's`() throws {
    let field = try #require(try Self.call.inHTTP2().list.text("x-mosnd-map"))
    let answer = try BoltMessage(.response(id: 1), headers: [.init("k", "v")]).inHTTP2(to: .mosn).list
    let arrival = try Arrival(answer.adding("x-mosnd-map \(field)"), to: .request(id: 1))
    #expect(arrival.headers == ["k v"])
    #expect(arrival.dialect == .mosn)
    #expect(arrival.losses == [.mapField])
  }

  @Test func `an entry named like our field is no map field`() throws {
    let call = BoltMessage(
      .request(id: 1), headers: [.init("x-mosnd-map", "evil"), .init("X-Mosnd-Map", "EVIL")])
    #expect(try Arrival(call.inHTTP2().list, id: 1).message == call)
  }
}
