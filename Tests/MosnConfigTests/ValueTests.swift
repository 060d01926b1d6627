import MosnBytes
import Testing

@testable import MosnConfig

@Suite struct ValueTests {
  @Test(arguments: [
    ("0", 0), ("1ns", 1), ("2us", 2000), ("2\u{B5}s", 2000), ("2\u{3BC}s", 2000), ("300ms", 300_000_000),
    ("1s", 1_000_000_000), ("1.5s", 1_500_000_000), (".5s", 500_000_000), ("5.s", 5_000_000_000),
    ("1h5m", 3_900_000_000_000), ("-1s", -1_000_000_000), ("+1s", 1_000_000_000),
    ("9223372036854775807ns", Int64.max),
  ]) func readsGoDurations(text: String, nanoseconds: Int64) {
    #expect(Nanoseconds(text)?.rawValue == nanoseconds)
  }

  @Test(arguments: [
    "", "-", "1", "s", ".s", "1 s", "1S", "1s ", "1s2", "--1s", "1d", "9223372036854775808ns", "2562048h",
    "1e3s",
  ]) func refusesWhatIsNoGoDuration(text: String) {
    #expect(Nanoseconds(text) == nil)
  }

  @Test(arguments: ["0s", "1500ms", "90s", "1ns", "5m", "2h"]) func durationsArePrintedInTheirLargestUnit(
    text: String
  ) {
    let expected = text == "90s" ? "90s" : text
    #expect(Nanoseconds(text)?.description == expected)
  }

  @Test(arguments: [
    ("127.0.0.1:2045", "127.0.0.1", 2045), (":80", "", 80), ("localhost:65535", "localhost", 65535),
    ("[::1]:1", "::1", 1), ("[fe80::1%eth0]:2", "fe80::1%eth0", 2),
    ("a-b.example.com:0", "a-b.example.com", 0),
  ]) func readsAddresses(text: String, host: String, port: UInt16) {
    #expect(NetworkAddress(text) == NetworkAddress(host: host, port: port))
    #expect(NetworkAddress(text)?.description == text)
  }

  @Test(arguments: [
    "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0:1", "256.0.0.1:1", "::1:1",
    "[a]:1",
    "a b:1", "[::1:1", "a:+1", "\u{0661}27.0.0.1:1",
  ]) func refusesWhatIsNoAddress(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test func accessLogFormatsHaveItemsHeadersAndText() {
    let format = AccessLogFormat("%StartTime% %start_time% %Bogus% 5\\% 100%")
    #expect(format.unknownNames == ["Bogus"] && format.isUnfinished)
    #expect(
      format.parts == [
        .item(.startTime), .text(" "), .item(.startTime), .text(" "), .text("%Bogus%"), .text(" 5% 100%"),
      ])
    #expect(AccessLogFormat("%REQ.a% %RESP.b%").headers == ["a", "b"])
    #expect(AccessLogFormat("").unknownNames.isEmpty && !AccessLogFormat("").isUnfinished)
    #expect(AccessLogFormat("%%").unknownNames == [""])
  }

  @Test(arguments: [
    ("lo_path", "log_path"), ("adress", "address"), ("bindport", "bind_port"), ("nmae", "name"),
    ("DownstreamProtocol", nil), ("xyz", nil), ("", nil),
  ]) func suggestsTheNearestName(name: String, suggestion: String?) {
    #expect(Suggestion.nearest(to: name, among: ["log_path", "address", "bind_port", "name"]) == suggestion)
  }
}
