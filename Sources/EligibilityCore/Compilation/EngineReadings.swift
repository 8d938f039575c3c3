/// The readings that the evaluator itself applies, everywhere; all others choose among criteria when a
/// definition is compiled.
struct EngineReadings: Sendable {
  /// The date that age is taken on.
  enum AgeReference: Sendable {
    case indexDate
    case consent
    case screening
  }

  var windowBounds = WindowBounds.closed
  var ageReference = AgeReference.indexDate
  /// Whether an upper age ends with its birthday, not with the day before the next one.
  var upperAgeEndsOnBirthday = false
  var leapBirthday = LeapBirthday.march1
  /// Which of several results counts.
  enum ResultSelection: Sendable {
    case latest
    /// Of all in the window, the worst for the patient.
    case worst
    /// Of all in the window, the best for the patient.
    case any
  }

  var selection = ResultSelection.latest
  /// Oldest age of a laboratory result in days; nil = no limit.
  var maximumResultAge: Int?
  /// The same by concept id, where it differs.
  var maximumAgeByConcept: [String: Int?] = [:]
  /// Whether the site's table gives the upper limit where the result has none.
  var usesSiteLimits = false
  /// Whether a patient must satisfy exactly one cohort.
  var needsExactlyOneCohort = false

  /// The knobs with the settings that are applied here.
  static let knobs: [String: [String]] = [
    "window.bounds": ["closed", "half_open"],
    "age.reference": ["index", "icf", "screening"],
    "age.upper": ["before_next_birthday", "on_birthday"],
    "birthday.leap": ["1_march", "28_february"],
    "observation.select": ["latest", "worst_in_window", "any"],
    "lab.max_age_days": ["null"],
    "uln.source": ["result", "result_then_site"],
    "d0.cohorts": ["at_least_one", "exactly_one"],
  ]

  /// The knob that limits the age of results.
  static let maximumAge = "lab.max_age_days"
  /// Begins the id of a knob that limits the age of one concept's results.
  static let ageByConcept = "lab.max_age_days."

  /// Whether a knob is applied here.
  static func applies(_ knob: String) -> Bool {
    knobs[knob] != nil || knob.hasPrefix(ageByConcept)
  }

  /// Applies one setting; false when the evaluator cannot.
  mutating func apply(knob: String, value: String) -> Bool {
    switch (knob, value) {
    case ("window.bounds", "closed"): windowBounds = .closed
    case ("window.bounds", "half_open"): windowBounds = .halfOpen
    case ("age.reference", "index"): ageReference = .indexDate
    case ("age.reference", "icf"): ageReference = .consent
    case ("age.reference", "screening"): ageReference = .screening
    case ("age.upper", "before_next_birthday"): upperAgeEndsOnBirthday = false
    case ("age.upper", "on_birthday"): upperAgeEndsOnBirthday = true
    case ("birthday.leap", "1_march"): leapBirthday = .march1
    case ("birthday.leap", "28_february"): leapBirthday = .february28
    case ("observation.select", "latest"): selection = .latest
    case ("observation.select", "worst_in_window"): selection = .worst
    case ("observation.select", "any"): selection = .any
    case ("uln.source", "result"): usesSiteLimits = false
    case ("uln.source", "result_then_site"): usesSiteLimits = true
    case ("d0.cohorts", "at_least_one"): needsExactlyOneCohort = false
    case ("d0.cohorts", "exactly_one"): needsExactlyOneCohort = true
    case ("lab.max_age_days", _):
      guard let age = Self.age(value) else { return false }
      maximumResultAge = age
    default:
      guard knob.hasPrefix(Self.ageByConcept), let age = Self.age(value) else { return false }
      maximumAgeByConcept[String(knob.dropFirst(Self.ageByConcept.count))] = .some(age)
    }
    return true
  }

  /// Days, `null` = no limit; nil for anything else.
  private static func age(_ text: String) -> Int?? {
    if text == "null" { return .some(nil) }
    guard let days = Int(text), (0...36_500).contains(days) else { return nil }
    return .some(days)
  }
}
