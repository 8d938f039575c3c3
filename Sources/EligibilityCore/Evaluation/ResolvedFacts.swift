/// Why a fact cannot be used. Raw values are the codes of the contract.
enum FactProblem: String {
  case codeConflict = "CODE_CONFLICT"
  case codeUnknown = "CODE_UNKNOWN"
  case unknownField = "UNKNOWN_FIELD"
  case afterSnapshot = "AFTER_SNAPSHOT"
  case unitUnknown = "UNIT_UNKNOWN"
  case implausibleValue = "IMPLAUSIBLE_VALUE"
  case conflict = "CONFLICT"
  case systemUnknown = "SYSTEM_UNKNOWN"
  case gradeUnknown = "GRADE_UNKNOWN"
}

/// A usable or unusable result, with its concept resolved and its value in the canonical unit.
struct ResolvedObservation {
  var index: Int
  var concept: Int
  var dates: DateRange
  /// Set when the time is an instant.
  var instant: Instant?
  /// Whether a time was recorded at all.
  var isDated: Bool
  /// The value in the concept's canonical unit; nil when there is no number.
  var value: ExactInterval?
  /// Why the result cannot be used; nil when it can.
  var problem: FactProblem?
}

struct ResolvedMedication {
  var index: Int
  var concept: ResolvedConcept
  var start: DateRange
  var startInstant: Instant?
  /// First and last day on which the last dose can lie; nil = ongoing.
  var end: DateRange?
  /// Whether nobody knows if it goes on: the last dose can lie on the index date, whichever that is.
  var isEndOpen = false
  var isDated: Bool
  var problem: FactProblem?
}

struct ResolvedCondition {
  var index: Int
  var concept: ResolvedConcept
  /// When it began; nil = not recorded.
  var onset: DateRange?
  var problem: FactProblem?
}

struct ResolvedAttestation {
  var index: Int
  var concept: Int
  var dates: DateRange
  var isDated: Bool
  var problem: FactProblem?
}

struct ResolvedAssessment {
  var index: Int
  var concept: Int
  var dates: DateRange
  var isDated: Bool
  var problem: FactProblem?
}

/// The facts of a snapshot while they are resolved.
struct ResolvedFactsDraft {
  var observations: [ResolvedObservation] = []
  var medications: [ResolvedMedication] = []
  var conditions: [ResolvedCondition] = []
  var attestations: [ResolvedAttestation] = []
  var assessments: [ResolvedAssessment] = []
  var issues: [DataIssue] = []
  var hasLaterFacts = false
  var lastDay = CalendarDate.distantPast
  var firstDay = CalendarDate.distantPast
  var reviews = SectionReviews()
}

/// When each section was reviewed.
struct SectionReviews {
  private var times = [6 of ClinicalTime?](repeating: nil)

  subscript(section: Section) -> ClinicalTime? {
    get { times[Self.place(section)] }
    set { times[Self.place(section)] = newValue }
  }

  private static func place(_ section: Section) -> Int {
    switch section {
    case .conditions: 0
    case .medications: 1
    case .allergies: 2
    case .trialParticipations: 3
    case .laboratory: 4
    case .procedures: 5
    }
  }
}

/// The places of facts in their list, by concept.
struct FactPlaces {
  private let starts: [Int32]
  private let places: [Int32]

  /// - Parameters:
  ///   - concepts: the concept of each fact.
  ///   - conceptCount: concepts of the catalogue.
  init(of concepts: [Int32], conceptCount: Int) {
    // Counted first, then put in their places from the last one on, so that each concept's facts keep
    // their order.
    var starts = [Int32](repeating: 0, count: conceptCount + 1)
    for concept in concepts { starts[Int(concept)] += 1 }
    var sum: Int32 = 0
    for index in starts.indices {
      sum += starts[index]
      starts[index] = sum
    }
    var places = [Int32](repeating: 0, count: concepts.count)
    for place in concepts.indices.reversed() {
      let concept = Int(concepts[place])
      starts[concept] -= 1
      places[Int(starts[concept])] = Int32(truncatingIfNeeded: place)
    }
    self.starts = starts
    self.places = places
  }

  func isEmpty(_ concept: Int) -> Bool { starts[concept] == starts[concept + 1] }

  /// The place of the only fact of a concept; nil = it has none, or several.
  func only(_ concept: Int) -> Int? {
    starts[concept] + 1 == starts[concept + 1] ? Int(places[Int(starts[concept])]) : nil
  }

  subscript(concept: Int) -> ArraySlice<Int32> {
    places[Int(starts[concept])..<Int(starts[concept + 1])]
  }

  /// The places of the facts of any of some concepts, in the order of the list.
  subscript(concepts: [Int]) -> ArraySlice<Int32> {
    if concepts.count == 1 { return self[concepts[0]] }
    var found: [Int32] = []
    for (position, concept) in concepts.enumerated()
    where !concepts[..<position].contains(concept) {
      found += self[concept]
    }
    if concepts.count > 1 { found.sort() }
    return found[...]
  }
}

/// The facts of a snapshot as one protocol version understands them, with everything that was wrong.
final class ResolvedFacts {
  let observations: [ResolvedObservation]
  let medications: [ResolvedMedication]
  let conditions: [ResolvedCondition]
  let attestations: [ResolvedAttestation]
  let assessments: [ResolvedAssessment]
  let issues: [DataIssue]
  /// Whether some facts lie after the index date, and so were left out.
  let hasLaterFacts: Bool
  /// The last day that a fact can lie on: the snapshot's.
  let lastDay: CalendarDate
  /// The first day that an undated fact can lie on: that of birth.
  let firstDay: CalendarDate
  /// When each section was reviewed.
  let reviews: SectionReviews
  /// The last day that a result can lie on.
  let lastResultDay: CalendarDate
  private let observationPlaces: FactPlaces
  private let attestationPlaces: FactPlaces

  init(_ draft: ResolvedFactsDraft, conceptCount: Int) {
    observations = draft.observations
    medications = draft.medications
    conditions = draft.conditions
    attestations = draft.attestations
    assessments = draft.assessments
    issues = draft.issues
    hasLaterFacts = draft.hasLaterFacts
    lastDay = draft.lastDay
    firstDay = draft.firstDay
    reviews = draft.reviews
    lastResultDay = draft.observations.reduce(.distantPast) { max($0, $1.dates.latest) }
    observationPlaces = FactPlaces(
      of: draft.observations.indices.map {
        Int32(truncatingIfNeeded: draft.observations[$0].concept)
      },
      conceptCount: conceptCount)
    attestationPlaces = FactPlaces(
      of: draft.attestations.indices.map {
        Int32(truncatingIfNeeded: draft.attestations[$0].concept)
      },
      conceptCount: conceptCount)
  }

  /// The places in `observations` of the results of any of some concepts, in order.
  func places(of concepts: [Int]) -> ArraySlice<Int32> { observationPlaces[concepts] }

  func hasObservations(of concepts: [Int]) -> Bool {
    concepts.contains { !observationPlaces.isEmpty($0) }
  }

  func observations(of concept: Int) -> [ResolvedObservation] {
    observationPlaces[concept].map { observations[Int($0)] }
  }

  /// The places in `attestations` of those of a statement, in order.
  func attestationPlaces(of concept: Int) -> ArraySlice<Int32> { attestationPlaces[concept] }

  func hasAttestations(of concept: Int) -> Bool { !attestationPlaces.isEmpty(concept) }

  /// The attestation of a statement; nil = it has none, or several.
  func onlyAttestation(of concept: Int) -> ResolvedAttestation? {
    attestationPlaces.only(concept).map { attestations[$0] }
  }

  func attestations(of concept: Int) -> [ResolvedAttestation] {
    attestationPlaces[concept].map { attestations[Int($0)] }
  }

  func assessments(of concept: Int) -> [ResolvedAssessment] {
    assessments.filter { $0.concept == concept }
  }
}
