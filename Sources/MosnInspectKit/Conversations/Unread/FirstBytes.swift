import MosnBytes

/// The first bytes of both directions of a connection, while no protocol is known that is decoded, and what they tell.
///
/// Each direction keeps `limit` bytes at most, and only until they have told what there is to tell.
struct FirstBytes {
  private var heads = Pair<[UInt8]>(both: [])
  /// Nothing more is taken of a direction: bytes are missing, or enough is there.
  private var isClosed = Pair(both: false)
  /// With how many bytes of a direction the next look is worth it, and how many there were.
  private var due = Pair<UInt16>(both: 1)
  private var looks = Pair<UInt8>(both: 0)
  /// Who spoke first.
  private var first: Direction?
  private var match: Recognisers.Match?
  private(set) var traffic: UnreadTraffic?
  /// Whether nothing more is to be learnt.
  private(set) var isOver = false
  /// The direction of who opened the connection, where the capture shows that.
  let opener: Direction?
  /// Bytes of a header of the PROXY protocol that begin a direction.
  private var introductions = Pair<UInt16>(both: 0)

  /// A greeting of TLS with keys of post-quantum agreements, and the ticket it resumes, fits in this.
  static let limit = 4_096
  /// Bytes kept of what nobody knows.
  static let shown = 16
  /// Each of the first pieces is looked at; beyond, only when half as much again has come, so that tiny segments are cheap.
  private static let eagerLooks = 4
  /// About what a name with its facts takes.
  private static let footprintOfTraffic = 512

  /// - Parameter client: the direction of who opened the connection, where the capture shows that.
  init(client: Direction?) { opener = client }

  var heldBytes: Int {
    heads.forward.capacity + heads.backward.capacity + (traffic == nil ? 0 : Self.footprintOfTraffic)
  }

  /// The client's direction, if what is said tells.
  var client: Direction? { match.flatMap { $0.isCertain ? $0.client : nil } }

  /// - Parameter introduction: how many bytes of the direction are a header of the PROXY protocol.
  mutating func append(_ bytes: RawSpan, in direction: Direction, introduction: Int) {
    guard !isOver, !isClosed[direction], bytes.byteCount > 0 else { return }
    first = first ?? direction
    introductions[direction] = UInt16(clamping: introduction)
    let room = Self.limit - heads[direction].count
    keep(bytes.extracting(first: min(room, bytes.byteCount)), in: direction)
    if bytes.byteCount >= room { isClosed[direction] = true }
    let count = heads[direction].count
    guard count >= due[direction] || isClosed[direction] else { return }
    look()
    looks[direction] += 1
    due[direction] = UInt16(looks[direction] < Self.eagerLooks ? count + 1 : count + count / 2 + 1)
    if isClosed.forward, isClosed.backward { finish() }
  }

  private mutating func keep(_ bytes: RawSpan, in direction: Direction) {
    switch direction {
    case .forward: heads.forward.append(bytes)
    case .backward: heads.backward.append(bytes)
    }
  }

  /// Bytes of a direction are missing: what follows begins anywhere.
  mutating func lose(in direction: Direction) {
    if !heads[direction].isEmpty { isClosed[direction] = true }
  }

  /// Nothing more comes: takes a last look and keeps only what is shown.
  mutating func finish() {
    guard !isOver else { return }
    look()
    isOver = true
    if traffic == nil, let first { traffic = unknown(first) }
    heads = Pair(both: [])
  }

  /// The protocol is one that is decoded.
  mutating func forget() {
    self = FirstBytes(client: opener)
    isOver = true
  }

  private mutating func look() {
    guard first != nil else { return }
    // References of their own, since a span of a property borrows all of self.
    let (forward, backward) = (heads.forward, heads.backward)
    let one = forward.span.bytes.extracting(droppingFirst: min(Int(introductions.forward), forward.count))
    let two = backward.span.bytes.extracting(droppingFirst: min(Int(introductions.backward), backward.count))
    match = match ?? Recognisers.find(one, two, client: opener)
    guard let match else { return }
    let recogniser = match.recogniser
    let isComplete: Bool
    if match.client == .forward {
      traffic = recogniser.describe(client: one, server: two)
      isComplete = recogniser.isComplete(client: one, server: two)
    } else {
      traffic = recogniser.describe(client: two, server: one)
      isComplete = recogniser.isComplete(client: two, server: one)
    }
    guard isComplete else { return }
    isOver = true
    heads = Pair(both: [])
  }

  private func unknown(_ first: Direction) -> UnreadTraffic {
    let beginnings = Direction.allCases.map {
      Array(heads[$0].dropFirst(Int(introductions[$0])).prefix(Self.shown))
    }
    // Behind a header of the PROXY protocol may come nothing.
    let (own, other) = first == .forward ? (beginnings[0], beginnings[1]) : (beginnings[1], beginnings[0])
    let begins = own.isEmpty ? other : own
    let bytes = begins.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let text = bytes.isEmpty ? "" : " (begins \(bytes.joined(separator: " ")))"
    return UnreadTraffic(text: "not decoded" + text, beginnings: beginnings)
  }
}
