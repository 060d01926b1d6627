/// An object with keys of its own, read by the one walk below along its table.
protocol ConfigurationObject: ConfigurationValue {
  /// What the documentation calls it, such as `virtual host`.
  static var title: String { get }
  static var keys: [Key<Self>] { get }
  /// The object that an empty one in the file gives.
  init()
  /// Where the object stood, such as `servers[0].listeners[1]`.
  var path: String { get set }
  /// Looks at the object after its keys were read: what must be there, what excludes or needs each other.
  /// `given` are the names of the keys that had a value other than null and the empty string.
  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader)
}

extension ConfigurationObject {
  static var shape: String { "[\(title)](#\(title.lowercased().replacing(" ", with: "-")))" }
  static var example: JSONValue { JSONValue(.object([])) }

  mutating func check(given: Set<String>, _ reader: inout ConfigurationReader) {}

  static func read(_ json: JSONValue, at path: String, _ reader: inout ConfigurationReader) -> Self? {
    guard let members = json.members else { return reader.mismatch(json, path, expected: "an object") }
    var object = Self()
    object.path = path
    var given: Set<String> = []
    for (name, member) in lastOfEachName(members, path, &reader) {
      guard let key = keys.first(where: { $0.row.name == name }) else {
        reader.reportUnknown(member, in: path, known: keys.map(\.row.name))
        continue
      }
      let place = path.isEmpty ? key.row.name : "\(path).\(key.row.name)"
      reader.record(place, at: key.row.hasEffect ? member.value.position : member.position)
      if member.value.isNull { continue }
      if member.value.string?.isEmpty != true { given.insert(key.row.name) }
      key.read(member.value, place, &object, &reader)
    }
    object.check(given: given, &reader)
    return object
  }

  var json: JSONValue? {
    JSONValue(
      .object(Self.keys.compactMap { key in key.json(self).map { JSONMember(key.row.name, $0) } }))
  }

  /// As Go's reader does: names are the same whatever their case, and the last one counts.
  /// Names that are the same to the letter have had their warning from the JSON reader.
  private static func lastOfEachName(
    _ members: [JSONMember], _ path: String, _ reader: inout ConfigurationReader
  ) -> [(name: String, member: JSONMember)] {
    var last: [String: Int] = [:]
    let names = members.map { $0.name.lowercased() }
    for (index, member) in members.enumerated() {
      if let earlier = last.updateValue(index, forKey: names[index]), members[earlier].name != member.name {
        reader.report(
          .warning, path.isEmpty ? member.name : "\(path).\(member.name)",
          "duplicate key: \(members[earlier].name) is the same key, the last one counts", at: member.position)
      }
    }
    return zip(names, members).enumerated().filter { last[$1.0] == $0 }.map { ($1.0, $1.1) }
  }
}
