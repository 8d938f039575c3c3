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
  /// Whether all results in the window count by their worst, not the latest alone.
  var selectsWorst = false
  /// Oldest age of a laboratory result in days; nil = no limit.
  var maximumResultAge: Int?

  /// The knobs with the settings that are applied here.
  static let knobs: [String: [String]] = [
    "window.bounds": ["closed", "half_open"],
    "age.reference": ["index", "icf", "screening"],
    "age.upper": ["before_next_birthday", "on_birthday"],
    "birthday.leap": ["1_march", "28_february"],
    "observation.select": ["latest", "worst_in_window"],
    "lab.max_age_days": [],
  ]

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
    case ("observation.select", "latest"): selectsWorst = false
    case ("observation.select", "worst_in_window"): selectsWorst = true
    case ("lab.max_age_days", "null"): maximumResultAge = nil
    case ("lab.max_age_days", let number):
      guard let days = Int(number), days >= 0, days <= 36_500 else { return false }
      maximumResultAge = days
    default: return false
    }
    return true
  }
}
