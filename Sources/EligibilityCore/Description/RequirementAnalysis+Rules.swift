extension RequirementAnalysis {
  /// What a rule asks for.
  mutating func walk(_ rule: Rule, _ asker: Asker) {
    switch rule {
    case .group(let group): for member in group.members { refer(to: member, asker) }
    case .conditional(let rule):
      for id in [rule.condition, rule.then, rule.otherwise] { refer(to: id, asker) }
    case .sameAs(let id): refer(to: id, asker)
    case .byReading(let choice):
      if let id = index.chosen(choice) { refer(to: id, asker) }
    case .age: age(asker)
    case .sex: ask("sex_at_birth", .person, asker)
    case .result(let test): result(test, asker)
    case .measured(let test): measured(test, asker)
    case .finding(let test): finding(test, asker)
    case .exposure(let test): exposure(test, asker)
    case .condition(let test): condition(test, asker)
    case .allergy: allergy(asker)
    case .participation(let test): participation(test, asker)
    case .consent: ask("consents", .consent, asker, fields: Fields.consent)
    case .statement(let test): statement(test, asker)
    case .assessment(let test): assessment(test, asker)
    case .gradeCount(let test): askForInstrument(test.instrument, asker, fields: ["grades"])
    case .conclusion(let test): conclusion(test, asker)
    case .dailyDose(let test): dailyDose(test, asker)
    case .clearance(let test): clearance(test, asker)
    case .duration(let test): for id in test.components { refer(to: id, asker) }
    case .sequence(let test):
      for id in [test.first, test.second] { askForStatement(id, asker) }
    case .change(let test): change(test, asker)
    case .persistence(let test): persistence(test, asker)
    case .enrolment: enrolment(asker)
    }
  }

  /// Fields that kinds of facts are looked at by, in proto names.
  private enum Fields {
    static let enrolment = ["trial", "patient_ref", "outcome", "enrolled", "cohorts"]
    static let consent = ["document_version", "signed", "withdrawn"]
    static let allergy = ["verification_status", "category", "criticality", "reaction_severity"]
    static let exposure = ["start", "end"]
    static let purpose = ["purpose", "indications"]
    static let dose = [
      "start", "end", "dose", "dose_basis", "frequency", "route", "prescription_id",
    ]
    static let activity = [
      "clinical_status", "onset", "last_activity", "last_treatment", "abatement",
    ]
  }

  // MARK: The person

  private mutating func age(_ asker: Asker) {
    ask("birth_date", .person, asker)
    switch index.setting(of: "age.reference") {
    case "icf": ask("consents", .consent, asker, fields: Fields.consent)
    case "screening": ask("screening_date", .request, asker)
    default: break
    }
  }

  private mutating func allergy(_ asker: Asker) {
    ask("allergies", .allergy, asker, fields: Fields.allergy)
    review(.allergies, asker)
  }

  private mutating func participation(_ test: ParticipationTest, _ asker: Asker) {
    let last = test.end == .lastDose ? ["last_dose"] : ["last_dose", "last_visit"]
    ask(
      "trial_participations", .participation, asker, window: test.window,
      fields: ["type", "state", "start"] + last)
    review(.trialParticipations, asker)
  }

  private mutating func enrolment(_ asker: Asker) {
    ask("enrolment_record", .request, asker, fields: Fields.enrolment)
    ask("patient_ref", .person, asker)
  }

  // MARK: Results

  private mutating func result(_ test: ResultTest, _ asker: Asker) {
    var fields = ["quantity"]
    if case .ulnMultiple = test.limit { fields.append("reference_range.high") }
    for id in test.concepts { askForResult(id, asker, window: test.window, fields: fields) }
    validity(test.invalidAfter, of: test.concepts, asker)
  }

  private mutating func measured(_ test: MeasuredTest, _ asker: Asker) {
    for id in test.concepts + test.notBefore { askForResult(id, asker) }
    validity(test.invalidAfter, of: test.concepts, asker)
  }

  /// The medicines that make a result invalid.
  private mutating func validity(_ rule: InvalidAfter?, of concepts: [String], _ asker: Asker) {
    guard let rule else { return }
    askForSet(
      rule.drugSet, .medication, asker, window: rule.window, anchor: concepts.first ?? "",
      fields: Fields.exposure)
    review(.medications, asker)
  }

  private mutating func change(_ test: ChangeTest, _ asker: Asker) {
    askForResult(test.concept, asker, fields: ["quantity"])
    askForResult(
      test.concept, asker, window: test.period, anchor: test.concept, fields: ["quantity"])
  }

  private mutating func persistence(_ test: PersistenceTest, _ asker: Asker) {
    var fields = ["finding"]
    if test.above != nil { fields.append("quantity") }
    if test.abovePercentile99 { fields += ["quantity", "reference_range.percentile_99"] }
    for id in test.concepts { askForResult(id, asker, fields: fields) }
    review(.laboratory, asker)
  }

  private mutating func finding(_ test: FindingTest, _ asker: Asker) {
    var fields = ["finding"]
    if !test.methods.isEmpty { fields.append("method") }
    if !test.specimens.isEmpty { fields.append("specimen") }
    for id in test.concepts {
      let hasAmounts = test.cutOffFromRange && index.concept(id)?.unit.isEmpty == false
      let amount = hasAmounts ? ["quantity", "reference_range.high"] : []
      askForResult(id, asker, window: test.window, fields: fields + amount) {
        for method in test.methods where !$0.methods.contains(method) { $0.methods.append(method) }
        for specimen in test.specimens where !$0.specimens.contains(specimen) {
          $0.specimens.append(specimen)
        }
      }
    }
    if !test.staleAfter.isEmpty {
      var asker = asker
      asker.purpose = .warns
      askForSet(test.staleAfter, .medication, asker, fields: Fields.exposure)
    }
  }

  private mutating func clearance(_ test: ClearanceTest, _ asker: Asker) {
    let needsHeight = test.normalisation != nil || test.weightBasis != nil
    let height = needsHeight ? [test.height] : []
    for id in [test.creatinine, test.weight] + height {
      askForResult(id, asker, fields: ["quantity"])
    }
    ask("birth_date", .person, asker)
    ask("sex_at_birth", .person, asker)
  }

  // MARK: Medicines and diagnoses

  private mutating func exposure(_ test: ExposureTest, _ asker: Asker) {
    var fields = Fields.exposure
    if test.systemicOnly { fields.append("route") }
    if test.targetPurposeOnly { fields += Fields.purpose }
    for set in [test.drugSet, test.openSet] where !set.isEmpty {
      askForSet(
        set, .medication, asker, window: test.window, anchor: test.anchorConcept, fields: fields)
    }
    if !test.anchorConcept.isEmpty { askForResult(test.anchorConcept, asker) }
    review(.medications, asker)
  }

  private mutating func dailyDose(_ test: DailyDoseTest, _ asker: Asker) {
    guard let table = index.doseTable(test.doseTable) else { return }
    askForSet(table.drugSet, .medication, asker, window: test.window, fields: Fields.dose) {
      $0.unit = table.unit
      $0.units = table.units
    }
    if test.window?.unit == .hours { ask("planned_infusion_time", .request, asker) }
    review(.medications, asker)
  }

  private mutating func condition(_ test: ConditionTest, _ asker: Asker) {
    var fields = ["verification_status"]
    switch test.scope {
    case .active, .activePastUnknown: fields += ["clinical_status", "abatement"]
    case .activityInWindow: fields += Fields.activity
    case .diagnosisInWindow: fields.append("onset")
    case .ever, nil: break
    }
    switch test.requirement {
    case .uncontrolledOrTreated, .uncontrolledOrTreatedOrProphylaxis:
      fields += ["control_status", "treatment_need"]
    case .severe: fields.append("severity")
    case nil: break
    }
    for set in [test.conditionSet, test.undecidedSet] where !set.isEmpty {
      askForSet(set, .condition, asker, window: test.window, fields: fields)
    }
    if !test.statement.isEmpty { askForStatement(test.statement, alternative(asker)) }
    if !test.absenceIsNo { review(.conditions, asker) }
  }

  // MARK: Judgements and scores

  private mutating func statement(_ test: StatementTest, _ asker: Asker) {
    askForStatement(test.concept, asker, window: test.window)
    if let section = test.noWhenEmpty { review(section, asker, isAlternative: true) }
    guard !test.noWithoutCondition.isEmpty else { return }
    let other = alternative(asker)
    askForSet(test.noWithoutCondition, .condition, other, fields: ["verification_status"])
    for id in test.noWithoutConclusion { askForInstrument(id, other, fields: ["conclusion"]) }
    review(.conditions, asker, isAlternative: true)
  }

  private mutating func assessment(_ test: AssessmentTest, _ asker: Asker) {
    let fields = test.windowKnob.isEmpty ? ["total"] : ["total", "window_days"]
    askForInstrument(test.instrument, asker, fields: fields)
  }

  private mutating func conclusion(_ test: ConclusionTest, _ asker: Asker) {
    askForInstrument(test.instrument, asker, fields: ["conclusion"])
    if !test.computedBy.isEmpty { refer(to: test.computedBy, alternative(asker)) }
  }
}

// MARK: What is asked for, by kind

extension RequirementAnalysis {
  private mutating func askForResult(
    _ id: String, _ asker: Asker, window: PeriodDefinition? = nil, anchor: String = "",
    fields: [String] = [], describe: (inout DataRequirement) -> Void = { _ in }
  ) {
    let concept = index.concept(id)
    let age = index.maximumAge(ofResultsOf: id)
    ask(id, .observation, asker, window: window, anchor: anchor, fields: ["effective"] + fields) {
      $0.describe(concept)
      $0.maximumAge = age
      describe(&$0)
    }
  }

  private mutating func askForInstrument(_ id: String, _ asker: Asker, fields: [String]) {
    let concept = index.concept(id)
    ask(id, .assessment, asker, fields: ["effective"] + fields) { $0.describe(concept) }
  }

  private mutating func askForStatement(
    _ id: String, _ asker: Asker, window: PeriodDefinition? = nil
  ) {
    let concept = index.concept(id)
    ask(id, .attestation, asker, window: window, fields: ["answer", "effective"]) {
      $0.describe(concept)
    }
  }

  mutating func askForSet(
    _ id: String, _ kind: DataKind, _ asker: Asker, window: PeriodDefinition? = nil,
    anchor: String = "", fields: [String] = [],
    describe: (inout DataRequirement) -> Void = { _ in }
  ) {
    let sets = index.closure(ofCodeSet: id)
    var concepts: [ConceptDefinition] = []
    for concept in sets.flatMap(\.concepts).compactMap(index.concept)
    where sets.first?.exceptConcepts.contains(concept.id) != true && !concepts.contains(concept) {
      concepts.append(concept)
    }
    ask(id, kind, asker, window: window, anchor: anchor, fields: fields) { item in
      item.titles = sets.first?.titles ?? []
      item.concepts = concepts
      item.members = sets.flatMap(\.members)
      describe(&item)
    }
  }
}

extension DataRequirement {
  fileprivate mutating func describe(_ concept: ConceptDefinition?) {
    guard let concept else { return }
    titles = concept.titles
    codings = concept.codings
    unit = concept.unit
    units = concept.units
    systems = concept.systems
  }
}
