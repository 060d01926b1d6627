import BoltCodec
import H2Codec
import Measure
import Translate

// One head each way: a SOFARPC call of ten entries (26 fields of HTTP/2) and its answer without any (14 fields).
let call = BoltMessage(
  .request(id: 1, timeout: 3000), className: "com.alipay.sofa.rpc.core.request.SofaRequest",
  headers: [
    .init("sofa_head_target_service", "peer.rpc.EchoService:1.0"), .init("app", "peerClient"),
    .init("protocol", "bolt"), .init("service", "peer.rpc.EchoService:1.0"),
    .init("sofa_head_method_name", "echo"), .init("type", "sync"),
    .init("rpc_trace_context.sofaTraceId", "0a0fe8e81542874329131000134021"),
    .init("rpc_trace_context.sofaRpcId", "0.1"), .init("rpc_trace_context.sofaCallerIp", "10.15.232.232"),
    .init("rpc_trace_context.sofaCallerApp", "peerClient"),
  ], content: [UInt8](repeating: 1, count: 200))
let answer = BoltMessage(
  .response(id: 1), className: "com.alipay.sofa.rpc.core.response.SofaResponse", content: [1, 2, 3])

func encoded(_ message: BoltMessage) throws -> (bytes: [UInt8], frame: BoltFrame) {
  var bytes: [UInt8] = []
  try BoltEncoder.encode(message, into: &bytes)
  guard let frame = try BoltFrame.parse(bytes.span.bytes, at: 0) else { fatalError("a whole frame") }
  return (bytes, frame)
}

let rounds = 100
let authority = Array("127.0.0.1:2046".utf8)
let (callBytes, callFrame) = try encoded(call)
let (answerBytes, answerFrame) = try encoded(answer)
var toHTTP2 = BoltToHTTP2()
var toBolt = HTTP2ToBolt()
var list = H2HeaderList()
var parts: [UInt8] = []

try measure("bolt call -> HTTP/2", units: rounds) {
  for id in 0..<rounds {
    list.removeAll()
    try toHTTP2.request(
      callFrame, in: callBytes.span.bytes, requestID: UInt32(id), authority: authority, into: &list)
  }
}
// Each head is made outside of `measure`, too: a run of one row alone does not measure the others.
list.removeAll()
try toHTTP2.request(callFrame, in: callBytes.span.bytes, requestID: 1, authority: authority, into: &list)
let own = list
try measure("HTTP/2 call -> bolt, from one of ours", units: rounds) {
  for id in 0..<rounds {
    parts.removeAll(keepingCapacity: true)
    blackHole(try toBolt.request(own, contentLength: 200, id: UInt32(id), into: &parts))
  }
}
var options = TranslationOptions()
options.sendsMapField = false
var toMosn = BoltToHTTP2(options: options)
list.removeAll()
try toMosn.request(callFrame, in: callBytes.span.bytes, requestID: 1, authority: authority, into: &list)
let mosn = list
try measure("HTTP/2 call -> bolt, from MOSN", units: rounds) {
  for id in 0..<rounds {
    parts.removeAll(keepingCapacity: true)
    blackHole(try toBolt.request(mosn, contentLength: 200, id: UInt32(id), into: &parts))
  }
}
try measure("bolt answer -> HTTP/2", units: rounds) {
  for id in 0..<rounds {
    list.removeAll()
    try toHTTP2.response(
      answerFrame, in: answerBytes.span.bytes, requestID: UInt32(id), to: .mosnd, into: &list)
  }
}
list.removeAll()
try toHTTP2.response(answerFrame, in: answerBytes.span.bytes, requestID: 1, to: .mosnd, into: &list)
let reply = list
try measure("HTTP/2 answer -> bolt", units: rounds) {
  for _ in 0..<rounds {
    parts.removeAll(keepingCapacity: true)
    blackHole(try toBolt.response(reply, contentLength: 3, to: call.head, into: &parts))
  }
}
