public import EligibilityCore

/// A verdict as a study nurse reads it: the outcome first, then what decides it or what would settle it,
/// then what is missing.
public struct VerdictReport: Sendable {
  let verdict: Verdict
  let style: TextStyle
  let words: VerdictWords
  /// Titles by criterion id.
  private let titles: [String: String]
  private let cohortTitles: [String: String]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - verdict: the verdict, with titles where they were asked for.
  ///   - definition: the definition that the verdict names, for the titles of concepts; ids stand for
  ///     them without it.
  ///   - language: the titles' language (BCP 47); English where there are none in it.
  ///   - style: the terminal's style.
  public init(
    _ verdict: Verdict, definition: DefinitionIndex? = nil, language: String = "en",
    style: TextStyle
  ) {
    self.verdict = verdict
    self.style = style
    let words = VerdictWords(definition: definition, language: language)
    self.words = words
    titles = Dictionary(
      verdict.results.compactMap { result in words.title(result.titles).map { (result.id, $0) } },
      uniquingKeysWith: { first, _ in first })
    cohortTitles = Dictionary(
      verdict.cohorts.compactMap { cohort in words.title(cohort.titles).map { (cohort.cohort, $0) }
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// The whole report, ended by a line feed.
  public var text: String {
    var lines = heading
    switch verdict.outcome {
    case .ineligible: lines += failures
    case .undetermined: lines += settling + openQuestions
    case .eligible, .notAssessed: lines += ["", "Every criterion is satisfied or does not apply."]
    }
    lines += counts + issues + warnings + footer
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: [String] {
    let outcome: String =
      switch verdict.outcome {
      case .eligible: style.good("ELIGIBLE")
      case .ineligible: style.bad("INELIGIBLE")
      case .undetermined: style.open("UNDETERMINED")
      case .notAssessed: "NOT ASSESSED"
      }
    let stage = verdict.stage == .enrolment ? "enrolment" : "infusion"
    var lines = ["\(style.strong(outcome)) for \(stage) on \(verdict.indexDate)"]
    for cohort in verdict.cohorts where cohort.outcome != .notAssessed {
      let name = cohortTitles[cohort.cohort].map { "\(cohort.cohort) (\($0))" } ?? cohort.cohort
      var line = "  cohort \(name.printable): \(cohort.outcome.rawValue)"
      if let passes = cohort.passesOn, passes != verdict.passesOn {
        line += ", \(words.clause(passes))"
      }
      lines.append(line)
    }
    return lines + times
  }

  /// When the failures pass, and how long the verdict holds.
  private var times: [String] {
    var lines: [String] = []
    if let passes = verdict.passesOn {
      lines.append("  \(words.sentence(passes, repeating: verdict.toRepeat))")
    }
    guard !verdict.validUntil.isEmpty else {
      return lines + ["  No date is known on which this verdict would change by time alone."]
    }
    let least = hasWarning("VALID_AT_LEAST_UNTIL") ? " at least" : ""
    let end = verdict.validUntil.printable
    return lines + ["  This verdict holds\(least) until \(end) if nothing new arrives."]
  }

  /// Whether the verdict carries a warning.
  func hasWarning(_ code: String) -> Bool { verdict.warnings.contains { $0.code == code } }

  // MARK: What decides

  /// The results that the outcome rests on; a group is left to the parts that explain it.
  private var decisive: [CriterionResult] {
    let found = verdict.results.filter(\.isDecisive)
    let parents = Set(found.map(\.parentID))
    return found.filter { !parents.contains($0.id) }
  }

  private var failures: [String] {
    var lines = ["", style.strong("What decides")]
    for result in decisive {
      lines.append("  \(style.bad(result.outcome.rawValue)) \(label(result))")
      lines += details(result)
      if let passes = result.passesOn { lines.append("      \(words.clause(passes))") }
    }
    return lines
  }

  private var openQuestions: [String] {
    var lines = ["", style.strong("What is missing")]
    for result in decisive {
      lines.append("  \(style.open("UNKNOWN")) \(label(result))")
      lines += details(result)
      for fact in result.missing { lines.append("      needed: \(needed(fact))") }
    }
    return lines
  }

  private func label(_ result: CriterionResult) -> String {
    (titles[result.id].map { "\(result.id)  \($0)" } ?? result.id).printable
  }

  private func details(_ result: CriterionResult) -> [String] {
    var lines: [String] = []
    if !result.reasons.isEmpty {
      let reasons = result.reasons.map(spelt).joined(separator: "; ")
      lines.append("      reason: \(reasons.printable)")
    }
    for item in result.evidence.prefix(6) { lines.append("      \(describe(item))") }
    if result.evidence.count > 6 {
      lines.append("      and \(result.evidence.count - 6) more facts")
    }
    return lines
  }

  // MARK: Words

  /// `ANC_BELOW_MINIMUM` as `ANC below minimum`.
  private func spelt(_ code: String) -> String {
    let parts = code.split(separator: "_")
    let known: Set<Substring> = [
      "ANC", "ALT", "AST", "INR", "PT", "ULN", "HBV", "HCV", "HIV", "CD19",
    ]
    return parts.map { known.contains($0) ? String($0) : $0.lowercased() }.joined(separator: " ")
      + " (\(code))"
  }

  private func describe(_ item: Evidence) -> String {
    var text = item.concept
    if !item.givenValue.isEmpty { text += " \(item.givenValue)" }
    if !item.givenUnit.isEmpty { text += " \(item.givenUnit)" }
    if !item.normalisedValue.isEmpty,
      item.normalisedValue != item.givenValue || item.normalisedUnit != item.givenUnit
    {
      text += " = \(item.normalisedValue) \(item.normalisedUnit)"
    }
    if !item.effective.isEmpty { text += ", \(item.effective)" }
    if !item.limit.isEmpty { text += "; limit \(item.limit)" }
    let id = item.factID.isEmpty ? "" : style.faint(" [\(item.factID.printable)]")
    return text.printable + id
  }

  // MARK: The rest

  private var counts: [String] {
    var text: [String] = []
    for outcome in [
      CriterionOutcome.met, .notTriggered, .notApplicable, .notMet, .triggered, .unknown,
    ] {
      let count = verdict.results.count { $0.outcome == outcome }
      if count > 0 { text.append("\(count) \(outcome.rawValue)") }
    }
    return text.isEmpty
      ? [] : ["", "All results, parts of criteria included: \(text.joined(separator: ", "))"]
  }

  private var issues: [String] {
    guard !verdict.dataIssues.isEmpty else { return [] }
    return ["", style.strong("Facts that could not be used")]
      + verdict.dataIssues.map { "  \($0.factID) \($0.path): \(spelt($0.reason))".printable }
  }

  private var warnings: [String] {
    let untold = verdict.warnings.filter { !isTold($0) }
    guard !untold.isEmpty else { return [] }
    return ["", style.strong("To know")]
      + untold.map { warning in
        let place = warning.criterionID.isEmpty ? "" : "\(warning.criterionID): "
        let arguments = warning.arguments.joined(separator: ", ")
        let text = "  \(place)\(spelt(warning.code))\(arguments.isEmpty ? "" : ": \(arguments)")"
        return text.printable
      }
  }

  /// Whether the times or the settle sets have said it already.
  private func isTold(_ warning: Warning) -> Bool {
    guard warning.criterionID.isEmpty else { return false }
    return switch warning.code {
    case "ASSUMES_NO_NEW_EXPOSURE":
      verdict.passesOn?.date != nil || verdict.passesOn?.instant != nil
    case "VALID_AT_LEAST_UNTIL": !verdict.validUntil.isEmpty
    case "SETTLE_SETS_LIMITED": verdict.outcome == .undetermined && !verdict.settleSets.isEmpty
    case "CANNOT_BE_SETTLED": verdict.outcome == .undetermined
    default: false
    }
  }

  private var footer: [String] {
    var text =
      "\(verdict.trial) version \(verdict.protocolVersion), protocol \(verdict.protocolDigest.prefix(12))"
    if !verdict.verdictDigest.isEmpty { text += ", verdict \(verdict.verdictDigest.prefix(12))" }
    return ["", style.faint(text.printable)]
  }
}
