import EligibilityCore
import TestSupport
import Testing

@Suite struct ExactRationalTests {
  // MARK: One value has one representation

  @Test(arguments: [
    (2, 4, 1, 2), (-2, 4, -1, 2), (2, -4, -1, 2), (-2, -4, 1, 2), (0, 7, 0, 1), (0, -7, 0, 1),
    (7, 7, 1, 1), (6, 3, 2, 1), (1, 3, 1, 3),
  ])
  func isReduced(_ top: Int, _ bottom: Int, _ numerator: Int, _ denominator: Int) throws {
    let value = try #require(
      ExactRational(numerator: ExactInteger(top), denominator: ExactInteger(bottom)))
    #expect(value.numerator == ExactInteger(numerator))
    #expect(value.denominator == ExactInteger(denominator))
  }

  @Test func aDenominatorOfZeroIsNoFraction() {
    #expect(ExactRational(numerator: 1, denominator: 0) == nil)
    #expect(ExactRational(numerator: 0, denominator: 0) == nil)
    #expect(ExactRational.one.dividing(by: .zero) == nil)
    #expect(ExactRational.zero.dividing(by: .zero) == nil)
  }

  /// The least value of 128 bits cannot be negated within them.
  @Test func theLeastDenominator() throws {
    let least = ExactInteger(Int128.min)
    let value = try #require(ExactRational(numerator: 1, denominator: least))
    #expect(value.numerator == -1)
    #expect(value.denominator == -least)
    let one = try #require(ExactRational(numerator: least, denominator: least))
    #expect(one == .one)
  }

  // MARK: Texts

  @Test(arguments: [
    ("88.4", 884, 10), ("1/1000", 1, 1_000), ("20/3", 20, 3), ("0.5/0.25", 2, 1), ("-1/2", -1, 2),
    ("1/-2", -1, 2), ("3", 3, 1), ("0/5", 0, 1),
  ])
  func decimalsAndRatios(_ text: String, _ top: Int, _ bottom: Int) throws {
    let value = try #require(ExactRational(ratioText: text))
    #expect(
      value == ExactRational(numerator: ExactInteger(top), denominator: ExactInteger(bottom)))
  }

  @Test(arguments: ["", "/", "1/", "/2", "1/0", "1/0.0", "1/2/3", "a", "1 / 2", "1e3", "½"])
  func refusesEverythingElse(_ text: String) {
    #expect(ExactRational(ratioText: text) == nil)
  }

  // MARK: Writing

  @Test(
    arguments: [
      ("1/3", 0, "0"), ("2/3", 0, "1"), ("1/2", 0, "1"), ("-1/2", 0, "-1"), ("-1/3", 0, "0"),
      ("1/3", 6, "0.333333"), ("2/3", 6, "0.666667"), ("1/8", 2, "0.13"), ("-1/8", 2, "-0.13"),
      ("0.0000004", 6, "0.000000"), ("-0.0000004", 6, "0.000000"), ("0.0000005", 6, "0.000001"),
      ("1.5", 3, "1.500"), ("999.9995", 3, "1000.000"), ("12", 0, "12"), ("12", -3, "12"),
    ] as [(ExactRational, Int, String)])
  func roundsHalfAwayFromZeroForReading(_ value: ExactRational, _ digits: Int, _ text: String) {
    #expect(value.decimalText(fractionDigits: digits) == text)
  }

  @Test(
    arguments: [
      ("1/8", "0.125"), ("1.50", "1.5"), ("-3/40", "-0.075"), ("7", "7"), ("0", "0"),
      ("1/3", nil), ("20/3", nil), ("1/1024", "0.0009765625"),
    ] as [(ExactRational, String?)])
  func finiteDecimals(_ value: ExactRational, _ text: String?) {
    #expect(value.exactDecimalText == text)
  }

  /// A decimal is finite but too long to be read.
  @Test func longDecimalsAreWrittenAsRatios() throws {
    let bottom = ExactInteger.power(ofTen: 70)
    let value = try #require(ExactRational(numerator: 1, denominator: bottom))
    #expect(value.exactDecimalText == nil)
    #expect(value.description == "1/\(bottom)")
  }

  // MARK: Field and order

  private func numbers(seed: UInt64, count: Int) throws -> [ExactRational] {
    var generator = SeededGenerator(seed: seed)
    var found: [ExactRational] = [0, 1, -1, "1/3", "-1/3", "0.1", "88.4", "20/3"]
    while found.count < count {
      let top = generator.pick(["", "-"]) + generator.digits(generator.number(in: 1...45))
      let bottom = generator.digits(generator.number(in: 1...45))
      let numerator = try #require(ExactInteger(decimalDigits: top))
      let denominator = try #require(ExactInteger(decimalDigits: bottom))
      if let value = ExactRational(numerator: numerator, denominator: denominator) {
        found.append(value)
      }
    }
    return found
  }

  @Test func fieldLaws() throws {
    let numbers = try numbers(seed: 10, count: 40)
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<150 {
      let (a, b, c) = (
        generator.pick(numbers), generator.pick(numbers), generator.pick(numbers)
      )
      #expect(a + b == b + a)
      #expect(a * b == b * a)
      #expect((a + b) + c == a + (b + c))
      #expect((a * b) * c == a * (b * c))
      #expect(a * (b + c) == a * b + a * c)
      #expect(a - a == .zero)
      #expect(-(-a) == a)
      #expect(a * .one == a && a + .zero == a)
      if let quotient = a.dividing(by: b) {
        #expect(quotient * b == a)
      } else {
        #expect(b.isZero)
      }
      #expect((a + b).hashValue == (b + a).hashValue)
    }
  }

  /// Order against cross-multiplication on paper, and what order must keep.
  @Test func orderIsThatOfTheNumbers() throws {
    let numbers = try numbers(seed: 12, count: 40)
    for a in numbers {
      for b in numbers {
        let left =
          SchoolbookNumber(a.numerator.description) * SchoolbookNumber(b.denominator.description)
        let right =
          SchoolbookNumber(b.numerator.description) * SchoolbookNumber(a.denominator.description)
        #expect((a < b) == (left < right), "\(a) < \(b)")
        #expect((a == b) == (left == right))
        #expect((a < b) == ((a - b).signum < 0))
      }
    }
  }

  @Test func isInLowestTerms() throws {
    let numbers = try numbers(seed: 13, count: 40)
    for a in numbers {
      for b in numbers.prefix(10) {
        for value in [a + b, a * b, a - b] {
          #expect(value.denominator.signum == 1)
          #expect(
            ExactInteger.greatestCommonDivisor(value.numerator, value.denominator) == 1)
        }
      }
    }
  }
}
