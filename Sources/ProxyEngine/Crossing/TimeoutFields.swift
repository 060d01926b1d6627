import H2Codec
import MosnBytes

/// How long a caller on HTTP/2 waits, and what is left of that for the next hop.
enum TimeoutFields {
  /// Milliseconds of `timeout` or gRPC's `grpc-timeout`, whichever is shorter; 0: nothing that could be kept is said.
  static func milliseconds(_ list: borrowing H2HeaderList) -> Int64 {
    let own = list.value(of: "timeout").flatMap { number(list.bytes[$0]) } ?? 0
    // MOSN writes none as 4294967295 or larger.
    let bolt = own <= Int64(Int32.max) ? own : 0
    guard let value = list.value(of: "grpc-timeout"), let time = nanoseconds(list.bytes[value])
    else {
      return bolt
    }
    let grpc = max(1, Int64(clamping: (time &+ 999_999) / 1_000_000))
    return bolt > 0 ? min(bolt, grpc) : grpc
  }

  /// The list with what is left after `elapsed` nanoseconds; nil: it is as it was.
  ///
  /// - Parameter keepsBolt: the `timeout` of a property set is bolt's, and stays.
  static func deducting(
    _ elapsed: UInt64, from list: borrowing H2HeaderList, keepsBolt: Bool
  ) -> H2HeaderList? {
    guard elapsed > 0 else { return nil }
    var rest = H2HeaderList()
    var isOther = false
    for (index, field) in list.fields.enumerated() {
      let value = list.bytes[field.value]
      if list.equals(field.name, "grpc-timeout"), let time = nanoseconds(value) {
        rest.append(
          name: "grpc-timeout" as StaticString, value: grpc(time > elapsed ? time - elapsed : 1))
        isOther = true
      } else if !keepsBolt, list.equals(field.name, "timeout"), let time = number(value),
        1...Int64(Int32.max) ~= time
      {
        rest.append(name: "timeout" as StaticString, value: String(left(of: time, elapsed)))
        isOther = true
      } else {
        rest.append(index, of: list)
      }
    }
    return isOther ? rest : nil
  }

  /// Milliseconds that are left, at least one: what was begun counts as passed, so that the next hop is not the later.
  static func left(of milliseconds: Int64, _ elapsed: UInt64) -> Int64 {
    max(1, milliseconds - Int64(clamping: (elapsed &+ 999_999) / 1_000_000))
  }

  /// At most eight digits and a unit.
  private static func nanoseconds(_ value: ArraySlice<UInt8>) -> UInt64? {
    guard let unit = value.last, 2...9 ~= value.count, let number = number(value.dropLast()),
      number >= 0
    else { return nil }
    let scale: UInt64? =
      switch unit {
      case UInt8(ascii: "H"): 3_600_000_000_000
      case UInt8(ascii: "M"): 60_000_000_000
      case UInt8(ascii: "S"): 1_000_000_000
      case UInt8(ascii: "m"): 1_000_000
      case UInt8(ascii: "u"): 1_000
      case UInt8(ascii: "n"): 1
      default: nil
      }
    return scale.map { UInt64(number) &* $0 }
  }

  private static func grpc(_ nanoseconds: UInt64) -> String {
    for (scale, unit) in [(1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S")]
      as [(UInt64, String)]
    where nanoseconds / scale < 100_000_000 {
      return "\(max(1, nanoseconds / scale))\(unit)"
    }
    return "\(nanoseconds / 60_000_000_000)M"
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard 1...18 ~= digits.count else { return nil }
    var number: Int64 = 0
    for octet in digits {
      let digit = octet &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      number = number * 10 + Int64(digit)
    }
    return number
  }
}
