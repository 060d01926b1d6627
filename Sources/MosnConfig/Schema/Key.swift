/// One key of one kind of object: its row in the tables of docs/configuration.md and the way to its property.
///
/// One more key is one more row: `Key("address", \.address, "Where to listen, …")`.
struct Key<Object: ConfigurationObject>: Sendable {
  let row: SchemaRow
  /// Puts the value at a path into the object; remarks go to the reader.
  let read: @Sendable (JSONValue, String, inout Object, inout ConfigurationReader) -> Void
  /// The property as JSON; nil when it is absent, empty, or without effect.
  let json: @Sendable (Object) -> JSONValue?

  /// A key whose value ends in a property that the daemon acts on.
  init<Value: ConfigurationValue>(
    _ name: String, _ property: WritableKeyPath<Object, Value> & Sendable, since: String = "0.2.1",
    _ meaning: String
  ) {
    let usual = Object()[keyPath: property].json.flatMap(\.unlessEmpty)
    row = SchemaRow(
      name: name, shape: Value.shape, usual: usual?.text(inLines: false) ?? "", hasEffect: true, since: since,
      meaning: meaning, example: Value.example)
    read = { value, path, object, reader in
      guard let value = Value.read(value, at: path, &reader) else { return }
      object[keyPath: property] = value
    }
    json = { $0[keyPath: property].json.flatMap(\.unlessEmpty) }
  }

  /// A key that MOSN knows and mosnd does nothing with: named in a warning wherever it is used.
  static func noEffect(_ name: String, _ shape: String, since: String = "0.2.1", _ meaning: String) -> Key {
    Key(
      row: SchemaRow(
        name: name, shape: shape, usual: "", hasEffect: false, since: since, meaning: meaning,
        example: JSONValue(.string("any"))),
      read: { value, path, _, reader in
        let inside = value.members?.isEmpty == false ? ", nor has anything in it" : ""
        reader.report(.warning, path, "has no effect in mosnd\(inside)", at: reader.position(of: path))
      },
      json: { _ in nil })
  }

  private init(
    row: SchemaRow,
    read: @escaping @Sendable (JSONValue, String, inout Object, inout ConfigurationReader) -> Void,
    json: @escaping @Sendable (Object) -> JSONValue?
  ) {
    (self.row, self.read, self.json) = (row, read, json)
  }
}

extension JSONValue {
  /// Nil for the text and the list that say nothing.
  fileprivate var unlessEmpty: JSONValue? {
    content == .string("") || content == .array([]) ? nil : self
  }
}
