/// The protocols that are named and not read. The raw value stands in JSON.
public enum UnreadProtocol: String, CaseIterable, Sendable {
  case tls, http1, webSocket = "websocket"
  case dubbo, sofaTR = "sofa-tr", thrift, rocketMQ = "rocketmq", brpc
  case mySQL = "mysql", postgreSQL = "postgresql", mongoDB = "mongodb", cassandra, redis, memcached
  case kafka, zooKeeper = "zookeeper", amqp, mqtt, nats
  case ssh, smtp, ftp, pop3, imap, smb, dceRPC = "dcerpc", ldap, dns, bgp, rfb

  /// As people write it.
  public var name: String {
    switch self {
    case .tls: "TLS"
    case .http1: "HTTP/1.1"
    case .webSocket: "WebSocket"
    case .dubbo: "Dubbo"
    case .sofaTR: "SOFA TR"
    case .thrift: "Thrift"
    case .rocketMQ: "RocketMQ"
    case .brpc: "bRPC"
    case .mySQL: "MySQL"
    case .postgreSQL: "PostgreSQL"
    case .mongoDB: "MongoDB"
    case .cassandra: "Cassandra CQL"
    case .redis: "Redis"
    case .memcached: "memcached"
    case .kafka: "Kafka"
    case .zooKeeper: "ZooKeeper"
    case .amqp: "AMQP"
    case .mqtt: "MQTT"
    case .nats: "NATS"
    case .ssh: "SSH"
    case .smtp: "SMTP"
    case .ftp: "FTP"
    case .pop3: "POP3"
    case .imap: "IMAP"
    case .smb: "SMB"
    case .dceRPC: "DCE/RPC"
    case .ldap: "LDAP"
    case .dns: "DNS"
    case .bgp: "BGP"
    case .rfb: "VNC (RFB)"
    }
  }
}
