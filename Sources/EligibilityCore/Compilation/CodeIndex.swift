/// The ids, codes and prefixes of a catalogue, found by their bytes.
///
/// Swift takes texts for equal that mean the same in Unicode. Among texts of printable ASCII that is equality of
/// bytes: for those alone this index answers, and only where the catalogue itself holds no others.
struct CodeIndex: Sendable {
  /// What a coding means.
  struct Meaning {
    var concept: Int?
    var sets: CodeSetMask
    var isUnderstood: Bool
  }

  private struct Entry {
    var hash: UInt64
    /// 0 for ids of concepts, else one more than the place of the terminology.
    var space: Int
    var bytes: Range<Int>
    var concept: Int?
    /// Sets that name the code itself; nil = none does.
    var exact: CodeSetMask?
    var byPrefix = CodeSetMask()
    var exceptions = CodeSetMask()
  }

  private var entries: [Entry] = []
  /// The bytes of all entries, one after the other.
  private var pool: [UInt8] = []
  /// Places of entries by their hash, open addressing; -1 = free.
  private var slots: [Int32] = []
  private var systems: [(name: String, isHierarchical: Bool)] = []
  /// The bytes of each system's name.
  private var systemLengths: [Int] = []
  /// Whether an entry may be a prefix, by its length.
  private var prefixLengths: [Bool]
  private let supersets: [CodeSetMask]

  /// Nil where the catalogue holds texts for which bytes do not tell.
  init?(_ draft: CatalogueDraft) {
    prefixLengths = [Bool](repeating: false, count: draft.longestPrefix + 1)
    supersets = draft.supersets
    let codings = draft.indexByCoding.keys + Array(draft.setsByCode.keys)
    let prefixes = draft.setsByPrefix.keys + Array(draft.exceptionsByPrefix.keys)
    let texts = (codings + prefixes).flatMap { [$0.system, $0.code] } + draft.indexByID.keys
    guard texts.allSatisfy(\.isPlain) else { return nil }
    let names = Set((codings + prefixes).map(\.system)).sorted()
    systems = names.map { ($0, draft.hierarchicalSystems.contains($0)) }
    systemLengths = names.map(\.utf8.count)
    let count = texts.count
    var size = 16
    while size < count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    let spaces = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
    func space(_ coding: Coding) -> Int { spaces[coding.system] ?? 0 }
    for (id, index) in draft.indexByID { entries[enter(id, 0)].concept = index }
    for (coding, index) in draft.indexByCoding {
      entries[enter(coding.code, space(coding))].concept = index
    }
    for (coding, sets) in draft.setsByCode {
      entries[enter(coding.code, space(coding))].exact = sets
    }
    for (prefix, sets) in draft.setsByPrefix {
      entries[enter(prefix.code, space(prefix))].byPrefix = sets
      prefixLengths[prefix.code.utf8.count] = true
    }
    for (prefix, sets) in draft.exceptionsByPrefix {
      entries[enter(prefix.code, space(prefix))].exceptions = sets
      prefixLengths[prefix.code.utf8.count] = true
    }
  }

  /// The entry of a text, made where there is none.
  private mutating func enter(_ text: String, _ space: Int) -> Int {
    let bytes = text.utf8.span
    var hash = Self.seed(space)
    for index in bytes.indices { Self.mix(&hash, bytes[index]) }
    if let known = find(hash, space, bytes, bytes.count) { return known }
    let start = pool.count
    for index in bytes.indices { pool.append(bytes[index]) }
    entries.append(Entry(hash: hash, space: space, bytes: start..<pool.count))
    var slot = Self.slot(hash, slots.count)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(entries.count - 1)
    return entries.count - 1
  }

  // MARK: Look-up

  /// A concept, or that there is none.
  struct Named {
    var concept: Int?
  }

  /// The concept with an id, as far as the id is plain.
  func concept(_ id: String) -> Named? {
    let bytes = id.utf8.span
    var hash = Self.seed(0)
    for index in bytes.indices {
      guard bytes[index].isPlain else { return nil }
      Self.mix(&hash, bytes[index])
    }
    return Named(concept: find(hash, 0, bytes, bytes.count).flatMap { entries[$0].concept })
  }

  /// What a coding means, as far as it is plain.
  func meaning(of coding: Coding) -> Meaning? {
    guard let system = place(of: coding.system) else {
      // No system of the catalogue has it: it means nothing here, however it is written.
      return Meaning(concept: nil, sets: CodeSetMask(), isUnderstood: false)
    }
    let isHierarchical = systems[system].isHierarchical
    let bytes = coding.code.utf8.span
    var hash = Self.seed(system + 1)
    var own = CodeSetMask()
    var exceptions = CodeSetMask()
    for index in bytes.indices {
      guard bytes[index].isPlain else { return nil }
      Self.mix(&hash, bytes[index])
      let length = index + 1
      guard isHierarchical, length < prefixLengths.count, prefixLengths[length],
        let entry = find(hash, system + 1, bytes, length)
      else { continue }
      own.formUnion(entries[entry].byPrefix)
      exceptions.formUnion(entries[entry].exceptions)
    }
    own.subtract(exceptions)
    let entry = find(hash, system + 1, bytes, bytes.count)
    let exact = entry.flatMap { entries[$0].exact }
    if let exact { own.formUnion(exact) }
    var all = CodeSetMask()
    own.forEach { all.formUnion(supersets[$0]) }
    let concept = entry.flatMap { entries[$0].concept }
    return Meaning(
      concept: concept, sets: all,
      isUnderstood: concept != nil || exact != nil || (isHierarchical && !bytes.isEmpty))
  }

  /// The place of a terminology.
  private func place(of system: String) -> Int? {
    let length = system.utf8.count
    for index in systems.indices
    where systemLengths[index] == length && systems[index].name == system {
      return index
    }
    // Texts of other lengths can mean the same only where they are not plain.
    return system.isPlain ? nil : systems.firstIndex { $0.name == system }
  }

  /// The entry of the first bytes of a text.
  private func find(_ hash: UInt64, _ space: Int, _ bytes: Span<UInt8>, _ count: Int) -> Int? {
    var slot = Self.slot(hash, slots.count)
    while slots[slot] >= 0 {
      let place = Int(slots[slot])
      if entries[place].hash == hash, entries[place].space == space,
        isSame(entries[place].bytes, bytes, count)
      {
        return place
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func isSame(_ known: Range<Int>, _ bytes: Span<UInt8>, _ count: Int) -> Bool {
    guard known.count == count else { return false }
    for index in 0..<count where pool[known.lowerBound + index] != bytes[index] { return false }
    return true
  }

  // MARK: Hashing (FNV-1a, Fowler, Noll and Vo)

  private static func seed(_ space: Int) -> UInt64 {
    0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: space)
  }

  private static func mix(_ hash: inout UInt64, _ byte: UInt8) {
    hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  private static func slot(_ hash: UInt64, _ count: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (count - 1)
  }
}

extension UInt8 {
  /// Whether it is a printable ASCII character.
  fileprivate var isPlain: Bool { self >= 0x20 && self < 0x7F }
}

extension String {
  /// Whether it holds printable ASCII alone.
  fileprivate var isPlain: Bool { utf8.allSatisfy(\.isPlain) }
}
