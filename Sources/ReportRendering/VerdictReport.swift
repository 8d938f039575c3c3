public import EligibilityCore

/// A verdict as a study nurse reads it: the outcome first, then what decides it, then what is missing.
public struct VerdictReport: Sendable {
  private let verdict: Verdict
  private let style: TextStyle
  /// Titles by criterion id.
  private let titles: [String: String]
  private let cohortTitles: [String: String]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - verdict: the verdict, with titles where they were asked for.
  ///   - language: the titles' language (BCP 47); English where there are none in it.
  ///   - style: the terminal's style.
  public init(_ verdict: Verdict, language: String = "en", style: TextStyle) {
    self.verdict = verdict
    self.style = style
    func title(_ texts: [Text]) -> String? {
      (texts.first { $0.language == language } ?? texts.first { $0.language == "en" } ?? texts.first)?
        .text
    }
    titles = Dictionary(
      verdict.results.compactMap { result in title(result.titles).map { (result.id, $0) } },
      uniquingKeysWith: { first, _ in first })
    cohortTitles = Dictionary(
      verdict.cohorts.compactMap { cohort in title(cohort.titles).map { (cohort.cohort, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The whole report, ended by a line feed.
  public var text: String {
    var lines = heading
    switch verdict.outcome {
    case .ineligible: lines += failures
    case .undetermined: lines += openQuestions
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
      lines.append("  cohort \(name.printable): \(cohort.outcome.rawValue)")
    }
    if let passes = verdict.passesOn.map(describe) { lines.append("  \(passes)") }
    return lines
  }

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
      if let passes = result.passesOn.map(describe) { lines.append("      \(passes)") }
    }
    return lines
  }

  private var openQuestions: [String] {
    var lines = ["", style.strong("What is missing")]
    for result in decisive {
      lines.append("  \(style.open("UNKNOWN")) \(label(result))")
      lines += details(result)
      for fact in result.missing { lines.append("      needed: \(describe(fact))") }
    }
    return lines
  }

  private func label(_ result: CriterionResult) -> String {
    (titles[result.id].map { "\(result.id)  \($0)" } ?? result.id).printable
  }

  private func details(_ result: CriterionResult) -> [String] {
    var lines: [String] = []
    if !result.reasons.isEmpty {
      let reasons = result.reasons.map(words).joined(separator: "; ")
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
  private func words(_ code: String) -> String {
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

  private func describe(_ fact: MissingFact) -> String {
    var text = fact.isAttestation ? "attestation of \(fact.concept)" : fact.concept
    if let code = fact.codings.first { text += " (\(code.code))" }
    if !fact.unit.isEmpty { text += " in \(fact.unit)" }
    if let section = fact.section {
      text += ", or the review of \(section.rawValue.lowercased())"
    }
    switch (fact.notBefore, fact.notAfter) {
    case (let start?, let end?): text += ", from \(start) to \(end)"
    case (let start?, nil): text += ", from \(start)"
    case (nil, let end?): text += ", by \(end)"
    case (nil, nil): break
    }
    if !fact.settlingValues.isEmpty { text += "; settles with \(fact.settlingValues)" }
    return text.printable
  }

  private func describe(_ passes: PassesOn) -> String {
    if passes.never { return "does not pass with time" }
    if let date = passes.date { return "passes on \(date), assuming no new exposure" }
    if let instant = passes.instant { return "passes at \(instant), assuming no new exposure" }
    return "passes \(passes.condition.replacingUnderscores.printable)"
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
      + verdict.dataIssues.map { "  \($0.factID) \($0.path): \(words($0.reason))".printable }
  }

  private var warnings: [String] {
    guard !verdict.warnings.isEmpty else { return [] }
    return ["", style.strong("To know")]
      + verdict.warnings.map { warning in
        let place = warning.criterionID.isEmpty ? "" : "\(warning.criterionID): "
        let arguments = warning.arguments.joined(separator: ", ")
        let text = "  \(place)\(words(warning.code))\(arguments.isEmpty ? "" : ": \(arguments)")"
        return text.printable
      }
  }

  private var footer: [String] {
    var text =
      "\(verdict.trial) version \(verdict.protocolVersion), protocol \(verdict.protocolDigest.prefix(12))"
    if !verdict.verdictDigest.isEmpty { text += ", verdict \(verdict.verdictDigest.prefix(12))" }
    return ["", style.faint(text.printable)]
  }
}

extension String {
  /// The text without what would steer a terminal or turn a line around: whoever sent a fact chose its id
  /// and its values.
  fileprivate var printable: String {
    var scalars = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// `AFTER_LAST_DOSE 15 d` as `after last dose 15 d`.
  fileprivate var replacingUnderscores: String {
    split(separator: " ").map { word in
      word.contains("_")
        ? word.lowercased().split(separator: "_").joined(separator: " ") : String(word)
    }.joined(separator: " ")
  }
}
