import BoltCodec
import Glibc

/// A SOFA client in small: sends one bolt request and prints the answer.
///
/// Usage: sofarpc-client [-t] [HOST:PORT]; 127.0.0.1:2045 unless told. -t: one request every 3 seconds, for ever.
@main
struct SofaClient {
  private let socket: Int32
  private var decoder = BoltDecoder()

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let address = (arguments.first { !$0.hasPrefix("-") } ?? "127.0.0.1:2045").split(separator: ":")
    guard address.count == 2, let port = UInt16(address[1]),
      var client = SofaClient(host: String(address[0]), port: port)
    else { fail("no connection to \(address.joined(separator: ":"))") }
    say("[RPC Client] connected to \(address.joined(separator: ":"))")
    do {
      var id: UInt32 = 1
      try client.call(id)
      while arguments.contains("-t") {
        sleep(3)
        id += 1
        try client.call(id)
      }
    } catch {
      fail("\(error)")
    }
  }

  private init?(host: String, port: UInt16) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
    let connected = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { connect(socket, $0.baseAddress, socklen_t(bytes.count)) }
    }
    guard connected == 0 else { return nil }
  }

  private mutating func call(_ id: UInt32) throws {
    let request = BoltMessage(.request(id: id), headers: [.init("service", "testSofa")])
    var bytes: [UInt8] = []
    try BoltEncoder.encode(request, into: &bytes)
    say("[RPC Client] send request, request id = \(id)")
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Ended() }
    // Not in one expression: `show` would look at the decoder as it was before the answer.
    let frame = try answer()
    show(frame)
  }

  private mutating func answer() throws -> BoltFrame {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      if let frame = try decoder.next() { return frame }
      let count = recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { throw Ended() }
      decoder.append(chunk.prefix(count))
    }
  }

  private func show(_ frame: BoltFrame) {
    let status = frame.status?.rawValue ?? 0
    say("[RPC Client] Receive Data: \(frame.id)")
    say("Response Status is: \(status) \(frame.status.map { "(\($0))" } ?? "")")
    let map = frame.headers(in: decoder.bytes)
    let properties = [
      ("protocol", "\(frame.version.rawValue)"), ("cmdtype", "\(frame.type.rawValue)"),
      ("cmdcode", "\(frame.command.rawValue)"), ("version", "\(frame.ver2)"), ("requestid", "\(frame.id)"),
      ("codec", "\(frame.codec.rawValue)"), ("respstatus", "\(status)"),
      ("classname", frame.className(in: decoder.bytes)), ("headerlen", "\(frame.headerLength)"),
      ("contentlen", "\(frame.contentLength)"),
    ]
    let headers = map.map { entry in
      (entry.key.map(map.string) ?? "null", entry.value.map(map.string) ?? "null")
    }
    say("Response Headers are: map[\((properties + headers).map { "\($0):\($1)" }.joined(separator: " "))]")
  }

  private static func fail(_ text: String) -> Never {
    say("[RPC Client] \(text)")
    exit(1)
  }
}

/// The server has closed the connection.
private struct Ended: Error, CustomStringConvertible {
  var description: String { "the server has closed the connection" }
}

/// A line on standard output, at once, whatever that is.
private func say(_ line: String) {
  var line = line + "\n"
  line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
