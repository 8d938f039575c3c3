/// The state of a medicine's use.
public enum MedicationStatus: String, Sendable, Hashable {
  case active = "ACTIVE"
  case completed = "COMPLETED"
  case stopped = "STOPPED"
  case onHold = "ON_HOLD"
  case intended = "INTENDED"
  case notTaken = "NOT_TAKEN"
  case unknown = "UNKNOWN"
  case enteredInError = "ENTERED_IN_ERROR"

  /// Planned, never taken and mistaken records do not count.
  public var counts: Bool {
    switch self {
    case .active, .completed, .stopped, .onHold, .unknown: true
    case .intended, .notTaken, .enteredInError: false
    }
  }
}

/// How a medicine enters the body.
public enum Route: String, Sendable, Hashable {
  case oral = "ORAL"
  case intravenous = "INTRAVENOUS"
  case subcutaneous = "SUBCUTANEOUS"
  case intramuscular = "INTRAMUSCULAR"
  case rectal = "RECTAL"
  case topical = "TOPICAL"
  case inhaled = "INHALED"
  case nasal = "NASAL"
  case ophthalmic = "OPHTHALMIC"
  case intraArticular = "INTRA_ARTICULAR"
  case intrathecal = "INTRATHECAL"
  case other = "OTHER"

  /// Whether the route is systemic; unknown for routes that may be either.
  public var isSystemic: Truth {
    switch self {
    case .oral, .intravenous, .subcutaneous, .intramuscular: .true
    case .topical, .inhaled, .nasal, .ophthalmic, .intraArticular: .false
    case .rectal, .intrathecal, .other: .unknown
    }
  }
}

/// What a medicine is given for.
public enum TherapeuticPurpose: String, Sendable, Hashable {
  case targetDisease = "TARGET_DISEASE"
  case other = "OTHER"
}

/// What a recorded dose is a dose of.
public enum DoseBasis: String, Sendable, Hashable {
  case perAdministration = "PER_ADMINISTRATION"
  case perDay = "PER_DAY"
}

/// A unit of dosing frequency.
public enum FrequencyUnit: String, Sendable, Hashable {
  case hour = "HOUR"
  case day = "DAY"
  case week = "WEEK"
  case month = "MONTH"
}

/// `times` administrations in every `period` units.
public struct Frequency: Sendable, Hashable {
  /// 1 to 48.
  public var times: Int
  /// 1 to 366.
  public var period: Int
  /// Unit of the period.
  public var unit: FrequencyUnit

  /// Creates a frequency.
  public init(times: Int, period: Int, unit: FrequencyUnit) {
    self.times = times
    self.period = period
    self.unit = unit
  }
}

/// A medicine given once, or prescribed over a period.
public struct MedicationExposure: Sendable, Hashable {
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// The state of its use. Required.
  public var status: MedicationStatus
  /// The medicine, at ingredient level. Required.
  public var drug: ConceptReference
  /// First day or instant; the time itself for one administration.
  public var start: ClinicalTime?
  /// Last day or instant on which it was given.
  public var end: ClinicalTime?
  /// The dose.
  public var dose: Quantity?
  /// What the dose is a dose of.
  public var doseBasis: DoseBasis?
  /// Missing = one administration at `start`, unless the dose is a daily one or there is an end.
  public var frequency: Frequency?
  /// How it is given.
  public var route: Route?
  /// What for.
  public var purpose: TherapeuticPurpose?
  /// The diagnoses it is given for, by concept or code.
  public var indications: [ConceptReference]
  /// Id of the prescription: records of one prescription are never summed twice.
  public var prescriptionID: String
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false
}

extension MedicationExposure {
  /// Creates an exposure.
  public init(
    id: String, status: MedicationStatus, drug: ConceptReference, start: ClinicalTime? = nil,
    end: ClinicalTime? = nil, dose: Quantity? = nil, doseBasis: DoseBasis? = nil,
    frequency: Frequency? = nil, route: Route? = nil, purpose: TherapeuticPurpose? = nil,
    indications: [ConceptReference] = [], prescriptionID: String = ""
  ) {
    self.init(
      id: id, status: status, drug: drug, start: start, end: end, dose: dose,
      doseBasis: doseBasis, frequency: frequency, route: route, purpose: purpose,
      indications: indications, prescriptionID: prescriptionID, hasUnknownFields: false)
  }
}
