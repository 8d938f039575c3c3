public import EligibilityCore

/// A protocol version as a clinician reads it: criterion by criterion in protocol order, what each asks
/// for in words, and which readings are in force.
public struct ProtocolReport: Sendable {
  private let program: CompiledProtocol
  let words: RuleWords
  private let stage: Stage?
  let cohort: String
  private let layout: ReportLayout

  var index: DefinitionIndex { words.index }
  var language: ReportLanguage { words.language }

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - definition: the definition.
  ///   - program: what it compiles to.
  ///   - stage: shows the criteria of one stage; nil = of every stage.
  ///   - cohort: shows the criteria of one cohort beside those common to all; empty = of every cohort.
  ///   - language: the language of the words, and of texts that have it.
  ///   - layout: how it is laid out.
  public init(
    _ definition: ProtocolDefinition, program: CompiledProtocol, stage: Stage? = nil,
    cohort: String = "", language: ReportLanguage = .english, layout: ReportLayout
  ) {
    self.program = program
    self.stage = stage
    self.cohort = cohort
    self.layout = layout
    words = RuleWords(index: DefinitionIndex(definition), language: language)
  }

  /// The whole report, ended by a line feed.
  public var text: String {
    var blocks = heading
    var previous = ""
    let shown = criteria
    let ids = Set(shown.map(\.id))
    for criterion in shown {
      let title = heading(of: criterion)
      if title != previous { blocks.append(.heading(title)) }
      previous = title
      blocks.append(.entry(entry(criterion, depth: depth(of: criterion.id, among: ids))))
    }
    if shown.isEmpty {
      blocks.append(.lines([Outline(say("No criteria.", "无标准。"))]))
    }
    return layout.render(blocks + general + readings)
  }

  func say(_ english: String, _ chinese: String) -> String {
    language.say(english, chinese)
  }

  // MARK: What is shown

  private var criteria: [Criterion] {
    let all = index.definition.criteria
    let rulers = all.filter {
      ($0.role == .inclusion || $0.role == .exclusion) && isInScope($0)
    }
    let reached = index.reach(from: rulers.map(\.id))
    return all.filter {
      switch $0.role {
      case .inclusion, .exclusion: isInScope($0)
      case .shared: reached.contains($0.id) && isInScope($0)
      case .step, nil: false
      }
    }
  }

  private func isInScope(_ criterion: Criterion) -> Bool {
    (stage.map { criterion.stages.contains($0) } ?? true)
      && (cohort.isEmpty || criterion.cohort.isEmpty || criterion.cohort == cohort)
  }

  private func depth(of id: String, among shown: Set<String>) -> Int {
    var depth = 0
    var next = parents[id] ?? ""
    while !next.isEmpty, depth < 16 {
      if shown.contains(next) { depth += 1 }
      next = parents[next] ?? ""
    }
    return depth
  }

  private var parents: [String: String] {
    Dictionary(
      program.summaries.map { ($0.id, $0.parentID) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Headings

  private var heading: [ReportBlock] {
    let definition = index.definition
    let title = language.choose(definition.titles)
    var lines = [
      language.label(say("version", "版本"), definition.version),
      language.label(say("digest", "内容校验值"), program.digest),
    ]
    if !definition.registryIDs.isEmpty {
      lines.append(
        language.label(
          say("registered as", "注册号"), definition.registryIDs.joined(separator: ", ")))
    }
    let stages = stage.map { [$0] } ?? Stage.allCases.filter { program.stages.contains($0) }
    lines.append(language.label(say("stages", "阶段"), language.both(stages.map(words.stage))))
    let cohorts = definition.cohorts.filter { cohort.isEmpty || $0.id == cohort }.map {
      "\($0.id)\(language.aside(language.choose($0.titles)))"
    }
    lines.append(language.label(say("cohorts", "队列"), cohorts.joined(separator: say(", ", "、"))))
    return [
      .title(title.isEmpty ? definition.trial : "\(definition.trial)  \(title)"),
      .lines(lines.map { Outline($0) }),
    ]
  }

  private func heading(of criterion: Criterion) -> String {
    let stages = Stage.allCases.filter { criterion.stages.contains($0) }.map(words.stage)
    let when = language.aside(language.both(stages))
    let name = index.definition.cohorts.first { $0.id == criterion.cohort }.map {
      language.choose($0.titles)
    }
    let whose =
      criterion.cohort.isEmpty
      ? "" : say(" of the cohort \(criterion.cohort)", "：队列\(criterion.cohort)")
    let full = whose + language.aside(name ?? "")
    switch criterion.role {
    case .inclusion:
      let all = say("Inclusion criteria of all cohorts", "全部队列的入选标准")
      return (criterion.cohort.isEmpty ? all : say("Inclusion criteria", "入选标准") + full) + when
    case .exclusion: return say("Exclusion criteria", "排除标准") + full + when
    case .shared: return say("Shared definitions", "共用定义") + full + when
    case .step, nil: return ""
    }
  }
}

// MARK: One criterion

extension ProtocolReport {
  private func entry(_ criterion: Criterion, depth: Int) -> ReportEntry {
    var logic = LogicOutline(words)
    let outline = logic.outline(of: criterion)
    var lines: [Outline] = []
    let place = language.choose(criterion.placeTexts, else: criterion.place)
    if !place.isEmpty { lines.append(Outline(place)) }
    let paraphrase = language.choose(criterion.paraphrases)
    if !paraphrase.isEmpty { lines.append(Outline(paraphrase)) }
    lines.append(Outline("\(verb(criterion.role))\(outline.text)", outline.children))
    lines += conditions(of: criterion)
    let note = language.choose(criterion.readingNotes)
    if !note.isEmpty { lines.append(Outline(language.label(say("Reading", "解读"), note))) }
    let further = logic.knobs.filter { !criterion.knobs.contains($0) }
    lines += (criterion.knobs + further).compactMap { knob($0) }
    return ReportEntry(
      id: criterion.id, title: language.choose(criterion.titles), depth: depth, lines: lines)
  }

  private func verb(_ role: CriterionRole?) -> String {
    switch role {
    case .exclusion: say("Triggered when ", "触发条件：")
    case .shared: say("True when ", "成立条件：")
    case .inclusion, .step, nil: say("Met when ", "满足条件：")
    }
  }

  /// When it applies or is void, what a failure is called and warns about.
  private func conditions(of criterion: Criterion) -> [Outline] {
    var logic = LogicOutline(words)
    func line(_ name: String, _ id: String) -> Outline {
      let outline = logic.reference(to: id)
      return Outline(language.label(name, outline.text), outline.children)
    }
    var lines: [Outline] = []
    if !criterion.appliesIf.isEmpty {
      lines.append(line(say("Applies only where", "仅适用于"), criterion.appliesIf))
    }
    if !criterion.voidIf.isEmpty {
      let reason = criterion.voidReason.isEmpty ? "" : language.aside(criterion.voidReason)
      lines.append(line(say("Unknown\(reason) where", "下列情况结果未知\(reason)"), criterion.voidIf))
    }
    for flag in criterion.flags {
      lines.append(line(say("Warns \(flag.code) where", "下列情况提示\(flag.code)"), flag.condition))
    }
    let reasons = reasons(of: criterion)
    if !reasons.isEmpty {
      lines.append(Outline(language.label(say("Reason of a failure", "不通过原因代码"), reasons)))
    }
    if criterion.isIncurable {
      lines.append(Outline(say("A failure does not pass with time.", "此项不符合不会随时间改变。")))
    }
    return lines
  }

  /// The reason codes of a failure: the criterion's own, those that its tests give themselves, and a word
  /// where it has those of other criteria as well.
  private func reasons(of criterion: Criterion) -> String {
    var codes: [String] = []
    var hasOthers = false
    var seen: Set<String> = []
    var queue = [criterion.rule].compactMap { $0 }
    while !queue.isEmpty {
      let rule = queue.removeFirst()
      codes += rule.failureReasons
      for id in rule.deciding(words.index) where seen.insert(id).inserted {
        guard let next = index.criterion(id) else { continue }
        guard next.role == .step else {
          hasOthers = true
          continue
        }
        if !next.reason.isEmpty { codes.append(next.reason) }
        queue += [next.rule].compactMap { $0 }
      }
    }
    let tests = language.either(codes)
    var parts = [criterion.reason]
    if !tests.isEmpty {
      parts.append(criterion.reason.isEmpty ? tests : say("with \(tests)", "并附\(tests)"))
    }
    let text = parts.filter { !$0.isEmpty }.joined(separator: say(" ", "，"))
    guard hasOthers else { return text }
    let others = say("the reasons of the criteria behind it", "所依据各条的原因代码")
    return text.isEmpty ? others : text + say(", with ", "，连同") + others
  }
}

extension Rule {
  /// Ids of the criteria that decide it under the readings in force, so that their reasons are its own.
  fileprivate func deciding(_ index: DefinitionIndex) -> [String] {
    switch self {
    case .group(let group): group.members
    case .conditional(let rule): [rule.then, rule.otherwise]
    case .sameAs(let id): [id]
    case .byReading(let choice): [index.chosen(choice)].compactMap { $0 }
    default: []
    }
  }
}
