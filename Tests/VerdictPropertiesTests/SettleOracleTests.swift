import Testing
import VerdictProperties

/// The settle sets of small random trials against trying everything. `verdict-properties oracle` does the
/// same for as many trials as are asked for.
@Suite struct SettleOracleTests {
  @Test func namedSetsAreThoseThatTryingFinds() throws {
    let report = try SettleOracle.compare(trials: 400, seed: 1)
    #expect(report.differences == [])
    #expect(report.compared > 100 && report.sets > 200)
  }
}
