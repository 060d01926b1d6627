import Glibc
import Testing

@testable import MosnCapture

@Suite struct LiveCaptureTests {
  @Test func unknownInterfacesAreAnsweredWithTheKnown() throws {
    let error = #expect(throws: CaptureError.self) { try CaptureReader.live(interface: "nosuch0") }
    switch error {
    case .noSuchInterface(let name, _): #expect(name == "nosuch0")
    case .noPermissionToCapture: break  // asked first where we may not capture at all
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test func theListHasTheLoopback() throws {
    let loopback = try CaptureReader.interfaces().first { $0.isLoopback }
    guard let loopback else { return }  // some sandboxes list nothing
    #expect(loopback.name == "lo")
  }

  /// Datagrams to ourselves, at a port the kernel chooses.
  @Test func datagramsOnTheLoopback() throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(socket, address, length)
        _ = getsockname(socket, address, &length)
        _ = connect(socket, address, length)
      }
    }
    let port = UInt16(bigEndian: address.sin_port)
    let reader: CaptureReader
    do {
      reader = try CaptureReader.live(interface: "lo", options: CaptureOptions(filter: "udp port \(port)"))
    } catch {
      print("live capture is not tested here: \(error)")
      return
    }
    send(socket, "hello", 5, 0)
    var captured: [Int] = []
    #expect(try reader.next { packet, _ in captured.append(packet.capturedLength) })
    #expect(captured == [14 + 20 + 8 + 5])
    #expect((reader.statistics?.received ?? 0) >= 1)
    reader.stop()
    #expect(try reader.count() == 0)
    #expect(reader.end == .stopped)

    // A wait in which nothing comes ends, or nobody could stop it.
    let options = CaptureOptions(filter: "udp port \(port) and less 1")
    let silent = try LiveCapture(interface: "lo", options: options, stopSwitch: StopSwitch())
    guard case .idle = try silent.next() else {
      Issue.record("a packet that the filter leaves out")
      return
    }
  }
}
