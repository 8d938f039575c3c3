import EligibilityCore
import Testing

@testable import ReportRendering

/// A protocol version in words.
@Suite struct ProtocolReportTests {
  private static let criteria = """
      - id: C1
        role: CRITERION_ROLE_INCLUSION
        stages: [STAGE_ENROLMENT]
        place: "Step 1, 1"
        place_texts: [{language: zh, text: "步骤1，1"}]
        titles: [{language: en, text: Whole}, {language: zh, text: 整体}]
        paraphrases: [{language: en, text: In our words.}]
        reading_notes: [{language: en, text: Read so.}]
        knobs: [choice, lab.max_age_days]
        group: {kind: GROUP_KIND_ALL, members: [C1.1, step]}
      - id: C1.1
        role: CRITERION_ROLE_INCLUSION
        stages: [STAGE_ENROLMENT]
        applies_if: step
        void_if: step
        void_reason: CONFLICT
        reason: FAILED
        incurable: true
        flags: [{if: step, code: FLAG}]
        titles: [{language: en, text: Part}]
        same_as: {criterion: RR}
      - {id: step, role: CRITERION_ROLE_STEP, sex: {sex: SEX_FEMALE}}
      - {id: RR, role: CRITERION_ROLE_SHARED, stages: [STAGE_ENROLMENT], titles: [{language: en, text: Shared}], age: {operator: COMPARISON_OPERATOR_GREATER_THAN, years: 1}}
      - {id: A.1, role: CRITERION_ROLE_INCLUSION, cohort: A, stages: [STAGE_ENROLMENT], titles: [{language: en, text: Of the cohort}], by_reading: {knob: choice, options: [{value: one, criterion: A.one}, {value: two, criterion: A.two}]}}
      - {id: A.one, role: CRITERION_ROLE_STEP, condition: {condition_set: ills, scope: CONDITION_SCOPE_EVER, include_suspected: true}}
      - {id: A.two, role: CRITERION_ROLE_STEP, assessment: {instrument: score, operator: COMPARISON_OPERATOR_EQUAL, limit: "1", window_knob: days}}
      - {id: EX1, role: CRITERION_ROLE_EXCLUSION, stages: [STAGE_INFUSION], titles: [{language: en, text: "Later | on*e*"}], allergy: {category: ALLERGY_CATEGORY_FOOD}}

    """

  private static func report(
    stage: Stage? = nil, cohort: String = "", language: ReportLanguage = .english,
    layout: ReportLayout = .text(TextStyle(isColoured: false)), readings: [Reading] = []
  ) throws -> String {
    var definition = try Definitions.with(criteria, readings: readings)
    definition.cohorts.append(definition.cohorts[0])
    definition.cohorts[1].id = "B"
    var other = definition.criteria[4]
    other.id = "B.1"
    other.cohort = "B"
    definition.criteria.append(other)
    let program = try CompiledProtocol(definition, digest: "d1g357")
    return ProtocolReport(
      definition, program: program, stage: stage, cohort: cohort, language: language,
      layout: layout
    ).text
  }

  @Test func theWholeIsPrintedInOrder() throws {
    let text = try Self.report(cohort: "A")
    #expect(
      text.hasPrefix(
        """
        t  Trial

        version: 1
        digest: d1g357
        stages: enrolment and infusion
        cohorts: A (Cohort of A)

        Inclusion criteria of all cohorts (enrolment)

        C1  Whole
            Step 1, 1
            In our words.
            Met when all of these:
              - C1.1 Part
              - the sex at birth is female
            Reason of a failure: the reasons of the criteria behind it
            Reading: Read so.
            Knob choice = one (else two): Which | of two.
              - one: The first.
            Knob lab.max_age_days = null (else a number): How old.

          C1.1  Part
              Met when RR Shared
              Applies only where: the sex at birth is female
              Unknown (CONFLICT) where: the sex at birth is female
              Warns FLAG where: the sex at birth is female
              Reason of a failure: FAILED, with the reasons of the criteria behind it
              A failure does not pass with time.

        Shared definitions (enrolment)

        RR  Shared
            True when the age in completed years on the index date is above 1

        Inclusion criteria of the cohort A (Cohort of A) (enrolment)

        A.1  Of the cohort
            Met when a diagnosis of Illness (ills) is recorded, present or past; a suspected one counts [reading choice = one]
            Knob choice = one (else two): Which | of two.
              - one: The first.

        Exclusion criteria (infusion)

        EX1  Later | on*e*
            Triggered when a severe allergy to food is recorded (a severe reaction, or high criticality)

        What holds for every criterion

        Cohorts: those that the request names are decided. Where it names none, the infusion stage takes those of the enrolment record; else every cohort is decided of whose diseases a confirmed diagnosis is recorded:
          - A: Illness (ills)
        Without any such diagnosis no cohort is decided and the patient is not eligible (NO_TARGET_DISEASE_RECORDED).
        Knob window.bounds = closed (the default; else half_open): Which ends count.
          - closed: Both ends.
          - half_open: The last end.
        Knob observation.select = latest (the default; else worst_in_window, any)
        Knob age.reference = index (the default; else icf, screening)
        Knob age.upper = before_next_birthday (the default; else on_birthday)
        Knob uln.source = result (the default; else result_then_site)
        Knob months = 12 (the default; else none, a number)

        Readings

        """))
    let last = text.split(separator: "\n").last
    #expect(
      last == "choice              one                   two                   Which | of two.")
    #expect(text.hasSuffix("two.\n") && !text.contains("\u{1B}"))
  }

  @Test func aScopeLeavesOutWhatItDoesNotReach() throws {
    let infusion = try Self.report(stage: .infusion)
    #expect(infusion.contains("\nEX1  ") && !infusion.contains("\nC1  "))
    #expect(!infusion.contains("\nRR  ") && infusion.contains("stages: infusion\n"))
    let other = try Self.report(cohort: "B")
    #expect(other.contains("\nB.1  ") && !other.contains("\nA.1  ") && other.contains("\nC1  "))
  }

  @Test func readingsThatAreSetAreMarked() throws {
    let text = try Self.report(readings: [Reading(knob: "choice", value: "two")])
    #expect(text.contains("choice              two (set)  "))
    #expect(text.contains("[reading choice = two]"))
    // The knob of the option in force counts, too.
    #expect(text.contains("Knob days = 30 (else 10)"))
  }

  @Test func itIsChineseWhereTextsAre() throws {
    let text = try Self.report(language: .chinese)
    #expect(text.hasPrefix("t  试验\n\n版本：1\n"))
    #expect(text.contains("C1  整体\n"))
    #expect(text.contains("    满足条件：以下全部：\n      - C1.1 Part\n      - 出生性别为女性\n"))
    #expect(text.contains("下列情况结果未知（CONFLICT）：出生性别为女性"))
    #expect(text.contains("触发条件：有严重食物过敏记录"))
  }

  /// The place of a criterion is said in the reader's language; in any other as the protocol has it.
  @Test func placesAreSaidInTheReadersLanguage() throws {
    let chinese = try Self.report(language: .chinese)
    #expect(chinese.contains("C1  整体\n    步骤1，1\n") && !chinese.contains("Step 1, 1"))
    let english = try Self.report()
    #expect(english.contains("C1  Whole\n    Step 1, 1\n") && !english.contains("步骤"))
    #expect(ReportLanguage.chinese.choose([Text(language: "en", text: "a")], else: "b") == "b")
  }

  @Test func whatBelongsToNoCriterionIsExplainedAtTheEnd() throws {
    let chinese = try Self.report(language: .chinese)
    let section = try #require(chinese.firstRange(of: "\n适用于全部标准的规定\n\n"))
    let end = try #require(chinese.firstRange(of: "\n解读\n\n"))
    let text = String(chinese[section.upperBound..<end.lowerBound])
    #expect(text.contains("  - A：疾病（ills）\n  - B：疾病（ills）\n"))
    #expect(
      text.contains(
        "解读选项 window.bounds = closed（默认；另有half_open）：窗口两端。\n  - closed：首末均计入。\n"))
    // What a criterion names or chooses by is explained there.
    #expect(!text.contains("choice") && !text.contains("lab.max_age_days"))
    let set = try Self.report(readings: [Reading(knob: "window.bounds", value: "half_open")])
    #expect(set.contains("Knob window.bounds = half_open (default closed; else closed): Which"))
    let one = try Self.report(cohort: "A")
    #expect(one.contains("\n  - A: Illness (ills)\n") && !one.contains("- B: Illness"))
  }

  @Test func theHeadingIsChinese() throws {
    #expect(try Self.report(language: .chinese).contains("\n内容校验值：d1g357\n"))
    #expect(try Self.report(language: .chinese).contains("此项不符合不会随时间改变。"))
  }

  @Test func markdownShowsTextsAsTheyAre() throws {
    let text = try Self.report(layout: .markdown)
    #expect(text.hasPrefix("# t  Trial\n\n- version: 1\n"))
    #expect(text.contains("\n### C1 Whole\n\n- Step 1, 1\n"))
    #expect(text.contains("\n#### C1.1 Part\n"))
    #expect(text.contains("\n- Met when all of these:\n  - C1.1 Part\n"))
    #expect(text.contains("### EX1 Later \\| on\\*e\\*\n"))
    #expect(text.contains("\n| choice | one | two | Which \\| of two. |\n"))
    #expect(text.contains("\n| --- | --- | --- | --- |\n"))
  }
}

@Suite struct ReportLayoutTests {
  private func text(_ blocks: ReportBlock..., coloured: Bool = false) -> String {
    ReportLayout.text(TextStyle(isColoured: coloured)).render(blocks)
  }

  /// A definition comes from a file: it must not steer the terminal.
  @Test func textsStayOnTheirLine() {
    let hostile = "a\u{1B}[2Jb\nc\rd\u{202E}e\u{2028}f"
    let shown = "a [2Jb c d e f"
    #expect(text(.lines([Outline(hostile)])) == "\(shown)\n")
    #expect(text(.title(hostile)) == "\(shown)\n" && text(.heading(hostile)) == "\(shown)\n")
    #expect(
      text(.entry(ReportEntry(id: hostile, title: hostile))) == "\(shown)  \(shown)\n")
    #expect(text(.table(columns: [hostile], rows: [[hostile]])) == "\(shown)\n\(shown)\n")
    #expect(ReportLayout.markdown.render([.title(hostile)]) == "# a \\[2Jb c d e f\n")
  }

  @Test func columnsLineUpInChineseToo() {
    #expect(
      text(.table(columns: ["旋钮", "x"], rows: [["ab", "y"], ["解读了", "z"]]))
        == "旋钮    x\nab      y\n解读了  z\n")
  }

  @Test func aTerminalIsColoured() {
    #expect(text(.title("T"), coloured: true) == "\u{1B}[1mT\u{1B}[0m\n")
  }
}
