/// How far the first bytes of one side tell a protocol.
enum Evidence: Comparable {
  case none
  /// They may be its bytes, and those of others. It counts where the other side's say the same.
  case weak
  /// Nobody else begins so: four octets or more that only this protocol has.
  case strong
}

/// Names one protocol by the first bytes of a client and a server, which may end anywhere, or be none.
protocol Recogniser: SendableMetatype {
  static var wireProtocol: UnreadProtocol { get }
  static func client(_ bytes: RawSpan) -> Evidence
  static func server(_ bytes: RawSpan) -> Evidence
  /// More about it than its name.
  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic
  /// Whether more bytes would tell no more.
  static func isComplete(client: RawSpan, server: RawSpan) -> Bool
}

extension Recogniser {
  static func describe(client: RawSpan, server: RawSpan) -> UnreadTraffic {
    UnreadTraffic(wireProtocol: wireProtocol, text: wireProtocol.name)
  }

  static func isComplete(client: RawSpan, server: RawSpan) -> Bool { true }
}

/// All of them; the first that is certain names a connection.
enum Recognisers {
  static let all: [any Recogniser.Type] = [
    TLSHello.self, HTTP1Line.self, Dubbo.self, SofaTR.self, Thrift.self, RocketMQ.self, BRPC.self,
    MySQL.self, PostgreSQL.self, MongoDB.self, CassandraCQL.self, Redis.self, MemcachedText.self,
    MemcachedBinary.self, ZooKeeper.self, Kafka.self, AMQP.self, MQTT.self, NATS.self,
    SSH.self, SMTP.self, FTP.self, POP3.self, IMAP.self, SMB.self, DCERPC.self, LDAP.self, DNS.self, BGP.self,
    RFB.self,
  ]

  struct Match {
    var recogniser: any Recogniser.Type
    /// The direction whose bytes are taken for the client's.
    var client: Direction
    /// Whether what is said tells that, and they cannot be the server's.
    var isCertain: Bool
  }

  /// The protocol of two directions.
  ///
  /// - Parameter client: the direction of the client, where the capture shows it; else both are tried.
  static func find(_ first: RawSpan, _ second: RawSpan, client: Direction?) -> Match? {
    for recogniser in all {
      let isFirst = client != .backward && isNamed(recogniser.client(first), recogniser.server(second))
      let isSecond = client != .forward && isNamed(recogniser.client(second), recogniser.server(first))
      guard isFirst || isSecond else { continue }
      return Match(
        recogniser: recogniser, client: isFirst ? .forward : .backward, isCertain: isFirst != isSecond)
    }
    return nil
  }

  private static func isNamed(_ client: Evidence, _ server: Evidence) -> Bool {
    max(client, server) == .strong || min(client, server) == .weak
  }
}
