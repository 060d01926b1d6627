import H2Codec

enum H2Seeds {
  /// What client and server of ours write to each other over two calls.
  static func session() throws -> (client: [UInt8], server: [UInt8]) {
    var client = H2Connection(H2Connection.Configuration(role: .client))
    var server = H2Connection(H2Connection.Configuration(role: .server))
    var written: (client: [UInt8], server: [UInt8]) = ([], [])
    for path in ["/com.example.Echo/echo", "/b?c=d"] {
      let id = try client.open(request(path), endStream: false)
      _ = try client.sendData(Array("hello".utf8).span.bytes, on: id, endStream: true)
      client.ping(7)
      exchange(&client, &server, &written)
      try server.sendHeaders(
        fields([(":status", "200"), ("content-type", "text/plain")]), on: id, endStream: false)
      _ = try server.sendData(Array("world".utf8).span.bytes, on: id, endStream: false)
      try server.sendHeaders(fields([("grpc-status", "0")]), on: id, endStream: true)
      exchange(&client, &server, &written)
    }
    server.shutdown()
    for _ in 0..<3 { exchange(&client, &server, &written) }
    return written
  }

  /// Header blocks of one connection.
  static var blocks: [[UInt8]] {
    var encoder = HPACKEncoder()
    return ["/a", "/a", "/b", "/com.example.Echo/echo"].map { path in
      var block: [UInt8] = []
      encoder.encode(request(path), into: &block)
      return block
    }
  }

  private static func exchange(
    _ client: inout H2Connection, _ server: inout H2Connection,
    _ written: inout (client: [UInt8], server: [UInt8])
  ) {
    let (out, back) = (client.takeOutput(), server.takeOutput())
    written.client += out
    written.server += back
    server.receive(out, at: 1)
    client.receive(back, at: 1)
    while server.next() != nil {}
    while client.next() != nil {}
  }

  private static func request(_ path: String) -> H2HeaderList {
    fields([
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "example:1"),
      ("authorization", "secret"), ("x-trace", "0a0b"), ("cookie", "a=b"),
    ])
  }

  private static func fields(_ fields: [(String, String)]) -> H2HeaderList {
    var list = H2HeaderList()
    for (name, value) in fields { list.append(name: Array(name.utf8), value: Array(value.utf8)) }
    return list
  }
}
