/// Something of a head that the other side does not see as it was.
public struct TranslationLoss: Sendable, Hashable {
  public let kind: Kind
  /// Where its key or name lies in the source's bytes; empty for a null key and for a part of the map field.
  public let name: Range<Int>

  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// To HTTP/2: an entry or class name that no field can carry and only the map field does. Nothing is lost to one of ours.
    case mapFieldOnly
    /// To HTTP/2: an entry or class name that no field can carry, and the map field is switched off.
    case dropped
    /// To HTTP/2: the key is not all lower case, and the map field is switched off.
    case keyCase
    /// To HTTP/2: the value has spaces at its ends, and the map field is switched off.
    case spaces
    /// To HTTP/2: a response whose command is not RPC_RESPONSE becomes one.
    case command
    /// To bolt: repeated fields of one name became one entry, joined by commas.
    case joined
    /// To bolt: an entry the map field refers to was taken away on the way.
    case missing
    /// To bolt: the map field is not of this kind of head (a server echoed its request) and was passed over.
    case mapField
    /// To bolt: property fields of a request, echoed in an answer, were passed over.
    case echo
  }
}
