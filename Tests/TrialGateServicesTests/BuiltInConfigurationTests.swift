import CohortConfiguration
import EligibilityCore
import Testing
import TrialGateServices

@Suite struct BuiltInConfigurationTests {
  @Test func theTrialIsAmongThem() throws {
    let configuration = try builtIn.get()
    let trial = try #require(configuration.trials.first { $0.id == "nct06373081" })
    #expect(trial.versions.map(\.version) == ["2024-04-17"])
    #expect(trial.sites.map(\.id).sorted() == ["", "changzheng"])
  }

  @Test func theRevisionIsThatOfTheDefinitions() throws {
    let first = try builtIn.get()
    #expect(try BuiltInConfiguration.load().revision == first.revision)
    let other = try BuiltInConfiguration.load(
      readings: [Reading(knob: "window.bounds", value: "half_open")])
    #expect(other.revision != first.revision)
    let digests = [other, first].map { $0.trials.first?.versions.first?.digest }
    #expect(digests[0] != digests[1])
  }

  static let wrong: [(reading: Reading, says: String)] = [
    (Reading(knob: "no.such.knob", value: "x"), "no.such.knob"),
    (Reading(knob: "window.bounds", value: "ajar"), "window.bounds"),
  ]

  @Test(arguments: wrong.indices) func aReadingThatIsNoneIsNamed(_ index: Int) {
    let row = Self.wrong[index]
    let error = #expect(throws: BuiltInConfigurationError.self) {
      try BuiltInConfiguration.load(readings: [row.reading])
    }
    #expect(error?.description.hasPrefix("nct06373081: ") == true)
    #expect(error?.description.contains(row.says) == true, "\(String(describing: error))")
  }
}
