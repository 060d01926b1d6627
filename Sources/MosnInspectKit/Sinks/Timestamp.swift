/// How the time of a message is written.
public enum TimeFormat: Sendable, Equatable {
  /// Seconds since the first packet of the capture.
  case relative
  /// Seconds since the latest of the messages shown before; 0 for one that began earlier than it.
  case delta
  /// Seconds since 1970.
  case epoch
  /// Time of day, this many seconds east of UTC.
  case timeOfDay(offset: Int)
  /// Date and time of day, this many seconds east of UTC.
  case date(offset: Int)

  /// Columns the text takes.
  var width: Int {
    switch self {
    case .relative, .delta: 12
    case .epoch: 20
    case .timeOfDay: 18
    case .date: 29
    }
  }
}

extension Output {
  /// Nanoseconds as seconds with `digits` decimals.
  mutating func append(seconds nanoseconds: Int64, digits: Int, width: Int = 0) {
    let whole = nanoseconds.magnitude / 1_000_000_000
    var part = nanoseconds.magnitude % 1_000_000_000
    for _ in digits..<9 { part /= 10 }
    let sign = nanoseconds < 0 ? 1 : 0
    var length = digits + 2 + sign
    var rest = whole
    while rest >= 10 {
      length += 1
      rest /= 10
    }
    spaces(width - length)
    if sign == 1 { append(byte: UInt8(ascii: "-")) }
    append(whole)
    append(byte: UInt8(ascii: "."))
    append(part, width: digits, padding: UInt8(ascii: "0"))
  }

  /// Nanoseconds, not negative, as milliseconds with `decimals` decimals.
  mutating func append(milliseconds nanoseconds: Int64, decimals: Int, width: Int = 0) {
    var part = nanoseconds.magnitude % 1_000_000
    for _ in decimals..<6 { part /= 10 }
    append(nanoseconds.magnitude / 1_000_000, width: width - decimals - 1)
    append(byte: UInt8(ascii: "."))
    append(part, width: decimals, padding: UInt8(ascii: "0"))
  }

  /// Date and time of day in a zone `offset` seconds east of UTC; the proleptic Gregorian calendar.
  mutating func append(date nanoseconds: Int64, offset: Int, withDate: Bool) {
    let day: Int64 = 86_400
    let (whole, part) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let second = whole - (part < 0 ? 1 : 0) + Int64(offset)
    let days = second >= 0 ? second / day : (second - day + 1) / day
    let ofDay = second - days * day
    if withDate {
      let (year, month, monthDay) = Self.civil(days: days)
      append(year, width: 4, padding: UInt8(ascii: "0"))
      append(byte: UInt8(ascii: "-"))
      append(month, width: 2, padding: UInt8(ascii: "0"))
      append(byte: UInt8(ascii: "-"))
      append(monthDay, width: 2, padding: UInt8(ascii: "0"))
      append(byte: UInt8(ascii: " "))
    }
    append(ofDay / 3_600, width: 2, padding: UInt8(ascii: "0"))
    append(byte: UInt8(ascii: ":"))
    append(ofDay / 60 % 60, width: 2, padding: UInt8(ascii: "0"))
    append(byte: UInt8(ascii: ":"))
    append(ofDay % 60, width: 2, padding: UInt8(ascii: "0"))
    append(byte: UInt8(ascii: "."))
    append(part < 0 ? part + 1_000_000_000 : part, width: 9, padding: UInt8(ascii: "0"))
  }

  /// Year, month and day of a day counted from 1970-01-01.
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
