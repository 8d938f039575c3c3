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
  var problem: String?
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
  var problem: String?
}

struct ResolvedCondition {
  var index: Int
  var concept: ResolvedConcept
  var problem: String?
}

struct ResolvedAttestation {
  var index: Int
  var concept: Int
  var dates: DateRange
  var isDated: Bool
  var problem: String?
}

struct ResolvedAssessment {
  var index: Int
  var concept: Int
  var dates: DateRange
  var problem: String?
}

/// The facts of a snapshot as one protocol version understands them, with everything that was wrong.
struct ResolvedFacts {
  var observations: [ResolvedObservation] = []
  var medications: [ResolvedMedication] = []
  var conditions: [ResolvedCondition] = []
  var attestations: [ResolvedAttestation] = []
  var assessments: [ResolvedAssessment] = []
  var issues: [DataIssue] = []
  /// Whether some facts lie after the index date, and so were left out.
  var hasLaterFacts = false
  /// The last day that a fact can lie on: the snapshot's.
  var lastDay = CalendarDate.distantPast
  /// When each section was reviewed.
  var reviews: [Section: ClinicalTime] = [:]

  func observations(of concept: Int) -> [ResolvedObservation] {
    observations.filter { $0.concept == concept }
  }

  func attestations(of concept: Int) -> [ResolvedAttestation] {
    attestations.filter { $0.concept == concept }
  }

  func assessments(of concept: Int) -> [ResolvedAssessment] {
    assessments.filter { $0.concept == concept }
  }
}
