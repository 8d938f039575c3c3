import EligibilityCore
import Testing

/// Realistic values at a limit for which binary floating point says the opposite of the arithmetic. Each
/// row also shows that the trap is one: the same comparison in `Double` goes wrong.
@Suite struct FloatTrapTests {
  /// Value, multiple, upper limit of normal: `value <= multiple * limit` holds, by equality.
  static let atTheLimit: [(String, String, String)] = [
    ("1.8", "1.5", "1.2"), ("3.6", "3", "1.2"), ("2.1", "1.5", "1.4"), ("1.05", "1.5", "0.7"),
    ("0.45", "1.5", "0.3"),
  ]

  @Test(arguments: atTheLimit)
  func bilirubinAtItsLimitIsWithin(_ value: String, _ multiple: String, _ limit: String) throws {
    let exact = ExactInterval(ExactRational(stringLiteral: value))
    let bound = ExactRational(stringLiteral: multiple) * ExactRational(stringLiteral: limit)
    #expect(exact.compare(.lessOrEqual, bound) == .true)
    #expect(exact.compare(.less, bound) == .false)
    #expect(exact.compare(.equal, bound) == .true)
    let double = try (#require(Double(value)), #require(Double(multiple)), #require(Double(limit)))
    #expect(!(double.0 <= double.1 * double.2), "no trap here")
  }

  /// One hundredth more is above.
  @Test(arguments: [("1.81", "1.5", "1.2"), ("3.61", "3", "1.2")])
  func bilirubinAboveItsLimitIsNot(_ value: String, _ multiple: String, _ limit: String) {
    let bound = ExactRational(stringLiteral: multiple) * ExactRational(stringLiteral: limit)
    #expect(
      ExactInterval(ExactRational(stringLiteral: value)).compare(.lessOrEqual, bound) == .false)
  }

  /// INR below 1.5 times its upper limit, strictly.
  @Test(arguments: [("1.65", "1.1", false), ("1.95", "1.3", false)])
  func ratioAtAStrictLimitIsNotBelow(_ value: String, _ limit: String, _ isBelow: Bool) throws {
    let bound: ExactRational = "1.5" * ExactRational(stringLiteral: limit)
    let exact = ExactInterval(ExactRational(stringLiteral: value))
    #expect(exact.compare(.less, bound) == Truth(isBelow))
    let double = try (#require(Double(value)), #require(Double(limit)))
    #expect((double.0 < 1.5 * double.1) != isBelow, "no trap here")
  }

  @Test(arguments: [("1.79", "1.2", true), ("1.8", "1.2", false), ("1.64", "1.1", true)])
  func ratioNextToAStrictLimit(_ value: String, _ limit: String, _ isBelow: Bool) {
    let bound: ExactRational = "1.5" * ExactRational(stringLiteral: limit)
    #expect(
      ExactInterval(ExactRational(stringLiteral: value)).compare(.less, bound) == Truth(isBelow))
  }

  /// A relative decrease of at least 10 %, by cross-multiplication: baseline - later >= 0.10 baseline.
  @Test func vitalCapacityDownByATenth() {
    let baseline: ExactRational = "3.00"
    let later: ExactRational = "2.70"
    #expect(baseline - later >= "0.10" * baseline)
    #expect((baseline - later).dividing(by: baseline) == "0.10")
    #expect(!((3.00 - 2.70) / 3.00 >= 0.10), "no trap here")
    #expect(baseline - "2.71" < "0.10" * baseline)
  }

  /// Age, weight, creatinine in mg/dL, woman: Cockcroft-Gault is exactly 30 mL/min.
  static let exactlyThirty: [(Int, String, String, Bool)] = [
    (23, "48", "2.21", true), (23, "48", "2.60", false), (26, "54", "2.85", false),
    (28, "81", "4.2", false), (29, "72", "3.7", false),
  ]

  @Test(arguments: exactlyThirty)
  func clearanceOfExactlyThirty(_ age: Int, _ weight: String, _ serum: String, _ isWoman: Bool)
    throws
  {
    let factor: ExactRational = isWoman ? "0.85" : 1
    let top = ExactRational(140 - age) * ExactRational(stringLiteral: weight) * factor
    let clearance = try #require(
      top.dividing(by: 72 * ExactRational(stringLiteral: serum)))
    #expect(clearance == 30)
    let double = try (#require(Double(weight)), #require(Double(serum)))
    let rounded = Double(140 - age) * double.0 * (isWoman ? 0.85 : 1) / (72 * double.1)
    #expect(rounded < 30, "no trap here")
  }

  /// Every combination of a grid that is exactly 30 compares as equal, whichever way it is computed.
  @Test func clearanceOnAGrid() throws {
    var exactly = 0
    for age in 18...65 {
      for halves in stride(from: 80, through: 200, by: 4) {
        let weight = try #require(
          ExactRational(numerator: ExactInteger(halves), denominator: 2))
        let top = ExactRational(140 - age) * weight
        // Creatinine for which the clearance is 30, in hundredths where there is such a number.
        let serum = try #require((top * 100).dividing(by: 72 * 30))
        guard serum.denominator == 1 else { continue }
        exactly += 1
        let hundredths = try #require(serum.dividing(by: 100))
        let clearance = try #require(top.dividing(by: 72 * hundredths))
        #expect(ExactInterval(clearance).compare(.greaterOrEqual, 30) == .true)
        #expect(ExactInterval(clearance).compare(.greater, 30) == .false)
        let more = try #require(top.dividing(by: 72 * (hundredths + "0.01")))
        #expect(ExactInterval(more).compare(.greaterOrEqual, 30) == .false)
      }
    }
    #expect(exactly > 10)
  }
}
