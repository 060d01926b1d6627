/// Why a content could not be read further: which rule it broke, where, what was expected and what was found.
public struct HessianError: Error, Sendable, Hashable {
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// The content ends inside a value. Counts the bytes needed and those left.
    case truncated
    /// A length is negative, or more than the bytes left can hold. At most that; counts bytes, characters or values.
    case length
    /// A byte that begins no value.
    case unknownCode
    /// An integer must stand here: the length of a name, the number of fields or of a class. `found` is a code.
    case integerExpected
    /// A string must stand here: the name of a field, the address of a remote object, the next chunk. `found` is a code.
    case stringExpected
    /// A chunk of a field's name, or of a remote object's address, is empty: names are gone through for every object.
    case emptyChunk
    /// Binary data goes on in chunks. `found` is a code.
    case binaryExpected
    /// A character begins with 0x00...0x7f or 0xc0...0xef: UTF-16 units in UTF-8's form, 1 to 3 bytes each.
    case characterExpected
    /// No class of this number was defined before. Below the number of those that were.
    case unknownClass
    /// No type of this number was named before. Below the number of those that were.
    case unknownType
    /// No list, map or object of this number began before. Below the number of those that did.
    case unknownReference
    /// A list ends (`z`) with another count than it declared.
    case listLength
    /// A map ends (`z`) behind a key.
    case valueExpected
    /// `HessianLimits.size`.
    case tooLong
    /// `HessianLimits.depth`.
    case tooDeep
    /// `HessianLimits.values`.
    case tooManyValues
  }

  public let rule: Rule
  /// Of the first byte of what is at fault.
  public let offset: Int
  /// The bound, in the unit of the rule; nil where it has none.
  public let expected: Int?
  public let found: Int

  init(_ rule: Rule, at offset: Int, expected: Int? = nil, found: Int) {
    self.rule = rule
    self.offset = offset
    self.expected = expected
    self.found = found
  }
}

extension HessianError: CustomStringConvertible {
  public var description: String { "\(rule.rawValue) at offset \(offset): \(comparison)" }

  private var comparison: String {
    let bound = expected.map(String.init) ?? "none"
    return switch rule {
    case .truncated: "expected \(bound) bytes, found \(found)"
    case .length, .tooLong, .tooDeep, .tooManyValues: "expected at most \(bound), found \(found)"
    case .listLength: "expected \(bound) values, found \(found)"
    case .unknownClass, .unknownType, .unknownReference: "expected a number below \(bound), found \(found)"
    case .unknownCode: "expected a value, found \(code)"
    case .integerExpected: "expected an integer, found \(code)"
    case .stringExpected: "expected a string, found \(code)"
    case .emptyChunk: "expected characters in every chunk of a name, found none"
    case .binaryExpected: "expected a chunk of binary data, found \(code)"
    case .characterExpected: "expected the first byte of a character, found \(code)"
    case .valueExpected: "expected the value of a key, found the map's end"
    }
  }

  private var code: String {
    let digits = String(found, radix: 16)
    return "0x" + (digits.utf8.count < 2 ? "0" : "") + digits
  }
}
