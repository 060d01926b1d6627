/// One route: which requests it takes, and what becomes of them.
public struct RouteRule: Hashable, Sendable {
  public internal(set) var path = ""
  public var match = RouteMatch.prefix("/")
  /// Headers that a request must have besides.
  public var headers: [HeaderMatch] = []
  public var action = RouteAction.none
  public init() {}

  // The same as the file has it.
  var matchKeys: RouteMatchKeys?
  var route: Route?
  var redirect: Redirect?
  var directResponse: DirectResponse?
}

/// What becomes of a request. Redirection comes before direct responses, these before clusters.
public enum RouteAction: Hashable, Sendable {
  case forward(Route)
  case redirect(Redirect)
  case respond(DirectResponse)
  /// The file says nothing, or who is meant cannot be read: 404.
  case none
}

extension RouteRule {
  /// The clusters it may choose.
  var clusterNames: [String] {
    switch action {
    case .forward(let route): route.target.names
    case .redirect, .respond, .none: []
    }
  }
}

extension RouteRule: ConfigurationObject {
  static let title = "Route rule"
  static let keys: [Key<Self>] = [
    Key("match", \.matchKeys, "Which requests; all of them if absent."),
    Key("route", \.route, "The cluster they go to."),
    Key("redirect", \.redirect, "The address they are sent to."),
    Key("direct_response", \.directResponse, since: "0.4.0", "The response they get here."),
    .noEffect("metadata", "object", "Parsed by MOSN, without effect there too."),
    .noEffect("decorator", "object", "Parsed by MOSN, without effect there too."),
    .noEffect("per_filter_config", "object", since: "1.6", "Settings of stream filters."),
    .noEffect("request_mirror_policies", "object", since: "1.6", "Copies of requests to another cluster."),
  ]

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {
    var keys = matchKeys ?? RouteMatchKeys()
    if matchKeys == nil, given.contains("match") {
      keys.isUnreadable = true
      reader.report(.warning, "\(path).match", "the conditions were left out: \(Self.unreadable)")
    }
    (match, headers) = (keys.match, keys.otherHeaders)
    if keys.isUnreadable { return (redirect, directResponse, route) = (nil, nil, nil) }
    if let redirect {
      action = .redirect(redirect)
    } else if let directResponse {
      action = .respond(directResponse)
    } else if let route {
      action = .forward(route)
    } else {
      reader.report(.warning, path, "no route: its requests get 404")
    }
    let given = [
      ("redirect", redirect != nil), ("direct_response", directResponse != nil), ("route", route != nil),
    ]
    .filter(\.1)
    for (ignored, _) in given.dropFirst() {
      reader.report(.warning, "\(path).\(ignored)", "ignored: \(given[0].0) comes first")
    }
  }

  /// What becomes of a rule with a condition that cannot be looked at. To pass over the condition might open what it
  /// closes, and to pass over the rule as well.
  static let unreadable = "requests that come to this rule get 404"
}
