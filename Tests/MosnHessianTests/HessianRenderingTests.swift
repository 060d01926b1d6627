import MosnHessian
import Testing

@Suite struct HessianRenderingTests {
  @Test func requestAsJSON() {
    #expect(
      json(SofaFixtures.request)
        == #"{"$class":"com.alipay.sofa.rpc.core.request.SofaRequest","targetAppName":null,"methodName":"echoBody","#
        + #""targetServiceUniqueName":"peer.rpc.EchoService:1.0","requestProps":{"app":"peerClient","#
        + #""protocol":"bolt","type":"sync"},"methodArgSigs":["peer.EchoBody"],"$arguments":[{"#
        + #""$class":"peer.EchoBody","id":1,"big":1234605616436508552,"dbl":3.25,"flag":true,"msg":"pojo","#
        + #""body":"ASA/Xn2cu9r5GDdWdZSz0g==","list":["a","bé","你好","😀"],"map":{"k1":"v1","k2":42,"k3":null},"#
        + #""when":"2023-11-14T22:13:20.000Z","color":{"$class":"peer.EchoBody$Color","name":"GREEN"},"nested":{"#
        + #""$class":"peer.EchoBody","id":-7,"big":0,"dbl":0.0,"flag":false,"msg":"","body":null,"list":null,"#
        + #""map":null,"when":null,"color":null,"nested":null,"ints":null,"nothing":null},"#
        + #""ints":[1,-1,1000,100000,2147483647],"nothing":null}]}"#)
  }

  @Test func requestAsATree() {
    let expected = """
      object com.alipay.sofa.rpc.core.request.SofaRequest
        targetAppName: null
        methodName: "echoBody"
        targetServiceUniqueName: "peer.rpc.EchoService:1.0"
        requestProps: map of 3
          "app": "peerClient"
          "protocol": "bolt"
          "type": "sync"
        methodArgSigs: list [string of 1
          "peer.EchoBody"
      object peer.EchoBody
        id: 1
        big: 1234605616436508552L
        dbl: 3.25
        flag: true
        msg: "pojo"
        body: 16 bytes 01203f5e7d9cbbdaf91837567594b3d2
        list: list of 4
          "a"
          "bé"
          "你好"
          "😀"
        map: map of 3
          "k1": "v1"
          "k2": 42
          "k3": null
        when: 2023-11-14T22:13:20.000Z
        color: object peer.EchoBody$Color
          name: "GREEN"
        nested: object peer.EchoBody

      """
    let shown = tree(SofaFixtures.request)
    #expect(shown.hasPrefix(expected))
    #expect(tree(SofaFixtures.request, indentation: 4).hasPrefix("    object com"))
  }

  @Test(arguments: [
    (HessianValue.double(.nan), #""NaN""#), (.double(.infinity), #""Infinity""#),
    (.double(-.infinity), #""-Infinity""#), (.double(0.1), "0.1"), (.double(1e300), "1e+300"),
    (.double(-0.0), "-0.0"),
    (.long(.min), "-9223372036854775808"), (.date(0), #""1970-01-01T00:00:00.000Z""#),
    (.date(.max), #""+292278994-08-17T07:12:55.807Z""#), (.date(.min), #""-292275055-05-16T16:47:04.192Z""#),
    (.binary([]), #""""#), (.binary([0]), #""AA==""#), (.binary([0, 0xff]), #""AP8=""#),
    (.binary([1, 2, 3]), #""AQID""#),
    (.remote(type: "a.B", address: "http://x"), #"{"$class":"a.B","$remote":"http://x"}"#),
    (.list(type: "[int", [.reference(0)]), #"[{"$ref":0}]"#),
    (
      .map(type: nil, [.init(.int(1), .null), .init(.string("a"), .null)]),
      #"{"$entries":[[1,null],["a",null]]}"#
    ),
    (
      .map(type: "a.Map", [.init(.string("$class"), .reference(0))]),
      #"{"$class":"a.Map","$id":0,"$$class":{"$ref":0}}"#
    ),
    (.object(type: "A", [.init("$id", .int(1))]), #"{"$class":"A","$$id":1}"#),
    (.string("a\"\\\n\r\t\u{1}\u{7f}\u{85}\u{202e}é"), #""a\"\\\n\r\t\u0001\u007f\u0085\u202eé""#),
  ]) func asJSON(_ value: HessianValue, _ expected: String) {
    #expect(json(HessianWriter.bytes(value)) == expected)
  }

  @Test func severalValuesAsJSON() {
    #expect(json([]) == #"{"$values":[]}"#)
    #expect(json(hex("91 92")) == #"{"$values":[1,2]}"#)
    #expect(json(hex("91 43")) == #"{"$values":[1,{"$cut":true}]}"#)
    #expect(json(hex("56 91 43")) == #"[1,{"$cut":true}]"#)
    #expect(json(hex("4d 0161 91 0162 43")) == #"{"a":1,"$cut":true}"#)
  }

  @Test(arguments: [
    (20, #"{"$cut":true}"#), (45, #"{"a":"xxxxxxxxxxxxxxxxxxxxx…","$cut":true}"#),
    (52, #"{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxx","$cut":true}"#), (13, ""),
    (100, #"{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxx","b":[1]}"#),
  ]) func cutJSONIsWhole(_ limit: Int, _ expected: String) {
    let text = HessianValue.string(String(repeating: "x", count: 27))
    let bytes = HessianWriter.bytes(
      .map(type: nil, [.init(.string("a"), text), .init(.string("b"), .list(type: nil, [.int(1)]))]))
    #expect(json(bytes, limit: limit) == expected)
  }

  @Test func nothingReachesTheTerminal() {
    // A class and a field with escape sequences and marks of direction, a text with bytes that are none.
    let hostile = "\u{1b}[31m\u{202e}\u{2028}\n"
    let bytes =
      HessianWriter.bytes(.object(type: hostile, [.init(hostile, .string(hostile))])) + hex("02 eda0bd c041")
    let escaped = #"\u001b[31m\u202e\u2028\n"#
    #expect(tree(bytes) == "object \(escaped)\n  \(escaped): \"\(escaped)\"\n\"\\xed\\xa0\\xbd\\xc0\\x41\"\n")
    #expect(line(bytes) == #"\#(escaped){\#(escaped)="\#(escaped)"}, "\xed\xa0\xbd\xc0\x41""#)
    #expect(
      json(bytes)
        == #"{"$class":"\#(escaped)","\#(escaped)":"\#(escaped)","$arguments":["\#u{FFFD}\#u{FFFD}"]}"#)
  }

  @Test func treeOfMaps() {
    let bytes = HessianWriter.bytes(
      .map(
        type: "java.util.TreeMap",
        [
          .init(.int(1), .boolean(true)), .init(.list(type: nil, [.null]), .map(type: nil, [])),
          .init(.reference(1), .binary([UInt8](repeating: 1, count: 17))),
        ]
      ))
    #expect(
      tree(bytes) == """
        map java.util.TreeMap of 3
          1: true
          list of 1 #1
            null
          => map of 0
          -> #1: 17 bytes 01010101010101010101010101010101…

        """)
    #expect(line(bytes) == "{1: true, [null]: {}, #1: 17 bytes}")
  }

  @Test func cutTreesEndWithASign() {
    let shown = tree(SofaFixtures.request, limit: 100)
    #expect(shown.utf8.count <= 100 && shown.hasSuffix("…"))
    #expect(tree(SofaFixtures.request, limit: 2) == "")
  }
}
