import BoltCodec

/// Rows between the two kinds of status. A status in no row takes the last row's.
public struct StatusRule: Sendable {
  public let bolt: BoltStatus
  public let http: Int
  public let why: StaticString

  init(_ bolt: BoltStatus, _ http: Int, _ why: StaticString = "") {
    self.bolt = bolt
    self.http = http
    self.why = why
  }
}

extension StatusRule {
  /// A bolt status as an HTTP status; the last row is for every other status.
  public static let toHTTP: [StatusRule] = [
    StatusRule(.success, 200),
    StatusRule(.error, 500),
    StatusRule(.serverException, 500),
    StatusRule(.unknown, 500),
    StatusRule(.serverThreadpoolBusy, 503, "overload, as MOSN"),
    StatusRule(.errorComm, 502),
    StatusRule(.noProcessor, 404, "as SOFARPC's own HTTP/2 server"),
    StatusRule(.timeout, 504, "as MOSN"),
    StatusRule(.clientSendError, 502),
    StatusRule(.codecException, 400),
    StatusRule(.connectionClosed, 502, "as MOSN"),
    StatusRule(.serverSerialException, 500),
    StatusRule(.serverDeserialException, 400),
    StatusRule(.unknown, 500, "any other"),
  ]

  /// An HTTP status without `respstatus` as a bolt status; 2xx is SUCCESS, and the last row is for every other status.
  public static let toBolt: [StatusRule] = [
    StatusRule(.success, 200, "and every other 2xx"),
    StatusRule(.codecException, 400),
    StatusRule(.serverException, 403, "as MOSN 1.6"),
    StatusRule(.noProcessor, 404, "as MOSN 0.4 and later; 0.2.1 says CLIENT_SEND_ERROR"),
    StatusRule(.timeout, 408),
    StatusRule(.codecException, 413),
    StatusRule(.serverThreadpoolBusy, 429),
    StatusRule(.codecException, 431),
    StatusRule(.serverException, 500),
    StatusRule(.noProcessor, 501),
    StatusRule(.connectionClosed, 502, "as MOSN 0.4"),
    StatusRule(.serverThreadpoolBusy, 503, "as MOSN 0.4 and later"),
    StatusRule(.timeout, 504),
    StatusRule(.unknown, 0, "any other, as MOSN"),
  ]

  public static func http(of status: BoltStatus) -> Int {
    for rule in toHTTP where rule.bolt == status { return rule.http }
    return toHTTP.last?.http ?? 500
  }

  public static func bolt(of status: Int) -> BoltStatus {
    if 200...299 ~= status { return .success }
    for rule in toBolt where rule.http == status { return rule.bolt }
    return toBolt.last?.bolt ?? .unknown
  }
}
