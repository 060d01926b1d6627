/// How a field is carried when no table holds it whole (RFC 7541 §6.2).
public enum HPACKIndexing: Sendable {
  /// Inserted into the dynamic table (§6.2.1).
  case inserted
  /// Not inserted by this hop (§6.2.2).
  case literal
  /// Not inserted by any hop (§6.2.3), and not compared with what the tables hold.
  case neverIndexed
}

extension HPACKIndexing {
  /// A cookie shorter than this can be guessed value by value from the sizes of compressed blocks
  /// (RFC 7541 §7.1.3); 20 is nghttp2's bound.
  static var shortCookie: Int { 20 }

  /// What is used unless an encoder was given another rule. Credentials and short cookies are kept out of every
  /// table (RFC 7541 §7.1.3). Values that hardly come again would only push others out. All else is inserted,
  /// `:path` too: calls of a service repeat it.
  public static func standard(name: RawSpan, value: RawSpan) -> HPACKIndexing {
    name.withUnsafeBytes { bytes in
      let index = HPACKStaticTable.index(of: bytes, hash: HPACKHash.hash(bytes))
      return standard(staticIndex: index, valueCount: value.byteCount)
    }
  }

  @inline(__always)
  static func standard(staticIndex: Int, valueCount: Int) -> HPACKIndexing {
    switch staticIndex {
    case 23, 49: .neverIndexed  // authorization, proxy-authorization
    case 32: valueCount < shortCookie ? .neverIndexed : .inserted  // cookie
    case 55: valueCount < shortCookie ? .neverIndexed : .literal  // set-cookie
    // age, content-length, etag, if-modified-since, if-none-match, location
    case 21, 28, 34, 40, 41, 46: .literal
    default: .inserted
    }
  }
}
