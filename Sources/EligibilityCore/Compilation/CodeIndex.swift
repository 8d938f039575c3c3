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

  /// A text as far as it was read, in a space of texts. Two of up to 16 bytes are the same text where all of it is
  /// the same; beyond that `rest` is a hash, and the bytes must be compared.
  private struct Key: Equatable {
    /// 0 for ids of concepts, else one more than the place of the terminology.
    let space: Int
    private(set) var count = 0
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var rest: UInt64 = 0

    init(space: Int) {
      self.space = space
    }

    /// The key of a text; nil where it is not plain.
    init?(_ bytes: Span<UInt8>, space: Int) {
      self.init(space: space)
      for index in bytes.indices {
        guard bytes[index].isPlain else { return nil }
        add(bytes[index])
      }
    }

    mutating func add(_ byte: UInt8) {
      if count < 8 {
        first = first << 8 | UInt64(byte)
      } else if count < 16 {
        second = second << 8 | UInt64(byte)
      } else {
        // As FNV-1a (Fowler, Noll and Vo), from 0 on.
        rest = (rest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      }
      count += 1
    }

    var isWhole: Bool { count <= 16 }

    /// Where to look among so many slots, a power of two. Each multiplication carries what is different upwards,
    /// and the shift takes it down.
    func slot(of slots: Int) -> Int {
      var hash = (first ^ UInt64(truncatingIfNeeded: space)) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 32 ^ second ^ rest) &* 0xBF58_476D_1CE4_E5B9
      return Int(truncatingIfNeeded: hash >> 32) & (slots - 1)
    }
  }

  private struct Entry {
    var key: Key
    var bytes: Range<Int>
    var concept: Int?
    /// Sets that name the code itself; nil = none does.
    var exact: CodeSetMask?
    var byPrefix = CodeSetMask()
    var exceptions = CodeSetMask()
    /// What the code means, where it is one of a concept or of a set; nil = it is a prefix or an id alone.
    var meaning: Meaning?
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
    for index in entries.indices where entries[index].key.space > 0 {
      guard entries[index].concept != nil || entries[index].exact != nil else { continue }
      let bytes = Array(pool[entries[index].bytes])
      entries[index].meaning = meaning(of: bytes.span, entries[index].key.space - 1, index)
    }
  }

  /// The entry of a text, made where there is none.
  private mutating func enter(_ text: String, _ space: Int) -> Int {
    let bytes = text.utf8.span
    var key = Key(space: space)
    for index in bytes.indices { key.add(bytes[index]) }
    if let known = find(key, bytes) { return known }
    let start = pool.count
    for index in bytes.indices { pool.append(bytes[index]) }
    entries.append(Entry(key: key, bytes: start..<pool.count))
    var slot = key.slot(of: slots.count)
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
    guard let key = Key(bytes, space: 0) else { return nil }
    return Named(concept: find(key, bytes).flatMap { entries[$0].concept })
  }

  /// A terminology that was looked for last: codings that follow each other mostly have the same, and share the
  /// text of its name.
  struct LastSystem {
    fileprivate var name = ""
    fileprivate var place: Int?
  }

  /// What a coding means, as far as it is plain.
  func meaning(of coding: Coding, _ last: inout LastSystem) -> Meaning? {
    if last.name != coding.system || last.place == nil {
      last = LastSystem(name: coding.system, place: place(of: coding.system))
    }
    guard let system = last.place else {
      // No system of the catalogue has it: it means nothing here, however it is written.
      return Meaning(concept: nil, sets: CodeSetMask(), isUnderstood: false)
    }
    let bytes = coding.code.utf8.span
    guard let key = Key(bytes, space: system + 1) else { return nil }
    let entry = find(key, bytes)
    if let entry, let known = entries[entry].meaning { return known }
    guard systems[system].isHierarchical else {
      return Meaning(concept: nil, sets: CodeSetMask(), isUnderstood: false)
    }
    return meaning(of: bytes, system, entry)
  }

  /// What a code means by its entry, where it has one, and by its prefixes.
  private func meaning(of bytes: Span<UInt8>, _ system: Int, _ entry: Int?) -> Meaning {
    let isHierarchical = systems[system].isHierarchical
    var own = CodeSetMask()
    if isHierarchical {
      var exceptions = CodeSetMask()
      var key = Key(space: system + 1)
      for length in 1..<min(bytes.count + 1, prefixLengths.count) {
        key.add(bytes[length - 1])
        guard prefixLengths[length], let prefix = find(key, bytes) else { continue }
        own.formUnion(entries[prefix].byPrefix)
        exceptions.formUnion(entries[prefix].exceptions)
      }
      own.subtract(exceptions)
    }
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

  /// The entry of a key: of so many of the first bytes of a text.
  private func find(_ key: Key, _ bytes: Span<UInt8>) -> Int? {
    var slot = key.slot(of: slots.count)
    while slots[slot] >= 0 {
      let place = Int(slots[slot])
      if entries[place].key == key, key.isWhole || isSame(entries[place].bytes, bytes) {
        return place
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Whether an entry has the bytes that a text begins with.
  private func isSame(_ known: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    for index in 0..<known.count where pool[known.lowerBound + index] != bytes[index] {
      return false
    }
    return true
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
