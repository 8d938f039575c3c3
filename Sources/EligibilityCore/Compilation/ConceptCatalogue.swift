/// A concept with its units and limits parsed.
struct CompiledConcept: Sendable {
  var id: String
  var kind: ConceptKind
  var codings: [Coding]
  var unit: String
  /// Exact factors to the canonical unit, by UCUM unit; holds the canonical unit too.
  var factors: [String: ExactRational]
  var plausibleLow: ExactRational?
  var plausibleHigh: ExactRational?
  var notForSex: Sex?
  /// Statements that hold whenever this one does.
  var implies: [Int]
  /// Statements that imply this one.
  var impliedBy: [Int]
  var systems: [String]
  var sets: CodeSetMask
  /// Sets that it stays out of whatever its codings say.
  var exceptSets: CodeSetMask
}

/// Membership in up to 128 code sets.
struct CodeSetMask: Sendable, Hashable {
  static let capacity = 128

  private var bits: UInt128 = 0

  init() {}

  init(set index: Int) {
    bits = UInt128(1) << UInt128(index)
  }

  func contains(_ index: Int) -> Bool { bits & (UInt128(1) << UInt128(index)) != 0 }

  mutating func formUnion(_ other: CodeSetMask) { bits |= other.bits }

  mutating func subtract(_ other: CodeSetMask) { bits &= ~other.bits }

  var isEmpty: Bool { bits == 0 }

  /// The sets in it, ascending.
  var indices: [Int] {
    var rest = bits
    var result: [Int] = []
    while rest != 0 {
      result.append(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return result
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

/// The concepts and code sets of a protocol version, ready for look-up.
struct ConceptCatalogue: Sendable {
  var concepts: [CompiledConcept] = []
  var indexByID: [String: Int] = [:]
  var indexByCoding: [Coding: Int] = [:]
  var setIndexByID: [String: Int] = [:]
  var setIDs: [String] = []
  /// Sets by exact code, by code prefix and, taken away again, by excepted prefix.
  var setsByCode: [Coding: CodeSetMask] = [:]
  var setsByPrefix: [Coding: CodeSetMask] = [:]
  var exceptionsByPrefix: [Coding: CodeSetMask] = [:]
  /// Characters of the longest prefix.
  var longestPrefix = 0
  /// For each set, itself and every set that includes it.
  var supersets: [CodeSetMask] = []
  /// Terminologies whose hierarchy the sets are written in.
  var hierarchicalSystems: Set<String> = []

  /// Resolves what a fact is about.
  func resolve(_ reference: ConceptReference) -> ResolvedConcept {
    var concept: Int?
    var isContradictory = false
    if !reference.concept.isEmpty { concept = indexByID[reference.concept] }
    for coding in reference.codings {
      guard let found = indexByCoding[coding] else { continue }
      if let known = concept, known != found { isContradictory = true }
      if concept == nil { concept = found }
    }
    if !reference.concept.isEmpty, indexByID[reference.concept] == nil, concept != nil {
      isContradictory = true
    }
    var sets = CodeSetMask()
    var isUnderstood = false
    for coding in reference.codings {
      let (mask, understood) = membership(of: coding)
      sets.formUnion(mask)
      if understood { isUnderstood = true }
    }
    if let concept {
      sets.formUnion(concepts[concept].sets)
      sets.subtract(concepts[concept].exceptSets)
      isUnderstood = true
    }
    return ResolvedConcept(
      concept: concept, sets: sets, isUnderstood: isUnderstood, isContradictory: isContradictory)
  }

  /// The sets that a code belongs to, and whether that is certain.
  func membership(of coding: Coding) -> (sets: CodeSetMask, isUnderstood: Bool) {
    var own = CodeSetMask()
    let isHierarchical = hierarchicalSystems.contains(coding.system)
    let exact = setsByCode[coding]
    if isHierarchical {
      var exceptions = CodeSetMask()
      var end = coding.code.startIndex
      for _ in 0..<longestPrefix where end != coding.code.endIndex {
        end = coding.code.index(after: end)
        let prefix = Coding(system: coding.system, code: String(coding.code[..<end]))
        if let mask = setsByPrefix[prefix] { own.formUnion(mask) }
        if let mask = exceptionsByPrefix[prefix] { exceptions.formUnion(mask) }
      }
      own.subtract(exceptions)
    }
    if let exact { own.formUnion(exact) }
    var all = CodeSetMask()
    if !own.isEmpty {
      for index in own.indices { all.formUnion(supersets[index]) }
    }
    let isKnown = indexByCoding[coding] != nil
    return (all, isKnown || exact != nil || (isHierarchical && !coding.code.isEmpty))
  }
}
