import EligibilityCore
import Testing

@Suite struct DefinitionIndexTests {
  @Test func partsAreFoundByTheirIDs() {
    let index = DefinitionIndex(.whole)
    #expect(index.criterion("consent")?.rule == .consent)
    #expect(index.position(ofCriterion: "A.1") == 0)
    #expect(index.concept("amount")?.unit == "g/L")
    #expect(index.codeSet("both")?.includes == ["drugs", "coded"])
    #expect(index.doseTable("doses")?.drugSet == "drugs")
    #expect(index.criterion("nothing") == nil && index.concept("nothing") == nil)
    #expect(index.codeSet("nothing") == nil && index.doseTable("nothing") == nil)
    #expect(index.position(ofCriterion: "nothing") == nil)
  }

  /// It describes what it is given, faulty or not.
  @Test func ofTwoPartsWithOneIDTheFirstIsFound() {
    var definition = ProtocolDefinition.whole
    definition.criteria.append(.exclusion("consent", .says("said")))
    #expect(DefinitionIndex(definition).criterion("consent")?.role == .inclusion)
  }

  @Test func settingsAreThoseInForce() {
    var definition = ProtocolDefinition.whole
    definition.readings = [
      Reading(knob: "choice", value: "two"), Reading(knob: "window.bounds", value: "half_open"),
    ]
    let index = DefinitionIndex(definition)
    #expect(index.setting(of: "choice") == "two")
    #expect(index.setting(of: "days") == "30")
    #expect(index.setting(of: "nothing") == nil)
    #expect(index.windowBounds == .halfOpen)
    #expect(DefinitionIndex(.whole).windowBounds == .closed)
    guard case .byReading(let choice)? = index.criterion("step.reading")?.rule else {
      Issue.record("a choice by a reading")
      return
    }
    #expect(index.chosen(choice) == "step.sex")
    #expect(DefinitionIndex(.whole).chosen(choice) == "step.same")
  }

  @Test(arguments: [("null", nil), ("28", 28), ("0", 0)] as [(String, Int?)])
  func maximumResultAge(_ value: String, _ days: Int?) {
    var definition = ProtocolDefinition.whole
    definition.knobs.append(KnobDefinition("lab.max_age_days", ["null"], value))
    definition.knobs.append(KnobDefinition("lab.max_age_days.amount", ["null"], "7"))
    let index = DefinitionIndex(definition)
    #expect(index.maximumResultAge == days)
    #expect(index.maximumAge(ofResultsOf: "finding") == days)
    #expect(index.maximumAge(ofResultsOf: "amount") == 7)
  }

  @Test func numbersComeFromKnobs() {
    var definition = ProtocolDefinition.whole
    definition.knobs += [
      KnobDefinition("whole", [], "6.0"), KnobDefinition("part", [], "6.5"),
      KnobDefinition("none", ["null"], "null"),
    ]
    let index = DefinitionIndex(definition)
    #expect(index.number(of: "whole") == 6 && index.number(of: "days") == 30)
    #expect(index.number(of: "part") == nil && index.number(of: "none") == nil)
    #expect(index.number(of: "choice") == nil && index.number(of: "nothing") == nil)
    var period = PeriodDefinition(1, .months)
    #expect(index.resolved(period) == period && index.resolved(nil) == nil)
    period.knob = "whole"
    #expect(index.resolved(period)?.count == 6)
    period.knob = "none"
    #expect(index.resolved(period) == nil)
    var choice = ReadingChoiceRule()
    choice.knob = "none"
    choice.number = "step.same"
    #expect(index.chosen(choice) == "step.same")
    choice.number = ""
    #expect(index.chosen(choice) == nil)
  }

  @Test func aRuleNamesItsKnobs() throws {
    var period = PeriodDefinition(1, .months)
    period.knob = "period"
    var age = AgeTest()
    age.yearsKnob = "years"
    var result = ResultTest()
    result.limit = .knob("limit")
    result.window = period
    var invalid = InvalidAfter()
    invalid.window = period
    result.invalidAfter = invalid
    #expect(Rule.age(age).knobs == ["years"])
    #expect(Rule.result(result).knobs == ["limit", "period", "period"])
    #expect(Rule.exposure("drugs", period).knobs == ["period"])
    #expect(Rule.reading("choice", [("one", "step")]).knobs == ["choice"])
    #expect(Rule.consent.knobs.isEmpty && Rule.group(.all, ["step"]).knobs.isEmpty)
    for criterion in ProtocolDefinition.whole.criteria {
      let known = ["choice", "days"]
      #expect(criterion.rule?.knobs.allSatisfy { known.contains($0) } == true)
    }
  }

  @Test func closureOfACodeSetHoldsWhatItIncludes() {
    let index = DefinitionIndex(.whole)
    #expect(index.closure(ofCodeSet: "both").map(\.id) == ["both", "drugs", "coded"])
    #expect(index.closure(ofCodeSet: "nothing").isEmpty)
    var circular = ProtocolDefinition.whole
    circular.codeSets[1].includes = ["both"]
    #expect(DefinitionIndex(circular).closure(ofCodeSet: "drugs").count == 3)
  }

  @Test func reachFollowsEverySetting() {
    let index = DefinitionIndex(.whole)
    #expect(
      index.reach(from: ["step.reading"])
        == ["step.reading", "step.same", "shared", "step.sex"])
    #expect(index.reach(from: ["treated"]) == ["treated", "component"])
    #expect(index.reach(from: ["concluded"]) == ["concluded", "computed"])
    #expect(index.reach(from: []).isEmpty)
  }

  @Test func aCriterionRefersByItsConditionsAndWarningsToo() {
    var criterion = Criterion.inclusion("x", .group(.all, ["a"])).applying(if: "b").void(if: "c")
    criterion.flags = [FlagRule("d", code: "D")]
    #expect(criterion.references == ["a", "b", "c", "d"])
    #expect(Criterion.inclusion("x", .consent).references.isEmpty)
    #expect(Rule.choose("a", "b", "c").references == ["a", "b", "c"])
  }
}
