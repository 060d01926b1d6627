/// The header lists of the sample's capture, as MOSN 0.2.1 wrote them.
enum Captured {
  /// The client's bytes: bolt v1, id 1, timeout -1, {service: testSofa}.
  static let request =
    "01 01 0001 01 00000001 01 ffffffff 0000 0017 00000000 00000007 73657276696365 00000008 74657374536f6661"

  static func listA(type: Int = 1) -> [(String, String)] {
    [
      (":authority", "127.0.0.1:2046"), (":method", "GET"), (":path", "/"), (":scheme", "http"),
      ("service", "testSofa"), ("x-mosn-endstream", "yes"), ("requestid", "1"), ("version", "1"),
      ("timeout", "4294967295"), ("contentlen", "0"), ("classname", ""), ("x-mosn-try-timeout", "4294967295"),
      ("cmdtype", "\(type)"), ("codec", "1"), ("headerlen", "23"), ("x-mosn-streamid", "1"),
      ("protocol", "1"),
      ("cmdcode", "1"), ("classlen", "0"), ("accept-encoding", "gzip"), ("user-agent", "Go-http-client/2.0"),
    ]
  }

  static let listC: [(String, String)] = [
    ("accept-encoding", "gzip"), ("classlen", "0"), ("classname", ""), ("cmdcode", "2"), ("cmdtype", "0"),
    ("codec", "1"), ("contentlen", "0"), ("headerlen", "144"), ("host", "127.0.0.1:2046"), ("path", "/"),
    ("protocol", "1"), ("querystring", ""), ("requestid", "1"), ("respstatus", "0"),
    ("resptimemills", "1795335038978"), ("service", "testSofa"), ("user-agent", "Go-http-client/2.0"),
    ("version", "1"), ("x-mosn-endstream", "yes"), ("x-mosn-streamid", "1"), ("content-length", "0"),
    ("date", "Sun, 22 Nov 2026 08:10:38 GMT"),
  ]
}
