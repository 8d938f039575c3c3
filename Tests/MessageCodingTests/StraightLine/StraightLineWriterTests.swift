import EligibilityCore
import Testing

@testable import MessageCoding

/// Answers are written as libprotobuf-c packs them, byte for byte.
@Suite struct StraightLineWriterTests {
  private static func compare(_ answer: EvaluationAnswer, _ name: String) {
    for headroom in [0, 5] {
      #expect(
        EligibilityMessages.bytes(of: answer, headroom: headroom)
          == EligibilityMessages.packedBytes(of: answer, headroom: headroom), "\(name)")
    }
    #expect(
      StreamMessages.bytes(of: answer, itemID: "", headroom: 5)
        == StreamMessages.packedBytes(of: answer, itemID: "", headroom: 5), "\(name)")
    #expect(
      StreamMessages.bytes(of: answer, itemID: "入-1")
        == StreamMessages.packedBytes(of: answer, itemID: "入-1"), "\(name)")
  }

  @Test(arguments: 0..<300) func anyAnswer(_ seed: UInt64) throws {
    var random = RandomRequests(seed: seed)
    let answer = try random.answer()
    Self.compare(answer, "seed \(seed)")
    let read = try EligibilityMessages.answer(EligibilityMessages.bytes(of: answer))
    #expect(read == answer, "seed \(seed)")
  }

  @Test func everyFieldAndNone() throws {
    Self.compare(try AnswerCodingTests.full(), "every field")
    let date = try #require(CalendarDate(parsing: "0001-01-01"))
    for outcome in EnumTables.outcomes {
      for stage in EnumTables.stages {
        Self.compare(
          EvaluationAnswer(verdict: Verdict(outcome: outcome, stage: stage, indexDate: date)),
          "\(outcome) \(stage)")
      }
    }
  }

  /// Lengths on both sides of where a length takes a byte more, and of where the memory grows.
  @Test(arguments: [0, 1, 126, 127, 128, 129, 16_382, 16_383, 16_384, 40_000, 3_000_000])
  func longTexts(_ length: Int) throws {
    var answer = try AnswerCodingTests.full()
    answer.requestRef = String(repeating: "r", count: length)
    answer.verdict.warnings = [
      Warning(code: String(repeating: "é", count: length / 2), arguments: ["", "", "a"])
    ]
    Self.compare(answer, "\(length)")
  }

  @Test func numbersOfEnumsAreThoseOfTheirTables() {
    #expect(EnumTables.outcomes.map { Int($0.number) } == Array(1...4))
    #expect(EnumTables.criterionOutcomes.map { Int($0.number) } == Array(1...6))
    #expect(EnumTables.stages.map { Int($0.number) } == Array(1...2))
    #expect(EnumTables.settleDirections.map { Int($0.number) } == Array(1...2))
  }
}
