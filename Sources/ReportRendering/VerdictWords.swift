internal import EligibilityCore

/// What a verdict's facts, values and times are called.
struct VerdictWords {
  /// The definition with the titles of concepts; nil where it is not at hand.
  let definition: DefinitionIndex?
  /// The titles' language (BCP 47).
  let language: String

  /// The text in the language, else in English, else in any.
  func title(_ texts: [Text]) -> String? {
    (texts.first { $0.language == language } ?? texts.first { $0.language == "en" } ?? texts.first)?
      .text
  }

  /// `a, b and c`.
  func both(_ parts: [String]) -> String { ReportLanguage.english.both(parts) }

  // MARK: Names

  /// What a fact is called: the title of its concept or code set, else words for its id, else the id.
  func name(_ id: String) -> String { knownName(id) ?? id }

  private func knownName(_ id: String) -> String? {
    if let title = ownTitle(id) { return title }
    // A part of a concept: `bilag_2004.renal`, `alt.upper_limit_of_normal`.
    guard let dot = id.firstIndex(of: "."), let whole = ownTitle(String(id[..<dot])) else {
      return nil
    }
    return "\(whole), \(id[id.index(after: dot)...].split(separator: "_").joined(separator: " "))"
  }

  private func ownTitle(_ id: String) -> String? {
    switch id {
    case "allergies": "Allergies"
    case "birth_date": "Date of birth"
    case "consent": "Informed consent"
    case "enrolment_record": "Record of the enrolment"
    case "screening_date": "Date of screening"
    case "sex_at_birth": "Sex at birth"
    case "trial_participations": "Participation in other trials"
    default: title((definition?.concept(id)?.titles ?? definition?.codeSet(id)?.titles) ?? [])
    }
  }

  // MARK: Missing facts

  /// A fact to obtain, with all that must be known to send it.
  func request(_ fact: MissingFact) -> String {
    var text = shown(fact)
    if let section = fact.section { text += ", or the review of \(words(for: section))" }
    return text.printable
  }

  /// The review of a section and what it is to show.
  func review(of section: Section, showing facts: [MissingFact]) -> String {
    "a review of \(words(for: section)) that shows \(both(facts.map(shown)))".printable
  }

  /// A fact in a few words: its name and the values that settle.
  func brief(_ fact: MissingFact) -> String {
    let values = values(fact)
    return (values.isEmpty ? name(fact.concept) : "\(name(fact.concept)): \(values)").printable
  }

  private func shown(_ fact: MissingFact) -> String {
    var asides: [String] = []
    var text = fact.concept
    if let known = knownName(fact.concept) {
      text = fact.isAttestation ? "\"\(known)\"" : known
      asides.append(fact.concept)
    }
    if fact.isAttestation { text = "an attestation of \(text)" }
    if let code = fact.codings.first {
      asides.append("\(RuleWords.terminology(code.system)) \(code.code)")
    }
    if !asides.isEmpty { text += " (\(asides.joined(separator: ", ")))" }
    let values = values(fact)
    if !values.isEmpty { text += ": \(values)" }
    if !UnitWords.word(fact.unit).isEmpty, !values.contains(fact.unit) {
      text += ", in \(fact.unit)"
    }
    switch (fact.notBefore, fact.notAfter) {
    case (let start?, let end?): text += ", from \(start) to \(end)"
    case (let start?, nil): text += ", from \(start)"
    case (nil, let end?): text += ", by \(end)"
    case (nil, nil): break
    }
    if !fact.cohort.isEmpty { text += ", for cohort \(fact.cohort)" }
    return text
  }

  /// The values that settle, in words where the definition has codes.
  private func values(_ fact: MissingFact) -> String {
    fact.settlingValues.replacing(" or ", with: "|").split(separator: "|").map { value in
      switch value {
      case "POSITIVE", "NEGATIVE", "YES", "NO", "MALE", "FEMALE": value.lowercased()
      case "RECORDED": "a record that counts"
      case "NONE": "no record that counts"
      case "A", "B", "C", "D", "E": "grade \(value)"
      default: inYears(value)
      }
    }.joined(separator: " or ")
  }

  /// `>= 18 a` as `>= 18 years`.
  private func inYears(_ value: Substring) -> String {
    value.hasSuffix(" a") ? "\(value.dropLast(2)) years" : String(value)
  }

  private func words(for section: Section) -> String {
    section.rawValue.lowercased().split(separator: "_").joined(separator: " ")
  }

  // MARK: When a failure passes

  /// When all failures pass and what must be repeated by then, as a sentence.
  func sentence(_ passes: PassesOn, repeating facts: [MissingFact]) -> String {
    let clause = clause(passes, ifRepeated: facts)
    return "\(clause.prefix(1).uppercased())\(clause.dropFirst())."
  }

  /// When a failure passes.
  func clause(_ passes: PassesOn) -> String { clause(passes, ifRepeated: []) }

  private func clause(_ passes: PassesOn, ifRepeated facts: [MissingFact]) -> String {
    if passes.never { return "does not pass with time" }
    let repeats = facts.map { fact in
      let name = knownName(fact.concept).map { "\"\($0)\"" } ?? fact.concept
      return "\(name) is repeated" + (fact.notBefore.map { " on or after \($0)" } ?? "")
    }
    let proviso = repeats.isEmpty ? "" : " if \(both(repeats).printable)"
    if let date = passes.date { return "passes on \(date)\(proviso), assuming no new exposure" }
    if let instant = passes.instant {
      return "passes after \(instant)\(proviso), assuming no new exposure"
    }
    let conditions = passes.condition.split(separator: ";").map { condition in
      self.condition(condition.split(separator: " ").map(String.init))
    }
    return "passes \(both(conditions).printable)\(proviso)"
  }

  /// A code with its argument in words: `AFTER_LAST_DOSE 15 d` as `15 days after the last dose`. A code
  /// of a newer server is spelt out.
  private func condition(_ parts: [String]) -> String {
    let code = parts.first ?? ""
    let argument = parts.dropFirst().joined(separator: " ")
    switch code {
    case "AFTER_LAST_DOSE": return after(argument, "the last dose")
    case "AFTER_LAST_DOSE_OVER_LIMIT": return after(argument, "the last dose over the limit")
    case "AFTER_PARTICIPATION_ENDS":
      return after(argument, "the end of taking part in the other trial")
    case "AFTER_LAST_ACTIVITY": return after(argument, "the last activity or treatment")
    case "AFTER_RESOLUTION": return "after the condition has resolved"
    case "NEW_CONSENT_FROM": return "with a new consent signed on or after \(argument)"
    case "NEW_SCREENING_FROM": return "with a new screening on or after \(argument)"
    default:
      let spelt = code.lowercased().split(separator: "_").joined(separator: " ")
      return argument.isEmpty ? spelt : "\(spelt) \(argument)"
    }
  }

  /// So long after an event. Months and years are counted back from the date that is decided for, so no
  /// count of days says when the event has left them.
  private func after(_ length: String, _ event: String) -> String {
    let parts = length.split(separator: " ")
    guard parts.count == 2 else { return "after \(event)" }
    let plural = parts[0] == "1" ? "" : "s"
    switch parts[1] {
    case "h": return "\(parts[0]) hour\(plural) after \(event)"
    case "d": return "\(parts[0]) day\(plural) after \(event)"
    case "wk": return "\(parts[0]) week\(plural) after \(event)"
    case "mo": return "when \(event) has left the window of \(parts[0]) month\(plural)"
    case "a": return "when \(event) has left the window of \(parts[0]) year\(plural)"
    default: return "\(length) after \(event)"
    }
  }
}

extension String {
  /// The text without what would steer a terminal or turn a line around: whoever sent a fact chose its id
  /// and its values.
  var printable: String {
    var scalars = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
