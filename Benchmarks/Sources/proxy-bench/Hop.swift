import BoltCodec
import H2Codec
import MosnConfig
import ProxyEngine

/// Calls of a SOFARPC client, encoded.
struct Requests {
  let bytes: [UInt8]
  let count: Int

  init(count: Int, content: Int) throws {
    var bytes: [UInt8] = []
    for id in 1...UInt32(count) {
      let message = BoltMessage(
        .request(id: id, timeout: 3000), className: "com.alipay.sofa.rpc.core.request.SofaRequest",
        headers: [
          .init("service", "testSofa"), .init("sofa_head_target_service", "com.example.Echo:1.0"),
          .init("sofa_head_method_name", "echo"), .init("sofa_head_target_app", "app"),
        ],
        content: [UInt8](repeating: 7, count: content))
      try BoltEncoder.encode(message, into: &bytes)
    }
    self.bytes = bytes
    self.count = count
  }
}

/// An engine with one connection to a client and one to a server.
final class Hop {
  var proxy: Proxy
  var client = ConnectionID.none
  var server = ConnectionID.none
  var toClient: [UInt8] = []
  var toServer: [UInt8] = []
  var now: UInt64 = 1
  private var actions: [ProxyAction] = []
  private var answers: [UInt8] = []

  init(_ down: String, _ up: String) {
    let text = """
      {"servers": [{"default_log_path": "stdout", "listeners": [{"name": "l", "address": "127.0.0.1:1",
        "bind_port": true, "filter_chains": [{"filters": [{"type": "proxy", "config": {
        "downstream_protocol": "\(down)", "upstream_protocol": "\(up)", "virtual_hosts": [{"name": "h",
        "domains": ["*"], "routers": [{"match": {"headers": [{"name": "service", "value": ".*"}]},
        "route": {"cluster_name": "c"}}]}]}}]}]}]}],
       "cluster_manager": {"clusters": [{"name": "c", "type": "SIMPLE", "lb_type": "LB_RANDOM",
        "hosts": [{"address": "127.0.0.1:2"}]}]}}
      """
    guard let configuration = MosnConfig.parse(Array(text.utf8)).configuration else {
      fatalError("configuration")
    }
    proxy = Proxy(configuration: configuration, seed: 1)
    proxy.reportsCalls = false
    guard let id = proxy.accepted(on: "l", remote: "", local: "", at: now) else { fatalError("accept") }
    client = id
  }

  func receive(_ bytes: [UInt8], fromClient: Bool) {
    now += 1000
    proxy.receive(bytes.span.bytes, on: fromClient ? client : server, at: now)
    perform()
  }

  func perform() {
    repeat {
      proxy.takeActions(into: &actions)
      for action in actions {
        switch action {
        case .connect(let id, _):
          server = id
          proxy.connected(id, local: "", at: now)
        case .write(let id):
          proxy.withOutput(of: id) { span in
            span.withUnsafeBytes {
              if id == client { toClient.append(contentsOf: $0) } else { toServer.append(contentsOf: $0) }
            }
          }
        case .close, .pauseReading, .resumeReading, .measure, .relieve: fatalError("\(action)")
        }
      }
    } while !actions.isEmpty
  }

  func take(_ bytes: inout [UInt8]) -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// A batch there and back; how many answers came.
  func carry(_ requests: Requests, _ server: (Hop) -> Void) -> Int {
    receive(requests.bytes, fromClient: true)
    server(self)
    defer { toClient.removeAll(keepingCapacity: true) }
    return countFrames(toClient)
  }

  /// Plays the bolt server: each request is answered with itself.
  func answerUpstream() {
    do throws(BoltError) {
      try Self.answer(toServer, &answers)
    } catch { fatalError("\(error)") }
    toServer.removeAll(keepingCapacity: true)
    receive(answers, fromClient: false)
  }

  private static func answer(_ requests: [UInt8], _ answers: inout [UInt8]) throws(BoltError) {
    answers.removeAll(keepingCapacity: true)
    let bytes = requests.span.bytes
    var at = 0
    while let frame = try BoltFrame.parse(bytes, at: at) {
      at = frame.range.upperBound
      let (className, map) = (bytes.extracting(frame.className), bytes.extracting(frame.headerMap))
      let content = bytes.extracting(frame.content)
      do throws(BoltEncodingError) {
        try BoltEncoder.encode(
          .response(to: frame.head), className: className, headerMap: map, content: content, into: &answers)
      } catch { fatalError("\(error)") }
    }
  }

  func countFrames(_ bytes: [UInt8]) -> Int {
    var (at, count) = (0, 0)
    while let frame = try? BoltFrame.parse(bytes.span.bytes, at: at) {
      at = frame.range.upperBound
      if frame.status == .success { count += 1 }
    }
    return count
  }
}

/// The sample: bolt to HTTP/2 and back to bolt, through two engines, or with one between them that passes HTTP/2 on.
final class Chain {
  let near = Hop("SofaRpc", "Http2")
  let middle: Hop?
  let far = Hop("Http2", "SofaRpc")

  init(passing: Bool = false) { middle = passing ? Hop("Http2", "Http2") : nil }

  func carry(_ requests: Requests) -> Int {
    near.receive(requests.bytes, fromClient: true)
    var isQuiet = false
    while !isQuiet {
      isQuiet = true
      if !near.toServer.isEmpty {
        (middle ?? far).receive(near.take(&near.toServer), fromClient: true)
        isQuiet = false
      }
      if let middle, !middle.toServer.isEmpty {
        far.receive(middle.take(&middle.toServer), fromClient: true)
        isQuiet = false
      }
      if let middle, !middle.toClient.isEmpty {
        near.receive(middle.take(&middle.toClient), fromClient: false)
        isQuiet = false
      }
      if !far.toServer.isEmpty {
        far.answerUpstream()
        isQuiet = false
      }
      if !far.toClient.isEmpty {
        (middle ?? near).receive(far.take(&far.toClient), fromClient: false)
        isQuiet = false
      }
    }
    defer { near.toClient.removeAll(keepingCapacity: true) }
    return near.countFrames(near.toClient)
  }
}
