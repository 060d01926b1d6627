import Foundation
import Testing

/// What users of tshark and tcpdump type.
@Suite struct HabitTests {
  private let sample = GoldenTests.path("sofarpc-sample.pcap")
  private let other = GoldenTests.path("recordings/enc-ipv6.pcap")

  @Test func theirOptionsAreTaken() throws {
    let plain = try Run(sample).output
    for arguments in [
      ["-nr", sample], ["-nnr", sample], ["-n", "-s", "0", "-r", sample], ["-s0", sample],
      ["-l", "-r", sample],
      ["-B4096", sample], ["-r\(sample)"], ["-U", sample], ["-c100", sample],
    ] {
      let run = try Run(arguments)
      #expect(run.status == 0, "\(arguments): \(run.errors)")
      #expect(run.output == plain, "\(arguments)")
    }
    #expect(try Run(["-tttt", sample]).output == Run(["-t", "ad", sample]).output)
  }

  @Test func whatFollowsTheFilesIsAFilter() throws {
    let filtered = try Run("-f", "tcp port 8080", sample).output
    #expect(try Run(sample, "tcp port 8080").output == filtered)
    #expect(try Run("-nr", sample, "tcp", "port", "8080").output == filtered)
    #expect(try Run("-f", "tcp port 1", sample, "tcp port 8080").status == 64)
  }

  @Test func aFileThatIsMissingIsNamed() throws {
    let run = try Run(sample, "/no/such.pcap")
    #expect(run.status == 66)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("mosn-inspect: /no/such.pcap: no such file"))
    let filter = try Run(sample, "tcp", "prot", "1")
    #expect(filter.status == 64)
    #expect(filter.errors.contains("\"tcp prot 1\" is no filter"))
  }

  @Test func filesAreReadTogether() throws {
    let files = [sample, other]
    let run = try Run(["--json"] + files)
    #expect(run.status == 0)
    let messages = Story.objects(Array(run.output.utf8))
    let alone = try files.map {
      try Story.objects(Array(Run("--json", $0).output.utf8)).map { $0.number("packet") }
    }
    for (file, packets) in zip(files, alone) {
      let own = messages.filter { $0.text("file") == file }
      #expect(own.map { $0.number("packet") } == packets)
      #expect(!packets.isEmpty)
    }
    #expect(try Run(files).output.contains(" enc-ipv6.pcap "))
    #expect(try !Run("--json", sample).output.contains("\"file\""))
  }

  @Test func columnsInTsharksWords() throws {
    let run = try Run(
      "-r", sample, "-Tfields", "-eframe.number", "-e", "http2.headers.path", "-Eheader=y", "-E",
      "separator=,",
      "-E", "quote=d")
    #expect(run.lines.prefix(3) == ["\"frame.number\",\"http2.headers.path\"", "\"4\",\"\"", "\"16\",\"/\""])
    let unknown = try Run("-T", "fields", "-e", "htp2.headers.path", sample)
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean http2.headers.path?"))
  }

  @Test(arguments: [
    ["-Y", "http2"], ["-w", "x"], ["-z", "io,stat,1"], ["-O", "http2"], ["-x"], ["-A"], ["-v"],
    ["-o", "a:b"],
    ["-a", "duration:1"], ["-G", "5"],
  ])
  func whatIsSomethingElseHereIsAnswered(_ arguments: [String]) throws {
    let run = try Run(arguments + [sample])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("Error: -"), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").first?.contains(arguments[0]) == true, "\(run.errors)")
  }

  @Test func helpSpeaksOfHTTP2() throws {
    let help = try Run("--help").output
    #expect(help.contains("HTTP/2, gRPC and SOFA bolt"))
    #expect(!help.contains("immediate-mode"))
  }
}
