import MosnCapture
import Testing

@testable import MosnInspectKit

/// What SOFARPC said in the recordings: a line for each message, and what came in place of answers.
@Suite struct RecordedContentTests {
  private func messages(_ name: String, width: Int) throws -> (lines: [String], failures: [ContentFailure?]) {
    var reader = Said.reader(65_536)
    var (lines, failures): ([String], [ContentFailure?]) = ([], [])
    var inspector = Inspector(bodyLimit: 65_536)
    let emit = { (message: Message) in
      var output = Output()
      reader.appendLine(of: message, to: &output, width: width)
      lines.append(String(decoding: output.bytes, as: UTF8.self))
      failures.append(reader.failure(of: message))
    }
    let capture = try CaptureReader.file(
      GoldenTests.path("recordings/\(name).pcap"), options: CaptureOptions())
    while try capture.next({ packet, bytes in
      inspector.receive(
        bytes, number: packet.number, time: packet.time, linkType: packet.linkType,
        originalLength: packet.originalLength, emit: emit)
    }) {}
    inspector.finish(emit: emit)
    return (lines, failures)
  }

  @Test func calls() throws {
    let (lines, failures) = try messages("sofarpc-bolt-sync", width: 60)
    #expect(
      lines == [
        #"EchoService.echo("hello sofarpc")"#, #""echo:hello sofarpc""#, "EchoService.add(1, 2)", "3",
        "EchoService.echoBody(EchoBody{id=1, big=1234605616436508552…",
        "EchoBody{id=1, big=1234605616436508552L, dbl=3.25, flag=…",
        #"EchoService.map({"a": 1, "b": "two"}, ["x", "y"])"#, #"{"a": 1, "b": "two", "list": ["x", "y"]}"#,
        "EchoService.nothing()", "null", "EchoService.bytes(100 bytes)", "100 bytes",
      ])
    #expect(failures.allSatisfy { $0 == nil })
  }

  @Test func failures() throws {
    let (lines, failures) = try messages("sofarpc-bolt-errors", width: 60)
    #expect(
      lines == [
        #"EchoService.fail("app exception")"#, #"IllegalStateException("app exception")"#,
        #"EchoService.echo("x")"#, #"error "RPC-020100010: RPC cannot find service: [peer.rpc.Ec…"#,
        "EchoService.slow(800)", #""slept 800""#,
      ])
    #expect(
      failures == [
        nil, ContentFailure(className: "java.lang.IllegalStateException", message: "app exception"), nil,
        ContentFailure(
          message: "RPC-020100010: RPC cannot find service: [peer.rpc.EchoService:1.0:nosuch] "), nil, nil,
      ])
  }

  @Test func protocolBuffers() throws {
    let (lines, failures) = try messages("sofarpc-bolt-pb", width: 60)
    #expect(lines == [#"{1: "world"}"#, #"{1: "java:world"}"#, #"{1: "throw"}"#, #""pb boom""#])
    #expect(failures == [nil, nil, nil, ContentFailure(message: "pb boom")])
  }

  /// SOFABolt's own: the status tells of them, too.
  @Test func exceptionsOfTheServer() throws {
    let (_, failures) = try messages("v1-errors", width: 60)
    let name = "com.alipay.remoting.rpc.exception.RpcServerException"
    #expect(failures.compactMap { $0?.className } == [name, name, name])
  }
}
