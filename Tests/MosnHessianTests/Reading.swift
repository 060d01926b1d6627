import MosnHessian

/// Bytes of hexadecimal digits; anything else is left out.
func hex(_ digits: String) -> [UInt8] {
  let values = digits.compactMap(\.hexDigitValue)
  return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

func values(_ bytes: [UInt8]) throws(HessianError) -> [HessianValue] {
  let tree = HessianTree(bytes.span.bytes)
  if let failure = tree.failure { throw failure }
  return tree.values(in: bytes.span.bytes)
}

func failure(_ bytes: [UInt8], _ limits: HessianLimits = HessianLimits()) -> HessianError? {
  HessianTree(bytes.span.bytes, limits: limits).failure
}

func json(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
  var output: [UInt8] = []
  HessianTree(bytes.span.bytes).appendJSON(of: bytes.span.bytes, to: &output, limit: limit)
  return String(decoding: output, as: UTF8.self)
}

func tree(_ bytes: [UInt8], limit: Int = 1 << 20, indentation: Int = 0) -> String {
  var output: [UInt8] = []
  HessianTree(bytes.span.bytes).appendTree(
    of: bytes.span.bytes, to: &output, limit: limit, indentation: indentation)
  return String(decoding: output, as: UTF8.self)
}

func line(_ bytes: [UInt8], width: Int = 120) -> String {
  var output: [UInt8] = []
  HessianTree(bytes.span.bytes).appendLine(of: bytes.span.bytes, to: &output, width: width)
  return String(decoding: output, as: UTF8.self)
}
