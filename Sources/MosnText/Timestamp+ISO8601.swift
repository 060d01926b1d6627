extension BoundedText {
  /// Milliseconds since 1970 as ISO 8601 in UTC.
  package mutating func append(iso8601 milliseconds: Int64) { append(ascii: iso8601(of: milliseconds)) }
}

/// `2023-11-14T22:13:20.000Z`. A year outside 0...9999 has a sign and at least six digits, as ISO 8601's expanded form.
package func iso8601(of milliseconds: Int64) -> String {
  let day = milliseconds.floored(by: 86_400_000)
  // The day may begin before the first millisecond that can be counted; the difference is right all the same.
  let time = milliseconds &- day &* 86_400_000
  let (year, month, date) = civil(day)
  let era = (0...9999).contains(year) ? year.digits(4) : (year < 0 ? "-" : "+") + abs(year).digits(6)
  let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { $0.digits(2) }
  return
    "\(era)-\(month.digits(2))-\(date.digits(2))T\(clock[0]):\(clock[1]):\(clock[2]).\((time % 1000).digits(3))Z"
}

/// The proleptic Gregorian date of a day counted from 1970-01-01. Years are reckoned from March, so that the leap day is
/// the last one, in eras of 400 years.
private func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = day + 719_468
  let era = shifted.floored(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
}

extension Int64 {
  fileprivate func floored(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  fileprivate func digits(_ width: Int) -> String {
    let text = String(self)
    return String(repeating: "0", count: Swift.max(0, width - text.utf8.count)) + text
  }
}
