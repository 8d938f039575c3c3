/// One run of a compiled protocol over one snapshot.
///
/// Nodes are evaluated on demand and remembered, so that what several criteria share is computed once.
/// The run reads no clock and holds no state beyond itself.
///
/// One thread uses it. The two tables of what nodes came to are not watched for overlapping accesses while the program
/// runs: what reads or changes them evaluates nothing meanwhile.
final class Evaluation {
  /// What runs on other dates share with this one.
  let inputs: EvaluationInputs
  let parameters: EvaluationParameters
  let facts: ResolvedFacts
  /// The date that windows count back from.
  let indexDate: CalendarDate
  /// Whether evidence is collected.
  let withEvidence: Bool

  @safe @exclusivity(unchecked) private(set) var results: ResultTable
  /// Whether facts may come into force, or mean something else, when the index date moves forward.
  let hasLaterFacts: Bool
  /// Whether this run only looks at a later date for another one.
  let isProbe: Bool
  /// Whether it does so for the sum of doses alone, which would otherwise look ahead once more.
  var isDoseProbe = false
  /// Runs on later dates, which everything that asks about them shares.
  private(set) lazy var probes = Probes()
  /// What leaves say by themselves, as far as it was asked.
  @safe @exclusivity(unchecked) var leafStates: [NodeState?]
  /// The days that dates of recorded conditions can mean.
  private(set) lazy var conditionDates = datesOfConditions()
  /// The last of them.
  private(set) lazy var lastConditionDay = conditionDates.reduce(.distantPast) {
    max($0, $1.latest)
  }
  private(set) var warnings: [Warning] = []
  private(set) var issues: [DataIssue]
  /// Whether nobody reads the notes of this run: it only looks at something for another one.
  private let isSilent: Bool
  /// Values nearest to a day, which all results of that day share.
  var nearestValues: [NearestValue.Key: NearestValue] = [:]
  /// Values that are taken for granted, by concept: what would be if they were so.
  var assumedValues: [Int: ExactInterval] = [:]
  /// The texts that evidence refers to.
  private(set) var evidenceTexts = EvidenceTexts()
  /// Why a statement is not known that nobody attested.
  private(set) lazy var noAttestation = Grounds(reasons: ["NO_ATTESTATION"])
  private var knownWarnings: Set<Warning> = []
  private lazy var knownIssues = Set(facts.issues)

  init(
    program: CompiledProtocol, snapshot: PatientRecord, parameters: EvaluationParameters,
    site: SiteContext, withEvidence: Bool
  ) {
    let inputs = EvaluationInputs(program: program, snapshot: snapshot, site: site)
    self.inputs = inputs
    self.parameters = parameters
    self.indexDate = parameters.indexDate
    isSilent = false
    isProbe = false
    self.withEvidence = withEvidence
    var resolver = FactResolver(
      inputs, indexDate: parameters.indexDate,
      lastMoment: parameters.lastMoment(in: site.timeZone))
    facts = resolver.resolve()
    hasLaterFacts = Self.hasLaterFacts(facts, after: parameters.indexDate)
    issues = facts.issues
    results = ResultTable(count: program.criteria.count)
    leafStates = [NodeState?](repeating: nil, count: program.criteria.count)
  }

  /// A run over the same facts that remembers nothing of another. Its notes are not read.
  init(another: Evaluation, withEvidence: Bool) {
    inputs = another.inputs
    parameters = another.parameters
    facts = another.facts
    isSilent = true
    indexDate = another.indexDate
    self.withEvidence = withEvidence
    hasLaterFacts = another.hasLaterFacts
    isProbe = another.isProbe
    issues = another.issues
    results = ResultTable(count: another.results.count)
    leafStates = [NodeState?](repeating: nil, count: another.results.count)
  }

  /// The same patient at a later time, looked at for another run. Its notes are not read.
  init(probeOf first: Evaluation, _ parameters: EvaluationParameters) {
    inputs = first.inputs
    self.parameters = parameters
    indexDate = parameters.indexDate
    withEvidence = false
    isSilent = true
    isProbe = true
    facts = first.facts(for: parameters)
    hasLaterFacts = first.hasLaterFacts
    issues = []
    results = ResultTable(count: first.results.count)
    leafStates = [NodeState?](repeating: nil, count: first.results.count)
  }

  var program: CompiledProtocol { inputs.program }
  var snapshot: PatientRecord { inputs.snapshot }
  var records: FactRecords { inputs.snapshot.records }
  var site: SiteContext { inputs.site }
  var zone: TimeZoneTable { inputs.site.timeZone }
  var catalogue: ConceptCatalogue { inputs.program.catalogue }

  /// The days that a time can mean, cut at the snapshot: a fact cannot lie after it.
  func dates(_ time: RecordedTime) -> DateRange { dates(time.span) }

  func dates(_ time: ClinicalTime) -> DateRange { dates(time.span) }

  private func dates(_ time: TimeSpan) -> DateRange {
    let whole = time.dates(in: zone)
    return whole.clamped(notAfter: facts.lastDay) ?? whole
  }

  private func datesOfConditions() -> [DateRange] {
    let conditions = snapshot.conditions
    var found: [DateRange] = []
    for index in conditions.indices where conditions[index].verificationStatus.counts {
      for time in conditions[index].times { found.append(dates(time)) }
    }
    return found
  }

  func concept(_ index: Int) -> CompiledConcept { inputs.program.catalogue.concepts[index] }

  /// The result of a node.
  func result(of index: Int) -> NodeResult {
    if let known = results.result(of: index) { return known }
    let criterion = program.criteria[index]
    let computed = evaluate(criterion, index)
    results.enter(computed, of: index, isReported: criterion.isReported)
    return computed
  }

  /// What a node comes to, and what there is to say about why.
  func entry(of index: Int) -> ResultTable.Entry {
    let known = results.entry(of: index)
    if known.isKnown { return known }
    _ = result(of: index)
    return results.entry(of: index)
  }

  /// What a node comes to, without why.
  func state(of index: Int) -> NodeState { results.state(of: index) ?? result(of: index).state }

  private func evaluate(_ criterion: CompiledCriterion, _ index: Int) -> NodeResult {
    if let void = void(criterion) { return void }
    var applies = Truth.true
    var condition: NodeResult?
    if let appliesIf = criterion.appliesIf {
      let outcome = state(of: appliesIf)
      applies = outcome.isApplicable ? outcome.truth : .false
      if applies == .false { return .notApplicable }
      if applies == .unknown { condition = result(of: appliesIf) }
    }
    for flag in criterion.flags where isTrue(flag.condition) {
      warn(flag.code, [], criterion.reportedID)
    }
    var outcome = test(criterion, index)
    if withEvidence, criterion.polarity == .falseFavours, criterion.isLeaf, outcome.hasMissing {
      for position in outcome.missing.indices { outcome.missing[position].negateSettlingValues() }
    }
    guard outcome.isApplicable else { return outcome }
    let passes = criterion.role == .exclusion ? Truth.false : Truth.true
    if criterion.isReported, outcome.truth.isKnown, outcome.truth != passes,
      let turns = outcome.turns
    {
      outcome.turns = confirmed(turns, index)
    }
    if applies == .unknown, outcome.truth != passes {
      var open = NodeResult(.unknown)
      if let condition { open.adopt(condition, withEvidence: withEvidence) }
      if outcome.truth == .unknown { open.adopt(outcome, withEvidence: withEvidence) }
      outcome = open
    }
    let fails = passes == .true ? Truth.false : Truth.true
    if outcome.truth == fails, criterion.isIncurable { outcome.turns = .never }
    if outcome.truth == fails, !criterion.reason.isEmpty, criterion.isReported {
      outcome.putFirst(criterion.reason)
    } else if outcome.truth == .false, criterion.role == .step, !criterion.reason.isEmpty {
      outcome.addReason(criterion.reason)
    }
    if withEvidence, criterion.isReported, outcome.hasMissing {
      for position in outcome.missing.indices where outcome.missing[position].criterionID.isEmpty {
        outcome.missing[position].criterionID = criterion.id
        if let cohort = criterion.cohort {
          outcome.missing[position].cohort = program.cohorts[cohort].id
        }
      }
    }
    return outcome
  }

  /// What makes a criterion unknown before anything else is looked at. Facts that contradict each other
  /// are data issues, too.
  private func void(_ criterion: CompiledCriterion) -> NodeResult? {
    guard let voidIf = criterion.voidIf else { return nil }
    guard isTrue(voidIf) else { return nil }
    var void = NodeResult.unknown(criterion.voidReason)
    void.evidence = result(of: voidIf).evidence
    if criterion.voidReason == "CONFLICT", !isSilent {
      for id in factIDs(behind: voidIf) {
        if let path = snapshot.path(ofFact: id) { report(id, path, "CONFLICT") }
      }
    }
    return void
  }

  private func isTrue(_ index: Int) -> Bool {
    let outcome = state(of: index)
    return outcome.isApplicable && outcome.truth == .true
  }

  /// The facts that a criterion rests on, whether or not this run collects evidence.
  private func factIDs(behind index: Int) -> [String] {
    let run = Evaluation(another: self, withEvidence: true)
    return run.factIDs(of: run.result(of: index).evidence)
  }

  func test(_ criterion: CompiledCriterion, _ index: Int) -> NodeResult {
    switch criterion.rule {
    case .group(let kind, let members, let atLeast):
      evaluateGroup(kind, members, atLeast)
    case .conditional(let condition, let then, let otherwise):
      evaluateConditional(condition, then, otherwise)
    case .sameAs(let target): reference(target)
    case .age(let comparison, let years):
      years.map { evaluateAge(comparison, $0, criterion) } ?? .unknown("NO_LIMIT_SET")
    case .sex(let sex): evaluateSex(sex)
    case .result(let test): evaluateResult(test, criterion)
    case .measured(let test): evaluateMeasured(test)
    case .finding(let test): evaluateFinding(test, criterion)
    case .exposure(let test): evaluateExposure(test)
    case .condition(let test): evaluateCondition(test)
    case .allergy(let category): evaluateAllergy(category)
    case .participation(let window, let end): evaluateParticipation(window, end)
    case .consent: evaluateConsent()
    case .statement(let test): evaluateStatement(test)
    case .assessment(let test): evaluateAssessment(test, criterion)
    case .gradeCount(let instrument, let grade, let atLeast):
      evaluateGradeCount(instrument, grade, atLeast, criterion)
    case .conclusion(let instrument, let computedBy):
      evaluateConclusion(instrument, computedBy)
    case .dailyDose(let test): evaluateDailyDose(test)
    case .clearance(let test): evaluateClearance(test, criterion)
    case .duration(let test): evaluateDuration(test)
    case .sequence(let first, let second): evaluateSequence(first, second)
    case .change(let test): evaluateChange(test, criterion)
    case .persistence(let test): evaluatePersistence(test)
    case .enrolment: evaluateEnrolment()
    }
  }

  // MARK: Evidence

  /// A limit that evidence was held against.
  func limit(_ text: String) -> LimitText { evidenceTexts.limit(text) }

  /// Evidence that is put into words at once.
  func note(_ evidence: Evidence) -> EvidenceNote { evidenceTexts.note(evidence) }

  /// The ids of the facts that are noted.
  func factIDs(of notes: [EvidenceNote]) -> [String] {
    if notes.isEmpty { return [] }
    let source = EvidenceSource(records, catalogue, evidenceTexts)
    return notes.map(source.factID)
  }

  // MARK: Notes

  func warn(
    _ code: @autoclosure () -> String, _ arguments: @autoclosure () -> [String] = [],
    _ criterion: String = ""
  ) {
    if isSilent { return }
    let warning = Warning(code: code(), arguments: arguments(), criterionID: criterion)
    if knownWarnings.insert(warning).inserted { warnings.append(warning) }
  }

  func report(_ fact: TextPiece, _ path: @autoclosure () -> String, _ reason: String) {
    if isSilent { return }
    report(records.text(fact), path(), reason)
  }

  func report(_ factID: String, _ path: @autoclosure () -> String, _ reason: String) {
    if isSilent { return }
    let issue = DataIssue(factID: factID, path: path(), reason: reason)
    if knownIssues.insert(issue).inserted { issues.append(issue) }
  }

  /// A missing fact about a concept.
  func missing(
    _ concept: Int, reason: String, settling: String = "", window: ClosedDateWindow? = nil
  ) -> MissingFact {
    let definition = self.concept(concept)
    var fact = MissingFact()
    fact.concept = definition.id
    fact.codings = definition.codings
    fact.unit = definition.unit
    fact.reason = reason
    fact.settlingValues = settling
    fact.isAttestation = definition.kind == .statement
    fact.notBefore = window?.start
    fact.notAfter = window?.end
    return fact
  }

  /// The review of a section that a criterion would need.
  func missingReview(_ section: Section, _ concept: String) -> MissingFact {
    var fact = MissingFact()
    fact.concept = concept
    fact.reason = "NOT_REVIEWED"
    fact.section = section
    return fact
  }

  /// Whether the absence of records in a section means "no".
  func isReviewed(_ section: Section) -> Bool {
    guard let review = facts.reviews[section] else { return false }
    if !isSilent, review.dates(in: zone).latest < indexDate {
      warn("ASSUMES_NO_CHANGE_SINCE", [section.rawValue, review.text])
    }
    return true
  }
}
