import BoltCodec
import H2Codec

extension HTTP2ToBolt {
  mutating func translateResponse(
    _ list: H2HeaderList, _ bytes: RawSpan, _ contentLength: Int, _ request: BoltHead, _ parts: inout [UInt8]
  ) throws(TranslationError) -> Response {
    try read(list, bytes, .response)
    guard let statusField = head.status, statusField.count == 3,
      let number = FieldValue.number(bytes, statusField),
      100...999 ~= number
    else { throw TranslationError(.pseudoHeader, at: head.status ?? 0..<0, expected: 100...999) }

    // MOSN's own errors echo the properties of the request; `respstatus` is what only an answer has.
    let own = try head.number(.status, in: list, bytes)
    let isEcho = own == nil && number != 200 && head.dialect.hasProperties
    try check(contentLength, believesProperties: own != nil, isAnswer: true, list, bytes)
    let status =
      own.map { BoltStatus(rawValue: UInt16(truncatingIfNeeded: $0)) } ?? StatusRule.bolt(of: Int(number))
    var bolt = BoltHead.response(to: request, status: status)
    bolt.codec = try codec(list, bytes) ?? request.codec
    if head.dialect == .mosnd { (bolt.version, bolt.ver1, bolt.switches) = (.v1, 1, 0) }
    try version(of: &bolt, list, bytes)

    if isEcho {
      lose(.echo, head.value(.protocolCode, in: list) ?? 0..<0)
      let nothing = parts.count..<parts.count
      return Response(head: bolt, className: nothing, headerMap: nothing, dialect: head.dialect)
    }
    let isAnswer = !head.dialect.hasProperties && 200...299 ~= number && contentLength > 0
    let className = try appendClass(list, bytes, or: isAnswer ? options.responseClass : [], &parts)
    let start = parts.count
    try appendEntries(list, bytes, &parts)
    let headerMap = try checked(start..<parts.count)
    return Response(head: bolt, className: className, headerMap: headerMap, dialect: head.dialect)
  }
}
