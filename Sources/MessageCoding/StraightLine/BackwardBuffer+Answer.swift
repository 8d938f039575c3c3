internal import EligibilityCore

/// The messages of an answer, each field behind those of smaller numbers: so the last field comes first here.
extension BackwardBuffer {
  /// Bytes that most answers fit in.
  private static let usualCapacity = 32 << 10

  /// The bytes of an `EvaluateResponse` behind some free space.
  static func bytes(of answer: EvaluationAnswer, headroom: Int) -> [UInt8] {
    bytes(headroom: headroom, capacity: usualCapacity) { $0.answer(answer) }
  }

  /// The bytes of an `EvaluateStreamResponse` with an answer, behind some free space.
  static func bytes(of answer: EvaluationAnswer, itemID: String, headroom: Int) -> [UInt8] {
    bytes(headroom: headroom, capacity: usualCapacity) { $0.answer(answer, itemID: itemID) }
  }

  /// The fields of an `EvaluateStreamResponse` with an answer.
  private mutating func answer(_ answer: borrowing EvaluationAnswer, itemID: String) {
    let behind = count
    self.answer(answer)
    close(0x12, behind: behind)
    text(0x0A, itemID)
  }

  /// The fields of an `EvaluateResponse`.
  private mutating func answer(_ answer: borrowing EvaluationAnswer) {
    text(0x1A, answer.requestRef)
    let configuration = count
    list(0x1A, answer.cohortAvailability) {
      $0.text(0x12, $1.state)
      $0.text(0x0A, $1.cohort)
    }
    text(0x12, answer.configurationRevision)
    text(0x0A, answer.activation)
    close(0x12, behind: configuration)
    let verdict = count
    self.verdict(answer.verdict)
    close(0x0A, behind: verdict)
  }

  private mutating func verdict(_ verdict: borrowing Verdict) {
    list(0x1A2, verdict.toRepeat) { $0.missing($1) }
    text(0x19A, verdict.siteRevision)
    text(0x192, verdict.site)
    text(0x18A, verdict.trial)
    text(0x182, verdict.verdictDigest)
    text(0x7A, verdict.siteDigest)
    text(0x72, verdict.protocolDigest)
    text(0x6A, verdict.protocolVersion)
    date(0x62, verdict.indexDate)
    number(0x58, verdict.stage.number)
    list(0x52, verdict.warnings) {
      $0.text(0x1A, $1.criterionID)
      $0.texts(0x12, $1.arguments)
      $0.text(0x0A, $1.code)
    }
    list(0x4A, verdict.dataIssues) {
      $0.text(0x1A, $1.reason)
      $0.text(0x12, $1.path)
      $0.text(0x0A, $1.factID)
    }
    list(0x42, verdict.readings) {
      $0.text(0x12, $1.value)
      $0.text(0x0A, $1.knob)
    }
    text(0x3A, verdict.validUntil)
    passesOn(0x32, verdict.passesOn)
    list(0x2A, verdict.outstandingAttestations) { $0.missing($1) }
    list(0x22, verdict.settleSets) {
      $0.list(0x12, $1.facts) { $0.missing($1) }
      $0.number(0x08, $1.direction.number)
    }
    let results = verdict.results
    list(0x1A, count: results.count) { $0.result(results.span, $1) }
    list(0x12, verdict.cohorts) {
      $0.titles(0x2A, $1.titles)
      $0.passesOn(0x22, $1.passesOn)
      $0.number(0x18, $1.ownOutcome.number)
      $0.number(0x10, $1.outcome.number)
      $0.text(0x0A, $1.cohort)
    }
    number(0x08, verdict.outcome.number)
  }

  /// Fields are read where they stand: a copy of a result costs more than what is written of it.
  private mutating func result(_ results: Span<CriterionResult>, _ index: Int) {
    titles(0x52, results[index].titles)
    number(0x48, results[index].isDecisive ? 1 : 0)
    text(0x42, results[index].cohort)
    list(0x3A, results[index].missing) { $0.missing($1) }
    // Most have none: it is not copied to find that out.
    if results[index].passesOn != nil { passesOn(0x32, results[index].passesOn) }
    if !results[index].evidence.isEmpty { evidence(results[index].evidence) }
    texts(0x22, results[index].reasons)
    number(0x18, results[index].outcome.number)
    text(0x12, results[index].parentID)
    text(0x0A, results[index].id)
  }

  private mutating func evidence(_ evidence: EvidenceList) {
    let source = evidence.recordBytes
    list(0x2A, count: evidence.count) {
      if let words = evidence.words(at: $1) { $0.evidence(words, source.span) }
    }
  }

  /// - Parameter source: the bytes of which texts are pieces.
  private mutating func evidence(_ evidence: borrowing EvidenceWords, _ source: Span<UInt8>) {
    text(0x4A, evidence.role)
    let behind = count
    if put(evidence.effectiveEnd, source) > 0 { put(EvidenceWords.until) }
    put(evidence.effective, source)
    if count > behind { close(0x42, behind: behind) }
    text(0x3A, evidence.limit)
    text(0x32, evidence.normalisedUnit)
    text(0x2A, evidence.normalisedValue)
    text(0x22, evidence.givenUnit, source)
    text(0x1A, evidence.givenValue)
    text(0x12, evidence.concept, source)
    text(0x0A, evidence.factID, source)
  }

  /// A text that may stand in the patient's record; an empty one is left out.
  private mutating func text(_ tag: UInt16, _ text: EvidenceText, _ source: Span<UInt8>) {
    let behind = count
    if put(text, source) > 0 { close(tag, behind: behind) }
  }

  /// Puts the bytes of a text in front; how many they are.
  @discardableResult
  private mutating func put(_ text: EvidenceText, _ source: Span<UInt8>) -> Int {
    switch text {
    case .text(let text): put(text)
    case .piece(let piece): put(source.extracting(piece.range))
    }
  }

  private mutating func missing(_ fact: borrowing MissingFact) {
    texts(0x62, fact.factIDs)
    if let section = fact.section { text(0x5A, section.rawValue) }
    text(0x52, fact.criterionID)
    text(0x4A, fact.reason)
    number(0x40, fact.isAttestation ? 1 : 0)
    text(0x3A, fact.settlingValues)
    text(0x32, fact.cohort)
    date(0x2A, fact.notAfter)
    date(0x22, fact.notBefore)
    text(0x1A, fact.unit)
    list(0x12, fact.codings) {
      $0.text(0x12, $1.code)
      $0.text(0x0A, $1.system)
    }
    text(0x0A, fact.concept)
  }

  private mutating func passesOn(_ tag: UInt16, _ passesOn: PassesOn?) {
    guard let passesOn else { return }
    let behind = count
    number(0x20, passesOn.never ? 1 : 0)
    text(0x1A, passesOn.condition)
    if let instant = passesOn.instant { text(0x12, instant.description) }
    date(0x0A, passesOn.date)
    close(tag, behind: behind)
  }

  private mutating func titles(_ tag: UInt16, _ titles: [Text]) {
    list(tag, titles) {
      $0.text(0x12, $1.text)
      $0.text(0x0A, $1.language)
    }
  }
}

// The numbers of the contract, as `EnumTables` has them.

extension Outcome {
  var number: UInt8 {
    switch self {
    case .eligible: 1
    case .ineligible: 2
    case .undetermined: 3
    case .notAssessed: 4
    }
  }
}

extension CriterionOutcome {
  var number: UInt8 {
    switch self {
    case .met: 1
    case .notMet: 2
    case .triggered: 3
    case .notTriggered: 4
    case .unknown: 5
    case .notApplicable: 6
    }
  }
}

extension Stage {
  var number: UInt8 {
    switch self {
    case .enrolment: 1
    case .infusion: 2
    }
  }
}

extension SettleDirection {
  var number: UInt8 {
    switch self {
    case .toEligible: 1
    case .toIneligible: 2
    }
  }
}
