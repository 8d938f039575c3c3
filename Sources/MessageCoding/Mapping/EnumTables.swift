internal import CohortConfiguration
internal import EligibilityCore

/// The core's values of the contract's enums, in the order of their numbers from 1 on. A test holds
/// every table against the descriptor's names.
enum EnumTables {
  static let comparators: [ValueComparator] = [
    .lessThan, .lessOrEqual, .greaterOrEqual, .greaterThan,
  ]
  static let stages: [Stage] = [.enrolment, .infusion]
  static let sexes: [Sex] = [.female, .male]
  static let sections: [Section] = [
    .conditions, .medications, .allergies, .trialParticipations, .laboratory, .procedures,
  ]
  static let recordStatuses: [RecordStatus] = [
    .final, .amended, .corrected, .preliminary, .cancelled, .enteredInError,
  ]
  static let findings: [Finding] = [.positive, .negative, .indeterminate, .detected, .notDetected]
  static let medicationStatuses: [MedicationStatus] = [
    .active, .completed, .stopped, .onHold, .intended, .notTaken, .unknown, .enteredInError,
  ]
  static let routes: [Route] = [
    .oral, .intravenous, .subcutaneous, .intramuscular, .rectal, .topical, .inhaled, .nasal,
    .ophthalmic, .intraArticular, .intrathecal, .other,
  ]
  static let purposes: [TherapeuticPurpose] = [.targetDisease, .other]
  static let doseBases: [DoseBasis] = [.perAdministration, .perDay]
  static let frequencyUnits: [FrequencyUnit] = [.hour, .day, .week, .month]
  static let verificationStatuses: [VerificationStatus] = [
    .confirmed, .suspected, .refuted, .enteredInError,
  ]
  static let clinicalStatuses: [ClinicalStatus] = [
    .active, .recurrence, .inactive, .remission, .resolved,
  ]
  static let treatmentNeeds: [TreatmentNeed] = [.none, .prophylaxis, .required]
  static let controlStatuses: [ControlStatus] = [.controlled, .uncontrolled]
  static let severities: [Severity] = [.mild, .moderate, .severe]
  static let answers: [Answer] = [.yes, .no, .undetermined]
  static let allergyCategories: [AllergyCategory] = [.drug, .food, .environment, .other]
  static let criticalities: [Criticality] = [.low, .high, .unableToAssess]
  static let trialTypes: [TrialType] = [.interventional, .observational]
  static let participationStates: [ParticipationState] = [.ongoing, .ended]
  static let outcomes: [Outcome] = [.eligible, .ineligible, .undetermined, .notAssessed]
  static let criterionOutcomes: [CriterionOutcome] = [
    .met, .notMet, .triggered, .notTriggered, .unknown, .notApplicable,
  ]
  static let settleDirections: [SettleDirection] = [.toEligible, .toIneligible]
  static let details: [Detail] = [.outcome, .full]
  static let conceptKinds: [ConceptKind] = [
    .quantity, .finding, .statement, .condition, .drug, .instrument,
  ]
  static let roles: [CriterionRole] = [.inclusion, .exclusion, .shared, .step]
  static let comparisons: [ComparisonOperator] = [
    .less, .lessOrEqual, .greaterOrEqual, .greater, .equal,
  ]
  static let periodUnits: [CalendarPeriod.Unit] = [.hours, .days, .weeks, .months, .years]
  static let groupKinds: [GroupKind] = [.all, .any, .atLeast, .none, .firstKnown, .anyKnown]
  static let conditionScopes: [ConditionScope] = [
    .active, .activePastUnknown, .ever, .activityInWindow, .diagnosisInWindow,
  ]
  static let conditionRequirements: [ConditionRequirement] = [
    .uncontrolledOrTreated, .uncontrolledOrTreatedOrProphylaxis, .severe,
  ]
  static let participationEnds: [ParticipationEnd] = [.lastVisit, .lastDose]
  static let dailyDoseRules: [DailyDoseRule] = [.maxDaily, .meanDaily, .rolling24Hours]
  static let normalisations: [BodySizeNormalisation] = [.mosteller, .duBois]
  static let weightBases: [WeightBasis] = [.ideal, .adjusted]
  static let changeDirections: [ChangeDirection] = [.increase, .decrease]
  static let changeBaselines: [ChangeBaseline] = [.earliestInPeriod, .best, .previous]
  static let operationalStates: [OperationalState] = [.open, .paused, .closed]
  static let versionStates: [VersionRecord.State] = [.draft, .approved, .superseded]
  static let durationStarts: [DurationStart] = [.allComponents, .firstComponent]
}

extension Array where Element: Equatable {
  /// The number of a value in its enum.
  func number(of value: Element?) -> UInt32 {
    guard let value, let index = firstIndex(of: value) else { return 0 }
    return UInt32(index + 1)
  }
}
