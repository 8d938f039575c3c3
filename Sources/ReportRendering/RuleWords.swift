internal import EligibilityCore

/// Says in words what a test asks, under the readings in force: one clause for each, without the "met
/// when" before it.
struct RuleWords {
  let index: DefinitionIndex
  let language: ReportLanguage

  func say(_ english: String, _ chinese: String) -> String { language.say(english, chinese) }

  // MARK: Names

  /// `Neutrophils (anc)`.
  func concept(_ id: String) -> String { named(index.concept(id)?.titles ?? [], id) }

  /// `Biologics (biologics)`.
  func set(_ id: String) -> String { named(index.codeSet(id)?.titles ?? [], id) }

  /// The same with its title in quotation marks.
  func quotedSet(_ id: String) -> String { quoted(index.codeSet(id)?.titles ?? [], id) }

  private func quoted(_ titles: [Text], _ id: String) -> String {
    let title = language.choose(titles)
    return title.isEmpty ? id : say("\"\(title)\"", "“\(title)”") + language.aside(id)
  }

  private func named(_ titles: [Text], _ id: String) -> String {
    let title = language.choose(titles)
    return title.isEmpty ? id : "\(title)\(language.aside(id))"
  }

  func anyConcept(_ ids: [String]) -> String { language.either(ids.map(concept)) }

  /// A statement in quotation marks.
  func statement(_ id: String) -> String { quoted(index.concept(id)?.titles ?? [], id) }

  /// `SNOMED CT 18946005`.
  func code(_ coding: Coding) -> String { "\(Self.terminology(coding.system)) \(coding.code)" }

  /// What a terminology is called.
  static func terminology(_ system: String) -> String {
    switch system {
    case "http://loinc.org": "LOINC"
    case "http://snomed.info/sct": "SNOMED CT"
    case "http://hl7.org/fhir/sid/icd-10": "ICD-10"
    case "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM"
    case "http://www.whocc.no/atc": "ATC"
    case "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm"
    default: system
    }
  }

  func section(_ section: Section) -> String {
    switch section {
    case .conditions: say("conditions", "诊断")
    case .medications: say("medications", "用药")
    case .allergies: say("allergies", "过敏")
    case .trialParticipations: say("trial participations", "其他试验参与")
    case .laboratory: say("laboratory", "检验")
    case .procedures: say("procedures", "操作")
    }
  }

  func stage(_ stage: Stage) -> String {
    switch stage {
    case .enrolment: say("enrolment", "入组")
    case .infusion: say("infusion", "回输")
    }
  }

  func sex(_ sex: Sex) -> String {
    switch sex {
    case .female: say("female", "女性")
    case .male: say("male", "男性")
    }
  }

  /// Codes with what they are called together, where that is known: `flow cytometry (SNOMED CT 18946005)`.
  func codes(_ codings: [Coding], _ titles: [Text]) -> String {
    let codes = language.either(codings.map(code))
    let title = language.choose(titles)
    return title.isEmpty || codes.isEmpty ? codes : title + language.aside(codes)
  }

  /// A value with its unit in words.
  func amount(_ value: String, _ unit: String) -> String {
    UnitWords.amount(value, unit, language)
  }

  // MARK: Comparisons

  /// `is at least 1.0 ×10⁹/L`.
  func compares(_ comparison: ComparisonOperator?, _ limit: String) -> String {
    switch comparison {
    case .less: say("is below \(limit)", "低于\(limit)")
    case .lessOrEqual: say("is at most \(limit)", "不高于\(limit)")
    case .greater: say("is above \(limit)", "高于\(limit)")
    case .greaterOrEqual: say("is at least \(limit)", "不低于\(limit)")
    case .equal: say("is exactly \(limit)", "等于\(limit)")
    case nil: say("compares with \(limit)", "与\(limit)比较")
    }
  }

  // MARK: Periods and windows

  /// `28 days`; a number from a knob is that of the reading in force.
  func length(_ period: PeriodDefinition) -> String {
    let period = index.resolved(period) ?? period
    let one = period.count == 1
    return switch period.unit {
    case .hours: say("\(period.count) hour\(one ? "" : "s")", "\(period.count)小时")
    case .days: say("\(period.count) day\(one ? "" : "s")", "\(period.count)天")
    case .weeks: say("\(period.count) week\(one ? "" : "s")", "\(period.count)周")
    case .months: say("\(period.count) month\(one ? "" : "s")", "\(period.count)个月")
    case .years: say("\(period.count) year\(one ? "" : "s")", "\(period.count)年")
    case nil: "\(period.count)"
    }
  }

  /// A look-back window without a word on its ends.
  func shortWindow(_ period: PeriodDefinition, before anchor: String = "") -> String {
    let length = length(period)
    let isHours = period.unit == .hours
    let date =
      !anchor.isEmpty
      ? anchor
      : isHours ? say("the planned infusion", "计划回输时间") : say("the index date", "基准日")
    return say("within \(length) before \(date)", "\(date)前\(length)内")
  }

  /// A look-back window with its ends: whether what lies exactly so far back is within it is a reading.
  func window(_ period: PeriodDefinition, before anchor: String = "") -> String {
    let length = length(period)
    // Hours always count both ends.
    let isClosed = index.windowBounds == .closed || period.unit == .hours
    let end = say(
      "exactly \(length) before is \(isClosed ? "within" : "outside")",
      "恰好\(length)前\(isClosed ? "计入" : "不计入")")
    return shortWindow(period, before: anchor) + language.aside(end)
  }

  /// The same, or nothing where there is no window.
  func optionalWindow(_ period: PeriodDefinition?, before anchor: String = "") -> String {
    index.resolved(period).map { window($0, before: anchor) } ?? ""
  }

  /// Parts of a clause, those that are empty left out.
  func clause(_ parts: String...) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: say(" ", ""))
  }

  /// A clause with what is to be added to it.
  func with(_ clause: String, _ notes: [String]) -> String {
    ([clause] + notes.filter { !$0.isEmpty }).joined(separator: say("; ", "；"))
  }
}
