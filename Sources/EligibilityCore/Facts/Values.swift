/// A code of a terminology. What a system displays for it plays no part in evaluation and is left out.
public struct Coding: Sendable, Hashable {
  /// URI of the terminology.
  public var system: String
  /// The code, compared exactly.
  public var code: String

  /// Creates a coding.
  public init(system: String, code: String) {
    self.system = system
    self.code = code
  }
}

/// What a fact is about: an id of the concept catalogue, codings, or both.
public struct ConceptReference: Sendable, Hashable {
  /// Concept id; empty when only codings are known.
  public var concept: String
  /// Most references have one coding, which needs no list then.
  private(set) var firstCoding: Coding?
  private(set) var otherCodings: [Coding]

  /// Creates a reference.
  public init(concept: String = "", codings: [Coding] = []) {
    self.init(
      concept: concept, firstCoding: codings.first, otherCodings: Array(codings.dropFirst()))
  }

  /// Creates a reference.
  ///
  /// - Parameter others: codings behind the first one; none where there is no first one.
  public init(concept: String, coding: Coding?, others: [Coding]) {
    self.init(concept: concept, firstCoding: coding, otherCodings: coding == nil ? [] : others)
  }

  private init(concept: String, firstCoding: Coding?, otherCodings: [Coding]) {
    self.concept = concept
    self.firstCoding = firstCoding
    self.otherCodings = otherCodings
  }

  /// Codings of the same concept.
  public var codings: [Coding] {
    get { firstCoding.map { [$0] + otherCodings } ?? [] }
    set {
      firstCoding = newValue.first
      otherCodings = Array(newValue.dropFirst())
    }
  }

  /// Whether it refers to nothing at all.
  public var isEmpty: Bool { concept.isEmpty && firstCoding == nil }
}

/// How a measured value relates to the number that was reported (censored results).
public enum ValueComparator: Sendable, Hashable {
  /// The number is the value.
  case exact
  /// Below the number.
  case lessThan
  /// At most the number.
  case lessOrEqual
  /// At least the number.
  case greaterOrEqual
  /// Above the number.
  case greaterThan

  /// The sign that is printed before the number.
  public var symbol: String {
    switch self {
    case .exact: ""
    case .lessThan: "<"
    case .lessOrEqual: "<="
    case .greaterOrEqual: ">="
    case .greaterThan: ">"
    }
  }
}

/// An exact amount with its unit (UCUM).
public struct Quantity: Sendable, Hashable {
  /// The number as reported.
  public var value: ExactDecimal
  /// The unit as reported.
  public var unit: String
  /// Set for censored values.
  public var comparator: ValueComparator

  /// Creates a quantity.
  public init(value: ExactDecimal, unit: String, comparator: ValueComparator = .exact) {
    self.value = value
    self.unit = unit
    self.comparator = comparator
  }
}

/// Sex at birth.
public enum Sex: String, Sendable, Hashable {
  case female = "FEMALE"
  case male = "MALE"
}

/// A yes or no of a person.
public enum Answer: String, Sendable, Hashable {
  case yes = "YES"
  case no = "NO"
  /// The person who was asked could not say.
  case undetermined = "UNDETERMINED"
}

/// The stage of the trial that is decided.
public enum Stage: String, Sendable, Hashable, CaseIterable {
  case enrolment = "ENROLMENT"
  case infusion = "INFUSION"
}

/// A text in one language (BCP 47).
public struct Text: Sendable, Hashable {
  /// The language.
  public var language: String
  /// The text.
  public var text: String

  /// Creates a text.
  public init(language: String, text: String) {
    self.language = language
    self.text = text
  }
}

/// One setting of a knob: which meaning of an ambiguous sentence is applied.
public struct Reading: Sendable, Hashable {
  /// The knob's id.
  public var knob: String
  /// The setting.
  public var value: String

  /// Creates a reading.
  public init(knob: String, value: String) {
    self.knob = knob
    self.value = value
  }
}
