import Foundation
import H2Codec
import Testing

private let python = "/usr/bin/python3"

private let isPythonH2Installed: Bool = {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: python)
  process.arguments = ["-c", "import h2"]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()

/// python-h2 as a peer we did not write, over pipes. Passed over where python3-h2 is not installed.
@Suite(.serialized) struct PythonPeerTests {
  /// Runs peer.py against `connection`: `handle` gets each event and says when we are done.
  private func run(
    _ role: String, _ connection: inout H2Connection,
    _ handle: (inout H2Connection, H2Event) throws -> Bool
  ) throws -> String {
    let process = Process()
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer.py").path,
      role,
    ]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var isDone = false
    while true {
      let waiting = connection.takeOutput()
      if !waiting.isEmpty { try input.fileHandleForWriting.write(contentsOf: waiting) }
      if isDone { break }
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      connection.receive(Array(chunk), at: 1)
      while let event = connection.next() {
        if try handle(&connection, event) { isDone = true }
      }
    }
    try input.fileHandleForWriting.close()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }

  @Test(.enabled(if: isPythonH2Installed, "python3-h2 is not installed")) func ourClientTheirServer() throws {
    var client = H2Connection(H2Connection.Configuration(role: .client))
    let bodies: [Int] = [0, 5, 200_000]
    var left: [H2StreamID: Int] = [:]
    var received: [H2StreamID: Int] = [:]
    var kinds: [H2StreamID: [H2MessageHead.Kind]] = [:]
    for length in bodies {
      let id = try client.open(
        list(":method: POST", ":scheme: http", ":path: /\(length)", ":authority: a"), endStream: length == 0)
      left[id] = length
    }
    let body = [UInt8](repeating: 9, count: 200_000)
    func send(_ client: inout H2Connection) throws {
      for (id, count) in left where count > 0 && client.stream(id) != nil {
        left[id] =
          count - (try client.sendData(body.span.bytes.extracting(0..<count), on: id, endStream: true))
      }
    }
    try send(&client)
    var ended = 0
    _ = try run("server", &client) { client, event in
      switch event {
      case .headers(let id, let kind, let endStream):
        kinds[id, default: []].append(kind)
        if endStream { ended += 1 }
      case .data(let id, let range, _):
        received[id, default: 0] += range.count
        client.consume(range.count, on: id)
      case .connectionError(let error), .streamError(let error): Issue.record(error)
      default: break
      }
      try send(&client)
      guard ended == bodies.count else { return false }
      client.goAway(.noError)
      return true
    }
    #expect(ended == 3 && left.values.allSatisfy { $0 == 0 })
    #expect(received == [3: 5, 5: 200_000])
    #expect(kinds[3] == [.informational, .response, .trailers])
    #expect(client.connectionSendWindow > 0)
  }

  @Test(.enabled(if: isPythonH2Installed, "python3-h2 is not installed")) func theirClientOurServer() throws {
    var server = H2Connection(H2Connection.Configuration(role: .server))
    var echo: [H2StreamID: [UInt8]] = [:]
    var answering: [H2StreamID: [UInt8]] = [:]
    let text = try run("client", &server) { server, event in
      switch event {
      case .headers(let id, .request, _):
        echo[id] = []
        #expect(server.headers.count == 5 && server.head.path != nil)
      case .data(let id, let range, _):
        echo[id]? += server.bytes[range]
        server.consume(range.count, on: id)
      case .connectionError(let error), .streamError(let error): Issue.record(error)
      default: break
      }
      switch event {
      case .headers(let id, _, endStream: true), .data(let id, _, endStream: true):
        try server.sendHeaders(ok, on: id, endStream: false)
        answering[id] = echo[id]
      default: break
      }
      for (id, rest) in answering {
        let count = try server.sendData(rest.span.bytes, on: id, endStream: true)
        answering[id] = count == rest.count ? nil : Array(rest[count...])
      }
      return false
    }
    let expected = [("/", 0), ("/large", 204_800), ("/small", 5), ("/trailers", 100)].map {
      "{\"ended\": true, \"length\": \($0.1), \"path\": \"\($0.0)\", \"status\": \"200\"}"
    }
    #expect(text == "[\(expected.joined(separator: ", "))]\n")
  }
}
