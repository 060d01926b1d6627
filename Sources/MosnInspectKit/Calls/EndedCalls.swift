/// Calls that are over, in the order of their ends, until they are taken.
struct EndedCalls {
  private var calls: [Call] = []
  private var text: [UInt8] = []
  private var count = 0

  /// - Parameter texts: what the ranges of the call's names are of.
  mutating func append(_ call: Call, _ texts: [UInt8]) {
    count += 1
    calls.append(call)
    let index = calls.count - 1
    calls[index].number = count
    calls[index].service = keep(texts[call.service])
    calls[index].method = keep(texts[call.method])
    calls[index].message = keep(texts[call.message])
  }

  private mutating func keep(_ part: ArraySlice<UInt8>) -> Range<Int> {
    text.append(contentsOf: part)
    return text.count - part.count..<text.count
  }

  mutating func take(_ body: (Call) -> Void) {
    guard !calls.isEmpty else { return }
    for index in calls.indices {
      calls[index].text = text
      body(calls[index])
      calls[index].text = []
    }
    calls.removeAll(keepingCapacity: calls.count <= Self.usual)
    text.removeAll(keepingCapacity: text.count <= Self.usualText)
  }

  /// What a packet ends, mostly: more room than that is given back.
  private static let usual = 256
  private static let usualText = 64 << 10
}
