import EligibilityCore
import Foundation
import Testing

@Suite struct DefinitionErrorsTests {
  static let faults =
    CatalogueFaultTests.all + PlanFaultTests.all + LogicFaultTests.all + RuleFaultTests.all
    + TreatmentFaultTests.all + CourseFaultTests.all + RelationFaultTests.all

  /// Without this no table above would say anything.
  @Test func theWholeDefinitionHasNoFault() {
    #expect(DefinitionFault.errors(of: .whole).isEmpty)
    #expect(DefinitionFault.errors(of: .draft()).isEmpty)
  }

  /// Whatever is wrong is said at once, in the order of the fields.
  @Test func everyErrorIsReportedAtOnce() {
    var definition = ProtocolDefinition.whole
    definition.trial = ""
    definition.concepts[1].unit = ""
    definition.codeSets[3].includes = ["drugs", "nothing"]
    definition.readings = [Reading(knob: "nothing", value: "x")]
    definition.cohorts[0].diseaseSet = "nothing"
    definition.edit("part", .statement) { ($0.concept, $0.expected) = ("nothing", nil) }
    definition.edit("exposed", .exposure) { $0.drugSet = "nothing" }
    definition.edit("dosed", .dailyDose) { ($0.limit, $0.rule) = ("", nil) }
    definition.edit("amount", .result) { $0.limit = nil }
    let found = DefinitionFault.errors(of: definition).map { "\($0.path) \($0.reason)" }
    let part = "criteria[2].statement"
    #expect(
      found == [
        "trial REQUIRED", "concepts[1].unit REQUIRED",
        "code_sets[3].includes[1] CODE_SET_UNKNOWN", "readings[0].knob KNOB_UNKNOWN",
        "cohorts[0].disease_set CODE_SET_UNKNOWN", "\(part).concept CONCEPT_UNKNOWN",
        "\(part).expected REQUIRED", "criteria[11].exposure.drug_set CODE_SET_UNKNOWN",
        "criteria[19].daily_dose.limit DECIMAL_MALFORMED", "criteria[19].daily_dose.rule REQUIRED",
        "criteria[24].result.limit REQUIRED",
      ])
  }

  @Test func anErrorNamesPathRemedyAndReason() {
    var definition = ProtocolDefinition.whole
    definition.edit("exposed", .exposure) { $0.drugSet = "steroids" }
    let error = #expect(throws: DefinitionErrors.self) {
      try CompiledProtocol(definition, digest: "")
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("criteria[11].exposure.drug_set: "))
    #expect(text.contains("'steroids'"))
    #expect(text.hasSuffix(" (CODE_SET_UNKNOWN)"))
    #expect(!text.contains("\n"))
  }

  @Test func anEmptyDefinitionIsRefused() {
    let reasons = DefinitionFault.errors(of: ProtocolDefinition())
    #expect(
      reasons.map { "\($0.path) \($0.reason)" } == [
        "trial REQUIRED", "version REQUIRED", "criteria REQUIRED", "cohorts REQUIRED",
      ])
  }

  /// Every reason code that the compiler's sources can report is provoked by a row of the tables.
  @Test func everyReasonIsProvoked() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/EligibilityCore/Compilation").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .filter { $0.hasPrefix("ProtocolCompiler") }
    #expect(files.count >= 5)
    var reasons: Set<String> = []
    for file in files {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /"([A-Z]{2,}(?:_[A-Z]+)*)"/) { reasons.insert(String(match.1)) }
    }
    // The reason of a criterion that is void without one.
    reasons.remove("VOID")
    // Provoked by chains of criteria rather than by a row.
    reasons.remove("NESTING_TOO_DEEP")
    let provoked = Set(Self.faults.flatMap(\.expected).compactMap { $0.split(separator: " ").last })
    #expect(reasons.subtracting(provoked.map(String.init)) == [])
    #expect(reasons.count > 30)
  }
}
