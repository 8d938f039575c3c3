import EligibilityCore
import Testing

/// Values of 34 digits, as long as the wire takes them, through the arithmetic of the criteria: nothing
/// traps and the last digit still decides.
@Suite struct LongValueTests {
  static let last: ExactRational = "0.000000000000000000000000000000001"

  /// 34 digits with one before the point.
  static let longOnes: [ExactRational] = [
    "1.000000000000000000000000000000001", "9.999999999999999999999999999999999",
    "7.123456789012345678901234567890123",
  ]
  /// 34 digits with all kinds of points.
  static let long: [ExactRational] =
    longOnes + [
      "9999999999999999999999999999999999", "123456789012345678.9012345678901234",
      "0.999999999999999999999999999999999", "0.000000000000000000000000000000001",
    ]

  /// value <= multiple x ULN, decided by the last of 34 digits.
  @Test(
    arguments: longOnes, ["1.5", "3", "0.333333333333333333333333333333333"] as [ExactRational])
  func upperLimitOfNormal(_ limit: ExactRational, _ multiple: ExactRational) {
    let bound = multiple * limit
    #expect(ExactInterval(bound).compare(.lessOrEqual, bound) == .true)
    #expect(ExactInterval(bound).compare(.less, bound) == .false)
    #expect(ExactInterval(bound + Self.last).compare(.lessOrEqual, bound) == .false)
    #expect(ExactInterval(bound - Self.last).compare(.less, bound) == .true)
  }

  /// Unit factors of both sides cancel exactly.
  @Test(arguments: long) func unitsCancel(_ value: ExactRational) throws {
    let factors: [ExactRational] = ["88.4", "17.104", "16.1145", "1/1000", "20/3"]
    for factor in factors {
      #expect(try #require((value * factor).dividing(by: factor)) == value)
      #expect((value * factor < value) == (factor < 1))
    }
  }

  /// Cockcroft-Gault with every input 34 digits long: the creatinine for which the clearance is 30
  /// gives 30, and one that differs by a hair does not.
  @Test func clearance() throws {
    for weight in Self.long {
      let top = ExactRational(140 - 41) * weight * "0.85"
      let serum = try #require(top.dividing(by: 72 * 30))
      let exactly = try #require(top.dividing(by: 72 * serum))
      #expect(exactly == 30)
      let hair = serum * (1 + Self.last * Self.last)
      let below = try #require(top.dividing(by: 72 * hair))
      #expect(below < 30)
      #expect(ExactInterval(below).compare(.greaterOrEqual, 30) == .false)
    }
  }

  /// Mosteller by squaring: (clearance x 1.73)^2 x 3600 / (height x weight) against 30^2.
  @Test func bodySurface() throws {
    for height in Self.long {
      for weight in Self.long {
        let surface = try #require((height * weight).dividing(by: 3_600))
        // The square of a clearance that is exactly 30 per 1.73 m2.
        let square = try #require((900 * surface).dividing(by: "1.73" * "1.73"))
        let normalised = try #require((square * "1.73" * "1.73").dividing(by: surface))
        #expect(normalised == 900)
        #expect(normalised + Self.last > 900)
      }
    }
  }

  @Test func sumsOfDoses() {
    for value in Self.long {
      var sum = ExactRational.zero
      for _ in 0..<300 { sum = sum + value * "20/3" }
      #expect(sum == 2_000 * value)
    }
  }

  /// Intervals of long values: products and reciprocals stay exact.
  @Test func intervals() throws {
    for first in Self.long {
      for second in Self.long {
        let product = try #require(
          ExactInterval(first).multiplied(by: ExactInterval(second)))
        let inverse = try #require(ExactInterval(second).reciprocal())
        let back = try #require(product.multiplied(by: inverse))
        #expect(back.point == first)
      }
    }
  }

  @Test func readingRoundsOnlyTheText() {
    #expect(Self.longOnes[0].decimalText(fractionDigits: 6) == "1.000000")
    #expect(Self.longOnes[1].decimalText(fractionDigits: 6) == "10.000000")
    #expect(Self.longOnes[1] < 10)
    #expect(Self.longOnes[0] > 1)
  }
}
