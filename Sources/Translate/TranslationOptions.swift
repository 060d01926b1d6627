import BoltCodec

/// What the operator decides about translation.
public struct TranslationOptions: Sendable, Hashable {
  /// Do as MOSN 0.2.1: keep in the header map what HTTP added on the way, write no limit of time as 4294967295, send
  /// `x-mosn-try-timeout`, leave the query out of `:path`.
  public var isCompatible = false

  /// What `:status` says of a bolt status.
  public var status = StatusPolicy.byDialect

  /// Send `x-mosnd-map`: in requests always, in responses to who sent one. Without it, what the other fields cannot
  /// carry is lost.
  public var sendsMapField = true

  /// `:scheme` of requests; MOSN 0.2.1 says http over TLS too.
  public var scheme: StaticString { isSecure ? "https" : "http" }
  public var isSecure = false

  /// Class names for peers that send none, as a SOFARPC service expects them.
  public var requestClass = Array("com.alipay.sofa.rpc.core.request.SofaRequest".utf8)
  public var responseClass = Array("com.alipay.sofa.rpc.core.response.SofaResponse".utf8)
  /// Follows an interface named in `:path`; SOFARPC's default version.
  public var serviceVersion = Array(":1.0".utf8)
  /// The codec of a body whose type nobody named.
  public var codec = BoltSerializer.hessian2

  public enum StatusPolicy: Sendable, Hashable, CaseIterable {
    /// 200 to who reads `respstatus`, the real status to everyone else.
    case byDialect
    /// 200 whatever happened, as MOSN.
    case always200
    /// The real status. MOSN 0.2.1 drops class, map and content of answers that are not 200.
    case real
  }

  public init() {}
}

/// What a head from HTTP/2 may cost.
public struct TranslationLimits: Sendable, Hashable {
  /// Most fields of a list that may become entries, and most items of a map field. Repeated names are found by
  /// comparing pairs, so that the square of this bounds the work: 1,024 costs a millisecond at worst. BoltLimits allows
  /// as many entries.
  public var entries = 1_024

  /// Longest value of `x-mosnd-map`. A header map of 65,535 octets, all of it in the map field, makes 87,382.
  public var mapField = 96 << 10

  /// Longest class name and longest header map. Java reads these lengths as signed shorts.
  public var shortPart = BoltEncoder.longestShortPart

  public init() {}
}
