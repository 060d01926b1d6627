import MosnBytes
import Support
import Testing

/// Whatever is put in and taken out, in whatever order: under each hash stand the slots that were put there.
@Suite struct SlotIndexTests {
  @Test(arguments: [1, 2, 3, 4, 5]) func itKnowsWhatADictionaryKnows(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    // Few hashes, so that runs are long, touch each other and lie around the end of the table.
    let hashes = (0..<40).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) | 0xf0 }
    var index = SlotIndex()
    var known: [UInt32: Set<Int>] = [:]
    var free = Array(0..<300)
    for _ in 0..<4_000 {
      let hash = hashes.randomElement(using: &random) ?? 0
      if Bool.random(using: &random), let slot = free.popLast() {
        index.insert(slot, hash)
        known[hash, default: []].insert(slot)
      } else if let slot = known[hash]?.first {
        let isRemoved = index.remove(slot, hash)
        #expect(isRemoved)
        known[hash]?.remove(slot)
        free.append(slot)
      }
      #expect(slots(of: index, hash) == known[hash] ?? [])
      #expect(index.count == 300 - free.count)
    }
    for hash in hashes { #expect(slots(of: index, hash) == known[hash] ?? []) }
  }

  @Test func nothingIsFoundInAnEmptyOne() {
    var index = SlotIndex()
    var removed = [index.remove(0, 7)]
    index.insert(0, 7)
    removed += [index.remove(1, 7), index.remove(0, 7)]
    #expect(removed == [false, false, true] && index.isEmpty && slots(of: index, 7).isEmpty)
  }

  private func slots(of index: SlotIndex, _ hash: UInt32) -> Set<Int> {
    var found: Set<Int> = []
    var probe = index.probe(hash)
    while let slot = index.next(&probe) {
      let isNew = found.insert(slot).inserted
      #expect(isNew)
    }
    return found
  }
}
