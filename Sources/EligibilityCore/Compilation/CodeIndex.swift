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

    static let nothing = Meaning(concept: nil, sets: CodeSetMask(), isUnderstood: false)
  }

  /// A text as far as it was read, in a space of texts. Two of up to 16 bytes are the same text where all of it is
  /// the same; beyond that `rest` is a hash, and the bytes must be compared.
  private struct Key: Equatable {
    /// The space in the upper half - 0 for ids of concepts, else one more than the place of the terminology -,
    /// the bytes in the lower one.
    private var tag: UInt64
    private var head = TextHead()
    private var rest: UInt64 = 0

    init(space: Int) {
      tag = UInt64(truncatingIfNeeded: space) << 32
    }

    /// The key of a text of a record.
    @inline(__always) init(_ text: CodeText, in records: FactRecords, space: Int) {
      tag = UInt64(truncatingIfNeeded: space) << 32 | UInt64(text.piece.count)
      head = text.head
      if text.isShort { return }
      let range = text.piece.range
      for index in range.lowerBound + TextHead.maximumCount..<range.upperBound {
        addRest(records.bytes[index])
      }
    }

    var space: Int { Int(tag >> 32) }
    var count: Int { Int(tag & 0xFFFF_FFFF) }
    /// Whether it is all of the text.
    var isWhole: Bool { count <= TextHead.maximumCount }

    mutating func add(_ byte: UInt8) {
      if count < TextHead.maximumCount {
        head.set(byte, at: count)
      } else {
        addRest(byte)
      }
      tag += 1
    }

    private mutating func addRest(_ byte: UInt8) {
      // As FNV-1a (Fowler, Noll and Vo), from 0 on.
      rest = (rest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// Where to look among so many slots, a power of two. Each multiplication carries what is different upwards,
    /// and the shift takes it down.
    @inline(__always) func slot(of slots: Int) -> Int {
      var hash = (head.low ^ tag >> 32) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 32 ^ head.high ^ rest) &* 0xBF58_476D_1CE4_E5B9
      return Int(truncatingIfNeeded: hash >> 32) & (slots - 1)
    }
  }

  private struct Entry {
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
  /// The keys of the entries.
  private var keys: [Key] = []
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
  /// What a fact is about that has one coding alone, by the entry of its code; nil = the entry is a
  /// prefix or an id alone.
  private var resolved: [ResolvedConcept?] = []
  /// The keys of the concepts' ids.
  private var ids: [Key] = []

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
    for index in entries.indices where keys[index].space > 0 {
      guard entries[index].concept != nil || entries[index].exact != nil else { continue }
      let bytes = Array(pool[entries[index].bytes])
      entries[index].meaning = meaning(of: bytes.span, keys[index].space - 1, index)
    }
    resolved = entries.map { entry in
      entry.meaning.map { ResolvedConcept($0) { draft.concepts[$0] } }
    }
    ids = draft.concepts.map { concept in
      var key = Key(space: 0)
      for byte in concept.id.utf8 { key.add(byte) }
      return key
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
    entries.append(Entry(bytes: start..<pool.count))
    keys.append(key)
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
  @inline(__always) func concept(_ id: CodeText, in records: FactRecords) -> Named? {
    let entry = entry(of: id, in: records, space: 0)
    if entry >= 0 { return Named(concept: entries[entry].concept) }
    return records.isPlain(id) ? Named(concept: nil) : nil
  }

  /// What a fact with one coding is about, where its code stands in the catalogue, and its id, where it has one, is
  /// that of the same concept; nil = that takes a closer look.
  @inline(__always) func resolved(
    _ coding: CodingRecord, named id: CodeText, in records: FactRecords, _ places: [Int]
  ) -> ResolvedConcept? {
    let system = places[Int(coding.system)]
    guard system >= 0 else { return nil }
    let entry = entry(of: coding.code, in: records, space: system + 1)
    guard entry >= 0, let found = resolved[entry] else { return nil }
    if id.isEmpty { return found }
    guard id.isShort, let concept = found.concept,
      ids[concept] == Key(id, in: records, space: 0)
    else { return nil }
    return found
  }

  /// The places of a record's terminologies; -1 = the catalogue does not have it.
  func places(of records: FactRecords) -> [Int] {
    records.systems.map { place(of: records.text($0)) ?? -1 }
  }

  /// What a coding means, as far as it is plain.
  ///
  /// - Parameter places: those of the record's terminologies.
  @inline(__always) func meaning(
    of coding: CodingRecord, in records: FactRecords, _ places: [Int]
  ) -> Meaning? {
    let system = places[Int(coding.system)]
    // No system of the catalogue has it: it means nothing here, however it is written.
    if system < 0 { return .nothing }
    let entry = entry(of: coding.code, in: records, space: system + 1)
    if entry >= 0, let known = entries[entry].meaning { return known }
    guard records.isPlain(coding.code) else { return nil }
    guard systems[system].isHierarchical else { return .nothing }
    let bytes = records.bytes
    let span = bytes.span
    return meaning(
      of: span.extracting(coding.code.piece.range), system, entry < 0 ? nil : entry)
  }

  /// The entry of a text of a record; -1 = there is none. Every entry is plain, and so is a text that has its bytes.
  @inline(__always) private func entry(
    of text: CodeText, in records: FactRecords, space: Int
  ) -> Int {
    let key = Key(text, in: records, space: space)
    var slot = key.slot(of: slots.count)
    while slots[slot] >= 0 {
      let place = Int(slots[slot])
      if keys[place] == key, text.isShort || isSame(entries[place].bytes, text, records) {
        return place
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return -1
  }

  private func isSame(_ known: Range<Int>, _ text: CodeText, _ records: FactRecords) -> Bool {
    let start = Int(text.piece.start)
    for index in TextHead.maximumCount..<known.count
    where pool[known.lowerBound + index] != records.bytes[start + index] {
      return false
    }
    return true
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
      if keys[place] == key, key.isWhole || isSame(entries[place].bytes, bytes) {
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

extension String {
  /// Whether it holds printable ASCII alone.
  fileprivate var isPlain: Bool { utf8.allSatisfy(\.isPlain) }
}
