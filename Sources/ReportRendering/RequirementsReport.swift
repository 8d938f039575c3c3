public import EligibilityCore

/// What data a hospital must send, as the one who builds the interface reads it.
public struct RequirementsReport: Sendable {
  private let requirements: DataRequirements
  private let words: RuleWords
  private let layout: ReportLayout

  private var language: ReportLanguage { words.language }

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - requirements: the requirements.
  ///   - definition: the definition that they were found in.
  ///   - language: the language of the words, and of texts that have it.
  ///   - layout: how it is laid out.
  public init(
    _ requirements: DataRequirements, of definition: ProtocolDefinition,
    language: ReportLanguage = .english, layout: ReportLayout
  ) {
    self.requirements = requirements
    self.layout = layout
    words = RuleWords(index: DefinitionIndex(definition), language: language)
  }

  /// The whole report, ended by a line feed.
  public var text: String {
    var blocks = heading
    for kind in DataKind.allCases {
      let items = requirements.items.filter { $0.kind == kind }
      if items.isEmpty { continue }
      blocks.append(.heading(name(kind)))
      blocks += items.map { .entry(entry($0)) }
    }
    return layout.render(blocks + sections)
  }

  private func say(_ english: String, _ chinese: String) -> String {
    language.say(english, chinese)
  }

  private func list(_ parts: [String]) -> String { parts.joined(separator: say(", ", "、")) }

  // MARK: Around the items

  private var heading: [ReportBlock] {
    let version = "\(requirements.trial) \(requirements.version)"
    let age = requirements.maximumResultAge.map {
      say(
        "Where no window is named, a result counts for \($0) days.", "未注明时间窗时，结果\($0)天内有效。")
    }
    let general = [
      say(
        "Every fact needs an id, its status and the time it holds for.", "每条数据须有编号、状态和对应时间。"),
      age
        ?? say(
          "Where no window is named, a result of any age counts.", "未注明时间窗时，任何时间的结果均可。"),
      requirements.windowBounds == .closed
        ? say("What lies exactly a window's length back is within it.", "恰好位于时间窗起点者计入。")
        : say("What lies exactly a window's length back is outside it.", "恰好位于时间窗起点者不计入。"),
    ]
    return [
      .title(say("What to send for \(version)", "\(version)所需数据")),
      .lines(
        [
          language.label(
            say("stages", "阶段"), language.both(requirements.stages.map(words.stage))),
          language.label(say("cohorts", "队列"), list(requirements.cohorts)),
        ].map { Outline($0) } + general.map { Outline($0) }),
    ]
  }

  private func name(_ kind: DataKind) -> String {
    switch kind {
    case .request: say("The request", "请求字段")
    case .person: say("The person", "基本信息")
    case .observation: say("Results and measurements", "检验与测量")
    case .assessment: say("Scores and classifications", "评分与分类")
    case .condition: say("Diagnoses", "诊断")
    case .medication: say("Medicines", "用药")
    case .allergy: say("Allergies", "过敏")
    case .participation: say("Other trials", "其他试验")
    case .consent: say("Consent", "知情同意")
    case .attestation: say("Attestations: judgements that a person signs", "声明：由人员签署的判断")
    }
  }

  private var sections: [ReportBlock] {
    guard !requirements.sections.isEmpty else { return [] }
    let lines = requirements.sections.map { section in
      let needed = section.criteria.isEmpty ? "" : list(section.criteria)
      let instead =
        section.alternatives.isEmpty
        ? ""
        : say(
          "in place of an attestation for \(list(section.alternatives))",
          "可代替声明：\(list(section.alternatives))")
      let uses = [needed, instead].filter { !$0.isEmpty }.joined(separator: say("; ", "；"))
      return Outline(
        language.label(
          section.section.rawValue + language.aside(words.section(section.section)), uses))
    }
    let title = say("Sections to review and declare complete", "须审阅并声明完整的部分")
    return [.heading(title), .lines(lines)]
  }
}

// MARK: One item

extension RequirementsReport {
  private func entry(_ item: DataRequirement) -> ReportEntry {
    var lines: [Outline] = []
    func add(_ english: String, _ chinese: String, _ text: String) {
      if !text.isEmpty { lines.append(Outline(language.label(say(english, chinese), text))) }
    }
    add("codings", "编码", codings(item.codings))
    if !item.concepts.isEmpty {
      lines.append(Outline(say("concepts:", "概念："), item.concepts.map(concept)))
    }
    for member in item.members {
      let name = RuleWords.terminology(member.system)
      let except = list(member.exceptPrefixes.map { "\($0)*" })
      let codes = list(member.codes + member.prefixes.map { "\($0)*" })
      add(name, name, codes + (except.isEmpty ? "" : say("; not \(except)", "；不含\(except)")))
    }
    add("unit", "单位", units(item))
    add("systems", "系统", list(item.systems))
    add("methods", "方法", list(item.methods.map(words.code)))
    add("specimens", "标本", list(item.specimens.map(words.code)))
    add("counts for", "有效期", item.maximumAge.map { say("\($0) days", "\($0)天") } ?? "")
    add("fields", "字段", list(item.fields))
    lines += DataPurpose.allCases.compactMap { purpose in uses(item, purpose) }
    return ReportEntry(id: item.id, title: language.choose(item.titles), lines: lines)
  }

  private func concept(_ concept: ConceptDefinition) -> Outline {
    let codes = codings(concept.codings)
    let name = words.concept(concept.id)
    return Outline(codes.isEmpty ? name : language.label(name, codes))
  }

  /// Codes by terminology: `LOINC 751-8, 26499-4`.
  private func codings(_ codings: [Coding]) -> String {
    var systems: [String] = []
    for coding in codings where !systems.contains(coding.system) { systems.append(coding.system) }
    return systems.map { system in
      let codes = codings.filter { $0.system == system }.map(\.code)
      return "\(RuleWords.terminology(system)) \(list(codes))"
    }.joined(separator: say("; ", "；"))
  }

  private func units(_ item: DataRequirement) -> String {
    guard !item.units.isEmpty else { return item.unit }
    let others = list(item.units.map { "\($0.unit) (x \($0.factor))" })
    return item.unit + say("; also \(others)", "；另可用\(others)")
  }

  /// Who uses it for a purpose, by window.
  private func uses(_ item: DataRequirement, _ purpose: DataPurpose) -> Outline? {
    let uses = item.uses.filter { $0.purpose == purpose }
    guard !uses.isEmpty else { return nil }
    if purpose == .selectsCohort {
      return Outline(
        language.label(
          say("puts into a cohort when the request names none", "请求未指定队列时据此归入队列"),
          list(uses.map(\.cohort))))
    }
    var windows: [String] = []
    var criteria: [String: [String]] = [:]
    for use in uses {
      let window = window(of: use)
      if criteria[window] == nil { windows.append(window) }
      if criteria[window]?.contains(use.criterion) != true {
        criteria[window, default: []].append(use.criterion)
      }
    }
    let parts = windows.map { window in
      list(criteria[window] ?? []) + (window.isEmpty ? "" : say(" \(window)", "，\(window)"))
    }
    return Outline(language.label(name(purpose), parts.joined(separator: say("; ", "；"))))
  }

  private func window(of use: DataUse) -> String {
    let anchor =
      use.anchor.isEmpty
      ? "" : say("the result of \(words.concept(use.anchor))", "\(words.concept(use.anchor))结果")
    return use.window.map { words.shortWindow($0, before: anchor) } ?? ""
  }

  private func name(_ purpose: DataPurpose) -> String {
    switch purpose {
    case .decides: say("decides", "判定")
    case .alternative: say("may answer instead for", "可替代回答")
    case .applies: say("applicability and contradictions", "适用性与矛盾判断")
    case .warns: say("only warns for", "仅用于提示")
    case .selectsCohort: say("selects a cohort", "归入队列")
    }
  }
}
