import MosnHessian
import Testing

@Suite struct SofaContentTests {
  @Test func request() throws {
    let bytes = SofaFixtures.request
    let tree = HessianTree(bytes.span.bytes)
    guard case .request(let request) = SofaContent(tree, in: bytes.span.bytes) else {
      return #expect(Bool(false), "no request")
    }
    func text(_ index: Int?) -> String? {
      index.map { tree.nodes[$0].token.text.string(in: bytes.span.bytes) }
    }
    #expect(text(request.method) == "echoBody")
    #expect(text(request.service) == "peer.rpc.EchoService:1.0")
    #expect(request.argumentTypes.map { tree.children(of: $0).map(text) } == ["peer.EchoBody"])
    #expect(
      request.arguments(of: tree).map { tree.typeName(of: $0)?.string(in: bytes.span.bytes) } == [
        "peer.EchoBody"
      ])
    #expect(!SofaContent(tree, in: bytes.span.bytes).isFailure)
  }

  @Test func response() throws {
    let bytes = SofaFixtures.response
    let tree = HessianTree(bytes.span.bytes)
    guard case .response(let response) = SofaContent(tree, in: bytes.span.bytes) else {
      return #expect(Bool(false), "no response")
    }
    #expect(!response.isFailure && response.errorMessage == nil)
    #expect(response.value.map { tree.nodes[$0].token.integer } == 3)
  }

  @Test func failures() throws {
    for (bytes, isError) in [(SofaFixtures.error, true), (SofaFixtures.thrown, false)] {
      let tree = HessianTree(bytes.span.bytes)
      guard case .response(let response) = SofaContent(tree, in: bytes.span.bytes) else {
        return #expect(Bool(false), "no response")
      }
      #expect(response.isFailure && response.isError == isError && (response.throwable == nil) == isError)
    }
  }

  @Test func exception() throws {
    let bytes = SofaFixtures.exception
    let tree = HessianTree(bytes.span.bytes)
    let content = SofaContent(tree, in: bytes.span.bytes)
    guard case .throwable(let throwable) = content else { return #expect(Bool(false), "no exception") }
    #expect(content.isFailure)
    let message = throwable.message.map { tree.nodes[$0].token.text.string(in: bytes.span.bytes) }
    #expect(message?.contains("java.lang.IllegalStateException: boom") ?? false)
    #expect(throwable.cause == nil)
    #expect(throwable.stack.map { tree.children(of: $0).reduce(0) { count, _ in count + 1 } } == 9)
  }

  /// Objects of Hessian 1 are maps with a type.
  @Test func aMapForAnObject() {
    let bytes = HessianWriter.bytes(
      .map(
        type: "com.alipay.sofa.rpc.core.request.SofaRequest",
        [
          .init(.string("methodName"), .string("add")),
          .init(.string("targetServiceUniqueName"), .string("a.b.Sums:1.0:x")),
        ]), .int(1), .long(2))
    #expect(line(bytes) == "Sums.add(1, 2L)")
  }

  @Test(arguments: [
    (SofaFixtures.response, 120, "3"),
    (SofaFixtures.error, 60, #"error "RPC-020100010: RPC cannot find service: [peer.rpc.Ec…"#),
    (SofaFixtures.thrown, 120, #"IllegalStateException("app exception")"#),
    (SofaFixtures.text, 120, #""你好 é 😀""#),
    (SofaFixtures.request, 40, "EchoService.echoBody(EchoBody{id=1, big…"),
    (SofaFixtures.request, 1, "…"), (SofaFixtures.request, 0, ""),
    // Two columns each.
    (SofaFixtures.text, 6, #""你好…"#), (SofaFixtures.text, 5, #""你…"#), (SofaFixtures.text, 11, #""你好 é 😀""#),
    (SofaFixtures.text, 10, #""你好 é …"#),
  ]) func lines(_ bytes: [UInt8], _ width: Int, _ expected: String) {
    #expect(line(bytes, width: width) == expected)
  }

  @Test func notReadToTheEnd() {
    let request = HessianValue.object(
      type: "com.alipay.sofa.rpc.core.request.SofaRequest",
      [
        .init("methodName", .string("say")),
        .init("methodArgSigs", .list(type: nil, [.string("java.util.List")])),
      ])
    let whole = HessianWriter.bytes(request, .list(type: nil, [.int(1), .string("a long argument")]))
    #expect(line(whole) == #"say([1, "a long argument"])"#)
    let inText = Array(whole.dropLast(3))
    #expect(line(inText) == #"say([1, "a long argume…"#)
    #expect(json(inText).hasSuffix(#""$arguments":[[1,"a long argume…",{"$cut":true}],{"$cut":true}]}"#))
    #expect(
      tree(inText).contains("list of 2 (in part)\n  1\n  \"a long argume…\nnot read from here on: length at"))
    let inList = Array(whole.dropLast(16))
    #expect(line(inList) == "say([1…")
    #expect(json(inList).hasSuffix(#""$arguments":[[1,{"$cut":true}],{"$cut":true}]}"#))
    // Whole values, but fewer than there are types.
    let withoutArguments = HessianWriter.bytes(request)
    #expect(line(withoutArguments) == "say(…")
    let inRequest = Array(SofaFixtures.request.prefix(160))
    #expect(line(inRequest) == "EchoService.echoBody(…")
    #expect(json(inRequest).hasSuffix(#""targetServiceUniqueName":"peer.rpc.EchoService:1.0","$cut":true}"#))
  }

  @Test(arguments: [
    ("73 0002 6162", #""ab…"#), ("73 0002 6162 73", #""ab…"#), ("73 0002 6162 53 00", #""ab…"#),
    ("73 0002 6162 53 0002 63", #""abc…"#), ("73 0002 6162 91", #""ab…"#), ("05 6162", #""ab…"#),
    ("03 6162ff", #""ab…"#), ("05 c3a9c3", #""é…"#), ("05", "…"), ("73 0000", "…"),
    ("73 0001 61 00 05", #""a"…"#),
  ]) func theBeginningOfAText(_ digits: String, _ expected: String) {
    #expect(line(hex(digits)) == expected)
    #expect(failure(hex(digits)) != nil)
  }

  /// From where the method's name was read, every beginning is shown as the beginning of the whole line.
  @Test func everyBeginning() {
    let whole = line(SofaFixtures.request, width: 2000)
    #expect(whole.hasPrefix("EchoService.echoBody(EchoBody{id=1, ") && whole.hasSuffix("nothing=null})"))
    for count in 160..<SofaFixtures.request.count {
      let shown = line(Array(SofaFixtures.request.prefix(count)), width: 2000)
      #expect(shown.hasSuffix("…") && whole.hasPrefix(shown.dropLast()), "\(count): \(shown)")
    }
    for count in 257..<SofaFixtures.thrown.count {
      let shown = line(Array(SofaFixtures.thrown.prefix(count)))
      #expect(shown.hasPrefix(#"IllegalStateException("app exception""#) && shown.hasSuffix("…"), "\(count)")
    }
  }

  @Test func treeOfAThrownException() {
    let lines = tree(SofaFixtures.thrown).split(separator: "\n").prefix(11).joined(separator: "\n")
    #expect(
      lines == """
        object com.alipay.sofa.rpc.core.response.SofaResponse
          isError: false
          errorMsg: null
          appResponse: object java.lang.IllegalStateException #1
            detailMessage: "app exception"
            cause: -> #1 java.lang.IllegalStateException
            stackTrace: list [java.lang.StackTraceElement of 23
              at peer.rpc.EchoServiceImpl.fail(EchoServiceImpl.java:10)
              at jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
              at jdk.internal.reflect.NativeMethodAccessorImpl.invoke(NativeMethodAccessorImpl.java:77)
              at jdk.internal.reflect.DelegatingMethodAccessorImpl.invoke(DelegatingMethodAccessorImpl.java:43)
        """)
  }
}
