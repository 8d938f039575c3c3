import EligibilityCore
import Testing

/// Edges of the step from 128 bits to wide numbers, with values worked out by hand.
@Suite struct ExactIntegerTests {
  static let least: ExactInteger = "-170141183460469231731687303715884105728"
  static let greatest: ExactInteger = "170141183460469231731687303715884105727"

  @Test func theEdgesAreThoseOf128Bits() {
    #expect(Self.least == ExactInteger(Int128.min))
    #expect(Self.greatest == ExactInteger(Int128.max))
    #expect(Self.least.fitting == Int128.min)
    #expect(Self.greatest.fitting == Int128.max)
  }

  @Test func oneBeyondTheEdgesDoesNotFit() {
    let above = Self.greatest + 1
    #expect(above == "170141183460469231731687303715884105728")
    #expect(above.fitting == nil)
    #expect(above > Self.greatest)
    let below = Self.least - 1
    #expect(below == "-170141183460469231731687303715884105729")
    #expect(below.fitting == nil)
    #expect(below < Self.least)
  }

  /// A value has one representation, however it was reached: else equality and hash would lie.
  @Test func comingBackFromBeyondTheEdgesFitsAgain() {
    let there: [ExactInteger] = [
      Self.greatest + 1 - 1, -(Self.least + 1), (Self.greatest * 4 - Self.greatest * 3),
      Self.greatest + Self.least - Self.least,
    ]
    for value in there {
      #expect(value == Self.greatest)
      #expect(value.fitting == Int128.max)
      #expect(value.hashValue == Self.greatest.hashValue)
    }
    let least = -(Self.greatest + 1)
    #expect(least == Self.least)
    #expect(least.fitting == Int128.min)
    #expect(least.hashValue == Self.least.hashValue)
    #expect((Self.greatest + 1 - (Self.greatest + 1)).fitting == 0)
  }

  @Test func theLeastValueNegated() {
    #expect(-Self.least == "170141183460469231731687303715884105728")
    #expect(-(-Self.least) == Self.least)
    #expect(Self.least.magnitude == -Self.least)
    #expect(Self.least.magnitude.signum == 1)
  }

  @Test func theLeastValueDividedByMinusOne() throws {
    let (quotient, remainder) = try #require(Self.least.quotientAndRemainder(dividingBy: -1))
    #expect(quotient == -Self.least)
    #expect(remainder == 0)
  }

  @Test func theLeastValueTimesMinusOneAndItself() {
    #expect(Self.least * -1 == -Self.least)
    #expect(-1 * Self.least == -Self.least)
    #expect(
      Self.least * Self.least
        == "28948022309329048855892746252171976963317496166410141009864396001978282409984")
  }

  @Test(arguments: [0, 1, -1, Self.least, Self.greatest, Self.greatest + 1])
  func nothingIsDividedByZero(_ value: ExactInteger) {
    #expect(value.quotientAndRemainder(dividingBy: 0) == nil)
  }

  @Test func zeroDivided() throws {
    let divisors: [ExactInteger] = [1, -1, Self.least, Self.greatest * Self.greatest]
    for divisor in divisors {
      let (quotient, remainder) = try #require(
        ExactInteger(0).quotientAndRemainder(dividingBy: divisor))
      #expect(quotient == 0 && remainder == 0)
    }
  }

  // MARK: Signs and order

  @Test(
    arguments: [
      (0, 0), (5, 1), (-5, -1), (Self.least, -1), (Self.greatest + 1, 1), (Self.least - 1, -1),
    ] as [(ExactInteger, Int)])
  func sign(_ value: ExactInteger, _ signum: Int) {
    #expect(value.signum == signum)
    #expect((-value).signum == -signum)
    #expect(value.magnitude.signum == abs(signum))
  }

  static let ascending: [ExactInteger] = [
    "-28948022309329048855892746252171976963317496166410141009864396001978282409985",
    "-28948022309329048855892746252171976963317496166410141009864396001978282409984",
    "-340282366920938463463374607431768211456", least - 1, least, least + 1, -1, 0, 1,
    "18446744073709551615", "18446744073709551616", greatest, greatest + 1,
    "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
    "28948022309329048855892746252171976963317496166410141009864396001978282409984",
  ]

  @Test func orderIsThatOfTheNumbers() {
    for (position, first) in Self.ascending.enumerated() {
      for (other, second) in Self.ascending.enumerated() {
        #expect((first < second) == (position < other), "\(first) < \(second)")
        #expect((first == second) == (position == other), "\(first) == \(second)")
      }
    }
  }

  // MARK: Texts

  @Test(arguments: ["", "-", "+1", "1.0", " 1", "1 ", "--1", "1-", "0x1", "１"])
  func refusesWhatIsNoWholeNumber(_ text: String) {
    #expect(ExactInteger(decimalDigits: text) == nil)
  }

  @Test func writingInGroupsKeepsTheZerosBetweenThem() {
    let power = ExactInteger.power(ofTen: 90)
    #expect(power.description == "1" + String(repeating: "0", count: 90))
    #expect((power + 7).description == "1" + String(repeating: "0", count: 89) + "7")
    #expect((-power).description == "-1" + String(repeating: "0", count: 90))
    #expect((power - 1).description == String(repeating: "9", count: 90))
  }

  @Test(arguments: [(-3, 1), (0, 1), (1, 10), (3, 1_000)] as [(Int, ExactInteger)])
  func powersOfTen(_ exponent: Int, _ value: ExactInteger) {
    #expect(ExactInteger.power(ofTen: exponent) == value)
  }

  // MARK: Greatest common divisor

  @Test(
    arguments: [
      (0, 0, 0), (0, 5, 5), (5, 0, 5), (12, 18, 6), (-12, 18, 6), (12, -18, 6), (-12, -18, 6),
      (17, 13, 1), (Self.least, 2, 2), (Self.least, Self.least, -Self.least),
      (Self.least, 0, -Self.least), (Self.greatest + 1, Self.greatest, 1),
    ] as [(ExactInteger, ExactInteger, ExactInteger)])
  func greatestCommonDivisor(_ left: ExactInteger, _ right: ExactInteger, _ divisor: ExactInteger) {
    #expect(ExactInteger.greatestCommonDivisor(left, right) == divisor)
  }
}
