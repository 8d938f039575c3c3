/// A concept while the definition is compiled.
struct ConceptDraft: Sendable {
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

/// The concepts and code sets of a protocol version while it is compiled.
struct CatalogueDraft: Sendable {
  var concepts: [ConceptDraft] = []
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
    own.forEach { all.formUnion(supersets[$0]) }
    let isKnown = indexByCoding[coding] != nil
    return (all, isKnown || exact != nil || (isHierarchical && !coding.code.isEmpty))
  }
}
