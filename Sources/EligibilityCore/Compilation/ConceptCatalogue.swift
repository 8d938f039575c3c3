/// A concept with its units and limits parsed. A reference, since a run asks for concepts many times.
final class CompiledConcept: Sendable {
  let id: String
  let kind: ConceptKind
  let codings: [Coding]
  let unit: String
  let plausibleLow: ExactRational?
  let plausibleHigh: ExactRational?
  let notForSex: Sex?
  /// Statements that hold whenever this one does.
  let implies: [Int]
  /// Statements that imply this one.
  let impliedBy: [Int]
  let systems: [String]
  let sets: CodeSetMask
  /// Sets that it stays out of whatever its codings say.
  let exceptSets: CodeSetMask
  /// Days after which its results are too old; nil = never.
  let maximumAge: Int?
  private struct Factor {
    var unit: String
    /// The unit's bytes.
    var count: Int
    var head: TextHead
    var factor: ExactRational
    var isOne: Bool

    init(unit: String, factor: ExactRational) {
      self.unit = unit
      count = unit.utf8.count
      head = TextHead(of: unit.utf8.span)
      self.factor = factor
      isOne = factor == .one
    }
  }

  private let factors: [Factor]
  /// Whether all units are short and plain, so that bytes tell.
  private let hasPlainUnits: Bool

  init(_ draft: ConceptDraft, maximumAge: Int?) {
    id = draft.id
    kind = draft.kind
    codings = draft.codings
    unit = draft.unit
    plausibleLow = draft.plausibleLow
    plausibleHigh = draft.plausibleHigh
    notForSex = draft.notForSex
    implies = draft.implies
    impliedBy = draft.impliedBy
    systems = draft.systems
    sets = draft.sets
    exceptSets = draft.exceptSets
    self.maximumAge = maximumAge
    // Most amounts come in the canonical unit.
    factors = draft.factors.sorted { first, second in
      if (first.key == draft.unit) != (second.key == draft.unit) { return first.key == draft.unit }
      return first.key < second.key
    }.map { Factor(unit: $0.key, factor: $0.value) }
    hasPlainUnits = factors.allSatisfy {
      $0.unit.utf8.count <= TextHead.maximumCount && $0.unit.utf8.allSatisfy(\.isPlain)
    }
  }

  /// The exact factor of a UCUM unit to the canonical one; nil for a unit that it is not measured in.
  func factor(of unit: String) -> ExactRational? {
    for known in factors where known.unit == unit { return known.factor }
    return nil
  }

  /// The exact factor of a unit of a record.
  func factor(of unit: CodeText, in records: FactRecords) -> ExactRational? {
    guard hasPlainUnits else { return factor(of: records.text(unit)) }
    if let place = place(of: unit) { return factors[place].factor }
    // A text that is not plain may mean the same.
    return records.isPlain(unit) ? nil : factor(of: records.text(unit))
  }

  /// An amount of a record in the canonical unit, which most come in; nil for a unit that it is not measured in.
  func canonical(_ amount: QuantityRecord, in records: FactRecords) -> ExactRational? {
    let number = amount.value.rational
    if hasPlainUnits, let place = place(of: amount.unit), factors[place].isOne { return number }
    return factor(of: amount.unit, in: records).map { number * $0 }
  }

  /// The place of a short unit, where all are plain.
  private func place(of unit: CodeText) -> Int? {
    guard unit.isShort else { return nil }
    for index in factors.indices
    where factors[index].head == unit.head && factors[index].count == unit.piece.count {
      return index
    }
    return nil
  }
}

/// What a reference of a fact means under a protocol version.
struct ResolvedConcept: Sendable {
  /// Index of the concept; nil when the catalogue has none for it.
  var concept: Int?
  /// The code sets that it belongs to.
  var sets: CodeSetMask
  /// Whether its membership in every set is certain: a concept of the catalogue, or a code of a
  /// terminology whose hierarchy the sets are written in.
  var isUnderstood: Bool
  /// Whether id and codings mean different concepts.
  var isContradictory: Bool
}

extension ResolvedConcept {
  /// What a coding alone means.
  init(_ meaning: CodeIndex.Meaning, _ concepts: (Int) -> ConceptDraft) {
    concept = meaning.concept
    sets = meaning.sets
    isUnderstood = meaning.isUnderstood || meaning.concept != nil
    isContradictory = false
    if let concept {
      sets.formUnion(concepts(concept).sets)
      sets.subtract(concepts(concept).exceptSets)
    }
  }
}

/// The concepts and code sets of a protocol version, ready for look-up.
final class ConceptCatalogue: Sendable {
  let concepts: [CompiledConcept]
  let setIDs: [String]
  /// For each set, itself and every set that includes it.
  let supersets: [CodeSetMask]
  private let codes: CodeIndex?
  /// Answers for texts that are not plain.
  private let draft: CatalogueDraft

  init(_ draft: CatalogueDraft, _ engine: EngineReadings) {
    concepts = draft.concepts.map { concept in
      CompiledConcept(
        concept,
        maximumAge: engine.maximumAgeByConcept[concept.id] ?? engine.maximumResultAge)
    }
    setIDs = draft.setIDs
    supersets = draft.supersets
    codes = CodeIndex(draft)
    self.draft = draft
  }

  /// The places of a record's terminologies, for `resolve`.
  func places(of records: FactRecords) -> [Int] { codes?.places(of: records) ?? [] }

  /// Resolves what a fact is about.
  ///
  /// - Parameter places: what `places(of:)` says of the record.
  func resolve(
    _ reference: ConceptRecord, in records: FactRecords, _ places: [Int]
  ) -> ResolvedConcept {
    if let coding = reference.firstCoding, reference.otherCodings.isEmpty, let codes,
      let known = codes.resolved(coding, named: reference.concept, in: records, places)
    {
      return known
    }
    let named =
      reference.concept.isEmpty ? nil : index(of: reference.concept, in: records)
    var concept = named
    var isContradictory = false
    var sets = CodeSetMask()
    var isUnderstood = false
    func add(_ found: CodeIndex.Meaning) {
      if let other = found.concept {
        if let known = concept, known != other { isContradictory = true }
        if concept == nil { concept = other }
      }
      sets.formUnion(found.sets)
      if found.isUnderstood { isUnderstood = true }
    }
    if let coding = reference.firstCoding { add(meaning(of: coding, in: records, places)) }
    if !reference.otherCodings.isEmpty {
      for coding in records.otherCodings(of: reference) {
        add(meaning(of: coding, in: records, places))
      }
    }
    if !reference.concept.isEmpty, named == nil, concept != nil { isContradictory = true }
    if let concept {
      sets.formUnion(concepts[concept].sets)
      sets.subtract(concepts[concept].exceptSets)
      isUnderstood = true
    }
    return ResolvedConcept(
      concept: concept, sets: sets, isUnderstood: isUnderstood, isContradictory: isContradictory)
  }

  @inline(__always) private func index(of id: CodeText, in records: FactRecords) -> Int? {
    if let codes, let found = codes.concept(id, in: records) { return found.concept }
    return draft.indexByID[records.text(id)]
  }

  @inline(__always) private func meaning(
    of record: CodingRecord, in records: FactRecords, _ places: [Int]
  ) -> CodeIndex.Meaning {
    if let codes, let found = codes.meaning(of: record, in: records, places) { return found }
    let coding = records.coding(record)
    let (sets, isUnderstood) = draft.membership(of: coding)
    return CodeIndex.Meaning(
      concept: draft.indexByCoding[coding], sets: sets, isUnderstood: isUnderstood)
  }
}
