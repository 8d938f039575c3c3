internal import EligibilityCore

/// Spells out what a criterion comes down to, under the readings in force: steps where they stand,
/// reported criteria by their ids.
///
/// A group, a case or a choice that several parts of one criterion share is spelled out once, so that the
/// outline stays as small as the definition.
struct LogicOutline {
  private let words: RuleWords
  /// Knobs that chose on the way, in the order of choosing.
  private(set) var knobs: [String] = []
  private var mentions: [String: Int] = [:]
  private var spelledOut: Set<String> = []
  /// Steps that are mentioned more than once: they carry their ids.
  private var shared: Set<String> = []
  /// The criterion that is spelled out.
  private var owner = ""

  init(_ words: RuleWords) {
    self.words = words
  }

  /// The outline of a criterion's own logic; headings end as the language has it.
  mutating func outline(of criterion: Criterion) -> Outline {
    guard let rule = criterion.rule else { return Outline("?") }
    owner = criterion.id
    // Once to learn which steps are shared, once more with their ids.
    _ = outline(rule)
    shared = Set(mentions.filter { $0.value > 1 }.keys)
    (mentions, spelledOut, knobs) = ([:], [], [])
    return punctuated(outline(rule))
  }

  /// The outline of a criterion that another one refers to.
  mutating func reference(to id: String) -> Outline {
    mentions = [:]
    spelledOut = []
    _ = refer(to: id)
    shared = Set(mentions.filter { $0.value > 1 }.keys)
    (mentions, spelledOut) = ([:], [])
    return punctuated(refer(to: id))
  }

  private func punctuated(_ outline: Outline) -> Outline {
    guard !outline.children.isEmpty else { return outline }
    return Outline(
      outline.text + words.say(":", "："), outline.children.map { punctuated($0) })
  }

  // MARK: Rules

  private mutating func outline(_ rule: Rule) -> Outline {
    for knob in rule.knobs where !knobs.contains(knob) { knobs.append(knob) }
    return switch rule {
    case .group(let group): self.group(group)
    case .conditional(let rule): conditional(rule)
    case .sameAs(let id): refer(to: id)
    case .byReading(let choice): self.choice(choice)
    case .age(let test): Outline(words.age(test))
    case .sex(let sex): Outline(words.sexAtBirth(sex))
    case .result(let test): Outline(words.result(test))
    case .measured(let test): Outline(words.measured(test))
    case .finding(let test): Outline(words.finding(test))
    case .exposure(let test): Outline(words.exposure(test))
    case .condition(let test): Outline(words.condition(test))
    case .allergy(let category): Outline(words.allergy(category))
    case .participation(let test): Outline(words.participation(test))
    case .consent: Outline(words.consent())
    case .statement(let test): Outline(words.statement(test))
    case .assessment(let test): Outline(words.assessment(test))
    case .gradeCount(let test): Outline(words.gradeCount(test))
    case .conclusion(let test): conclusion(test)
    case .dailyDose(let test): words.dailyDose(test)
    case .clearance(let test): Outline(words.clearance(test))
    case .duration(let test): duration(test)
    case .sequence(let test): Outline(words.sequence(test))
    case .change(let test): Outline(words.change(test))
    case .persistence(let test): Outline(words.persistence(test))
    case .enrolment: Outline(words.enrolment())
    }
  }

  private mutating func group(_ group: GroupRule) -> Outline {
    let count = group.members.count
    let members = group.members.map { refer(to: $0) }
    if count == 1, let only = members.first {
      guard group.kind == GroupKind.none else { return only }
      return Outline(words.say("not: \(only.text)", "非：\(only.text)"), only.children)
    }
    let heading: String =
      switch group.kind {
      case .all: words.say("all of these", "以下全部")
      case .any: words.say("at least one of these", "以下至少一项")
      case .atLeast:
        words.say(
          "at least \(group.atLeast) of these \(count)", "以下\(count)项中至少\(group.atLeast)项")
      case .some(.none): words.say("none of these", "以下均无")
      case .firstKnown: words.say("the first of these that is known", "以下第一项已知者")
      case .anyKnown:
        words.say(
          "at least one of these, those that are unknown passed over", "以下至少一项（未知者略过）")
      case nil: "?"
      }
    return Outline(heading, members)
  }

  private mutating func conditional(_ rule: ConditionalRule) -> Outline {
    func part(_ name: String, _ outline: Outline) -> Outline {
      Outline(words.language.label(name, outline.text), outline.children)
    }
    let otherwise =
      words.say("otherwise", "否则") + words.language.aside(complement(of: rule.condition) ?? "")
    return Outline(
      words.say("the case that holds is true", "按下列情况判定"),
      [
        part(words.say("if", "若"), refer(to: rule.condition)),
        part(words.say("then", "则"), refer(to: rule.then)),
        part(otherwise, refer(to: rule.otherwise)),
      ])
  }

  /// The reported criterion that holds exactly where the condition of a case does not, if the case is that
  /// of a criterion with such a part.
  private func complement(of id: String) -> String? {
    guard case .result(let test)? = words.index.criterion(id)?.rule, !owner.isEmpty else {
      return nil
    }
    let complement = words.index.definition.criteria.first { other in
      guard other.partOf == owner, case .result(let opposite)? = other.rule else { return false }
      return test.isComplement(of: opposite)
    }
    return complement.map(name)
  }

  private func name(_ criterion: Criterion) -> String {
    let title = words.language.choose(criterion.titles)
    return title.isEmpty ? criterion.id : "\(criterion.id) \(title)"
  }

  private mutating func choice(_ choice: ReadingChoiceRule) -> Outline {
    let setting = words.index.setting(of: choice.knob) ?? "?"
    guard let chosen = words.index.chosen(choice) else { return Outline("\(choice.knob) = ?") }
    var outline = refer(to: chosen)
    outline.text += words.say(
      " [reading \(choice.knob) = \(setting)]", "［解读 \(choice.knob) = \(setting)］")
    return outline
  }

  private mutating func conclusion(_ test: ConclusionTest) -> Outline {
    let recorded = words.conclusion(test)
    guard !test.computedBy.isEmpty else { return Outline(recorded) }
    let computed = refer(to: test.computedBy)
    let title = words.say("or, computed", "或由计算得出")
    return Outline(
      recorded, [Outline(words.language.label(title, computed.text), computed.children)])
  }

  private mutating func duration(_ test: DurationTest) -> Outline {
    Outline(words.duration(test), test.components.map { refer(to: $0) })
  }

  // MARK: References

  private mutating func refer(to id: String) -> Outline {
    guard let criterion = words.index.criterion(id) else { return Outline(id) }
    guard criterion.role == .step, let rule = criterion.rule else {
      return Outline(name(criterion))
    }
    let isComposite = !rule.references.isEmpty
    if isComposite {
      mentions[id, default: 0] += 1
      guard spelledOut.insert(id).inserted else {
        return Outline(words.say("\(id), as spelled out above", "\(id)（见上文）"))
      }
    }
    var outline = outline(rule)
    if shared.contains(id), !outline.children.isEmpty {
      outline.text += words.say(" (\(id))", "（\(id)）")
    }
    if !criterion.appliesIf.isEmpty {
      let condition = refer(to: criterion.appliesIf)
      outline.children.append(
        Outline(
          words.language.label(words.say("only where", "仅适用于"), condition.text),
          condition.children))
    }
    return outline
  }
}

extension ResultTest {
  /// Whether of the two exactly one is true of any result.
  fileprivate func isComplement(of other: ResultTest) -> Bool {
    let isOpposite =
      switch (comparison, other.comparison) {
      case (.less, .greaterOrEqual), (.greaterOrEqual, .less), (.greater, .lessOrEqual),
        (.lessOrEqual, .greater):
        true
      default: false
      }
    var same = other
    same.comparison = comparison
    return isOpposite && same == self
  }
}
