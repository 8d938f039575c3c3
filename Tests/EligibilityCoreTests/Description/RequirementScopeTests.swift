import EligibilityCore
import Testing

/// Which criteria of a definition are asked: by stage, by cohort, through shared definitions.
@Suite struct RequirementScopeTests {
  /// Two cohorts that share a definition, and a criterion of the second stage.
  private static let definition: ProtocolDefinition = {
    var infusion = Criterion.exclusion("later", .says("d"))
    infusion.stages = [.infusion]
    var definition = ProtocolDefinition.draft(
      concepts: ["a", "b", "c", "d", "e"].map { ConceptDefinition($0, .statement) }
        + [ConceptDefinition("other", .condition)],
      codeSets: [CodeSet("others", concepts: ["other"])],
      criteria: [
        .inclusion("common", .says("a")), .shared("shared", .says("b")),
        .inclusion("B.1", .sameAs("shared"), cohort: "B"), .step("B.step", .says("e")),
        .inclusion("B.2", .group(.all, ["B.step"]), cohort: "B"),
        .inclusion("A.2", .says("c"), cohort: "A"), infusion,
      ])
    definition.cohorts.append(CohortDefinition("B", "others"))
    return definition
  }()

  private func ids(_ stage: Stage? = nil, _ cohorts: String...) -> [String] {
    DataRequirements(of: Self.definition, stage: stage, cohorts: cohorts).items.map(\.id)
  }

  @Test func withoutAScopeEverythingIsAskedFor() {
    let found = DataRequirements(of: Self.definition)
    #expect(found.items.map(\.id) == ["diseases", "others", "a", "b", "e", "c", "d"])
    #expect(found.stages == [.enrolment, .infusion] && found.cohorts == ["A", "B"])
    #expect(found.trial == "trial" && found.version == "1")
  }

  @Test func aCohortAsksForItselfAndWhatIsCommon() {
    #expect(ids(.enrolment, "A") == ["diseases", "a", "c"])
    #expect(ids(.enrolment, "B") == ["others", "a", "b", "e"])
    #expect(ids(.enrolment, "A", "B").count == 6)
  }

  @Test func aStageAsksForItsOwnCriteria() {
    #expect(ids(.infusion) == ["diseases", "others", "d"])
  }

  @Test func aSharedDefinitionAsksForItself() throws {
    let found = DataRequirements(of: Self.definition, cohorts: ["B"])
    let item = try #require(found.items.first { $0.id == "b" })
    #expect(item.uses.map(\.criterion) == ["shared"])
    let selecting = try #require(found.items.first { $0.id == "others" })
    #expect(selecting.uses.map(\.purpose) == [.selectsCohort])
    #expect(selecting.uses.map(\.cohort) == ["B"])
  }

  /// Steps that share steps, level upon level: as many paths as there are powers of two.
  @Test func sharedStepsAreWalkedOnce() {
    var criteria: [Criterion] = [.inclusion("top", .group(.all, ["l0", "r0"]))]
    for level in 0..<60 {
      let next = ["l\(level + 1)", "r\(level + 1)"]
      criteria.append(.step("l\(level)", .group(.all, next)))
      criteria.append(.step("r\(level)", .group(.any, next)))
    }
    criteria += [.step("l60", .says("a")), .step("r60", .says("b"))]
    let definition = ProtocolDefinition.draft(
      concepts: ["a", "b"].map { ConceptDefinition($0, .statement) }, criteria: criteria)
    #expect(DataRequirements(of: definition).items.map(\.id) == ["diseases", "a", "b"])
  }

  /// It describes what it is given, faulty or not.
  @Test func aCircleEnds() {
    let definition = ProtocolDefinition.draft(
      concepts: [ConceptDefinition("a", .statement)],
      criteria: [
        .inclusion("top", .group(.all, ["x", "nothing"])), .step("x", .group(.all, ["y"])),
        .step("y", .group(.any, ["x", "said"])), .step("said", .says("a")),
      ])
    #expect(DataRequirements(of: definition).items.map(\.id) == ["diseases", "a"])
  }
}
