internal import EligibilityCore

// What holds beyond one criterion: the choice of cohorts, and the readings.
extension ProtocolReport {
  /// What holds for every criterion: how cohorts are chosen, and the knobs that belong to no criterion.
  var general: [ReportBlock] {
    let criteria = index.definition.criteria
    let named = Set(criteria.flatMap { $0.knobs + ($0.rule?.knobs ?? []) })
    let knobs = index.definition.knobs.filter { !named.contains($0.id) }
    let lines = cohortChoice + knobs.compactMap { knob($0.id, namesDefault: true) }
    guard !lines.isEmpty else { return [] }
    return [.heading(say("What holds for every criterion", "适用于全部标准的规定")), .lines(lines)]
  }

  /// Which cohorts are decided.
  private var cohortChoice: [Outline] {
    let cohorts = index.definition.cohorts.filter { cohort.isEmpty || $0.id == cohort }
    guard !cohorts.isEmpty else { return [] }
    let choice = say(
      "Cohorts: those that the request names are decided. Where it names none, the infusion stage takes "
        + "those of the enrolment record; else every cohort is decided of whose diseases a confirmed "
        + "diagnosis is recorded:",
      "队列：判定请求中指定的队列。请求未指定时，回输阶段采用入组记录中的队列；否则，凡记录有某队列疾病的确诊诊断，即判定该队列：")
    let none = say(
      "Without any such diagnosis no cohort is decided and the patient is not eligible "
        + "(NO_TARGET_DISEASE_RECORDED).",
      "无上述任何诊断时不判定任何队列，患者不能判为合格（NO_TARGET_DISEASE_RECORDED）。")
    return [
      Outline(
        choice, cohorts.map { Outline(language.label($0.id, words.set($0.diseaseSet))) }),
      Outline(none),
    ]
  }

  /// Every knob in a table.
  var readings: [ReportBlock] {
    let knobs = index.definition.knobs
    guard !knobs.isEmpty else { return [] }
    let rows = knobs.map { knob in
      let setting = index.setting(of: knob.id) ?? knob.defaultValue
      let mark = setting == knob.defaultValue ? "" : say(" (set)", "（已设定）")
      return [
        knob.id, setting + mark, alternatives(to: setting, of: knob),
        language.choose(knob.descriptions),
      ]
    }
    return [
      .heading(say("Readings", "解读")),
      .table(
        columns: [
          say("knob", "解读选项"), say("setting", "设定"), say("other settings", "其他设定"),
          say("what the protocol leaves open", "方案未明确之处"),
        ], rows: rows),
    ]
  }

  private func alternatives(to setting: String, of knob: KnobDefinition) -> String {
    let others = knob.settings.map(\.value).filter { $0 != setting }
    return (others + (knob.takesNumber ? [say("a number", "数字")] : [])).joined(separator: ", ")
  }

  /// A knob with its setting in force, what the protocol leaves open, and what each setting means.
  ///
  /// - Parameter namesDefault: says which setting is the default.
  func knob(_ id: String, namesDefault: Bool = false) -> Outline? {
    guard let knob = index.definition.knobs.first(where: { $0.id == id }) else { return nil }
    let setting = index.setting(of: id) ?? knob.defaultValue
    let others = alternatives(to: setting, of: knob)
    let title = say("Knob \(id) = \(setting)", "解读选项 \(id) = \(setting)")
    let standard =
      setting == knob.defaultValue
      ? say("the default", "默认") : say("default \(knob.defaultValue)", "默认为\(knob.defaultValue)")
    let remarks = [
      namesDefault ? standard : "", others.isEmpty ? "" : say("else \(others)", "另有\(others)"),
    ].filter { !$0.isEmpty }
    let rest = language.aside(remarks.joined(separator: say("; ", "；")))
    let meaning = language.choose(knob.descriptions)
    var outline = Outline(title + rest + (meaning.isEmpty ? "" : say(": ", "：") + meaning))
    outline.children = knob.settings.compactMap { setting in
      let text = language.choose(setting.descriptions)
      return text.isEmpty ? nil : Outline(language.label(setting.value, text))
    }
    return outline
  }
}
