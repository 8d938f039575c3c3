import Foundation
import Testing
import VerdictProperties

/// What verdicts of the built-in trial foresee, against what comes out. `verdict-properties dates` and
/// `verdict-properties losses` do the same for as many patients as are asked for.
@Suite struct RealTrialTests {
  /// An eligible patient, from the examples beside the sources.
  private func eligible() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent(
      "deploy/examples/eligible-sle-refractory-nephritis.json")
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test func datesAreThoseOnWhichOutcomesChange() throws {
    var properties = try DateProperties(request: eligible())
    let report = properties.check(patients: 80, seed: 700_000)
    #expect(report.differences == [])
    for what in ["passes on", "to repeat", "valid until", "without end", "condition", "never"] {
      #expect(report.checked[what, default: 0] > 0, "nothing was checked: \(what)")
    }
    #expect(report.outcomes.count == 3)
  }

  @Test func aSettleSetBringsTheVerdictBack() throws {
    let report = try SettleProperties(request: eligible()).check(patients: 60, seed: 800_000)
    #expect(report.differences == [])
    #expect(report.open > 30 && report.sets > 100)
  }
}
