import Foundation
import MosnText
import Testing

@testable import MosnInspectKit

/// Lines for a terminal: how long they are, and how they stand below each other.
@Suite struct LineTests {
  private static func lines(
    _ talk: Talk, isColoured: Bool = false, time: TimeFormat = .relative, width: Int? = nil
  ) -> [String] {
    let columns: (() -> Int?)? = width.map { width in { width } }
    var renderer = LineRenderer(isColoured: isColoured, timeFormat: time, width: columns)
    let text = String(decoding: Rendering.render(talk, &renderer), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  /// Without colours, and every wide character counted twice.
  private static func columns(_ line: String) -> Int {
    var text = line
    while let start = text.firstRange(of: "\u{1b}["), let end = text[start.upperBound...].firstIndex(of: "m")
    {
      text.removeSubrange(start.lowerBound...end)
    }
    return text.unicodeScalars.reduce(0) { $0 + ((0x2E80...0xFFFF).contains($1.value) ? 2 : 1) }
  }

  private static let talk: Talk = {
    var talk = H2Talk.begun()
    talk.request(1, path: "/" + String(repeating: "long/", count: 60))
    talk.response(1, status: "200")
    talk.request(3, path: "/" + String(repeating: "世", count: 120))
    // A finding beside a long line, and one beside a short one.
    talk.request(2, path: "/" + String(repeating: "x", count: 300))
    talk.request(5, path: "/short")
    return talk.talk
  }()

  @Test(arguments: [10, 40, 80, 120, 200, 1_000], [false, true])
  func linesFitTheTerminal(_ width: Int, _ isColoured: Bool) {
    let whole = Self.lines(Self.talk, isColoured: isColoured)
    let cut = Self.lines(Self.talk, isColoured: isColoured, width: width)
    #expect(whole.count == cut.count)
    for (whole, cut) in zip(whole, cut) {
      #expect(Self.columns(cut) <= width, "\(cut)")
      #expect(cut.contains("…") == (Self.columns(whole) > width), "\(cut)")
      if Self.columns(whole) <= width { #expect(cut == whole) }
      #expect(!isColoured || cut.hasSuffix("\u{1b}[0m") || !cut.contains("…") || cut.contains("\u{1b}[0m"))
    }
  }

  /// Two addresses of IPv6 take most of 80 columns.
  @Test(arguments: [80, 120, 200]) func linesOfIPv6FitTheTerminal(_ width: Int) throws {
    func lines(_ renderer: LineRenderer) throws -> [Substring] {
      String(decoding: try GoldenTests.read("recordings/enc-ipv6", renderer), as: UTF8.self).split(
        separator: "\n")
    }
    let whole = try lines(LineRenderer(isColoured: false))
    let cut = try lines(LineRenderer(isColoured: false, width: { width }))
    #expect(cut.count == whole.count && cut.contains { $0.contains("[") })
    for (whole, cut) in zip(whole, cut) {
      #expect(cut.count <= width, "\(cut)")
      #expect(whole == cut || cut.last == "…" && whole.hasPrefix(cut.dropLast()), "\(cut)")
    }
  }

  /// A finding is what somebody looks for: the message gives way to it.
  @Test func findingsStayInSight() {
    for width in [80, 120, 200] {
      #expect(Self.lines(Self.talk, width: width).contains { $0.contains("  ! ") })
    }
  }

  @Test func aWideAddressMovesNoLaterLine() {
    var column = ColumnWidth(least: 36)
    let widths = [30, 31, 60, 61, 30, 31, 32].map { column.width(for: $0) }
    #expect(widths == Array(repeating: 36, count: 7))
    // Where all are wide, they stand below each other, whatever the digits of a port.
    var wide = ColumnWidth(least: 36)
    let many = (0..<20).map { wide.width(for: 57 + $0 % 3) }
    #expect(Set(many.suffix(12)) == [60])
    #expect((0..<8).map { _ in wide.width(for: 30) }.last == 36)
  }

  /// A line that began before one above it goes no step back.
  @Test func timeSinceTheLinesAboveIsNeverNegative() {
    var talk = H2Talk.begun()
    talk.request(1, end: false)
    talk.pause(seconds: 10)
    talk.request(3)
    talk.response(3)
    talk.data(.client, 1, [1], end: true)
    talk.request(5)
    let times = Self.lines(talk.talk, time: .delta).compactMap {
      $0.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    }
    #expect(times.count == 4)
    #expect(times.allSatisfy { $0 >= 0 })
    #expect(times[2] == 0)
    // Since the answer on stream 3, not since the request that is shown below it.
    #expect(times[3] < 1)
  }

  @Test func aBackslashThatWasSentIsWrittenTwice() {
    var output = Output()
    output.append(untrusted: ArraySlice("\\x1b\u{1b}\\".utf8))
    #expect(String(decoding: output.bytes, as: UTF8.self) == "\\\\x1b\\x1b\\\\")
  }

  @Test func marksOfReadingDirectionAreEscapedInJSON() {
    for mark in ["061C", "200E", "202E", "2066", "2069", "2028"] {
      guard let scalar = UInt32(mark, radix: 16).flatMap(Unicode.Scalar.init) else { continue }
      var writer = JSONWriter()
      writer.string("a\(Character(scalar))b")
      let text = String(decoding: writer.text.bytes, as: UTF8.self)
      #expect(text == "\"a\\u\(mark.lowercased())b\"")
    }
  }
}
