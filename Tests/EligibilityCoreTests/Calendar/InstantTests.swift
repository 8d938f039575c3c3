import EligibilityCore
import TestSupport
import Testing

@Suite struct InstantTests {
  @Test(
    arguments: [
      (0, 0, "1970-01-01T00:00:00Z"), (-1, 0, "1969-12-31T23:59:59Z"),
      (951_825_599, 0, "2000-02-29T11:59:59Z"), (0, 5, "1970-01-01T00:00:00.000000005Z"),
      (-1, 500_000_000, "1969-12-31T23:59:59.500000000Z"), (-86_400, 0, "1969-12-31T00:00:00Z"),
    ] as [(Int64, Int32, String)])
  func texts(_ seconds: Int64, _ nanoseconds: Int32, _ text: String) throws {
    let instant = Instant(seconds: seconds, nanoseconds: nanoseconds)
    #expect(instant.description == text)
    #expect(try ClinicalTime(parsing: text).instants(in: .utc).earliest == instant)
  }

  @Test func textsComeBack() throws {
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<500 {
      let instant = Instant(
        seconds: Int64(generator.number(in: -62_135_596_800...253_402_300_799)),
        nanoseconds: Int32(generator.number(in: 0...999_999_999)))
      let time = try ClinicalTime(parsing: instant.description)
      #expect(time.instants(in: .shanghai).earliest == instant)
    }
  }

  @Test func order() {
    let ascending = [
      Instant(seconds: .min), Instant(seconds: -1), Instant(seconds: -1, nanoseconds: 1),
      Instant(seconds: 0), Instant(seconds: 0, nanoseconds: 999_999_999), Instant(seconds: 1),
      Instant(seconds: .max),
    ]
    for (position, first) in ascending.enumerated() {
      for (other, second) in ascending.enumerated() {
        #expect((first < second) == (position < other))
      }
    }
  }

  @Test func adding() {
    #expect(
      Instant(seconds: 10, nanoseconds: 7).adding(seconds: -20)
        == Instant(seconds: -10, nanoseconds: 7))
    #expect(Instant(seconds: .max).adding(seconds: 1) == nil)
    #expect(Instant(seconds: .min).adding(seconds: -1) == nil)
  }

  /// A fraction outside its range is the nearest one in it.
  @Test(
    arguments: [(-1, 0), (1_000_000_000, 999_999_999), (.max, 999_999_999)] as [(Int32, Int32)])
  func fractions(_ given: Int32, _ nanoseconds: Int32) {
    #expect(Instant(seconds: 0, nanoseconds: given).nanoseconds == nanoseconds)
  }
}
