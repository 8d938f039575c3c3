import EligibilityCore
import TestSupport
import Testing

/// Powers, and roots that are only read.
@Suite struct PowerTests {
  @Test(
    arguments: [
      ("2", 10, "1024"), ("-2", 3, "-8"), ("2/3", 4, "16/81"), ("-2/3", 2, "4/9"), ("0", 5, "0"),
      ("7", 1, "7"), ("7", 0, "1"), ("0", 0, "1"), ("7", -2, "1"), ("1.73", 2, "2.9929"),
    ] as [(ExactRational, Int, ExactRational)])
  func powers(_ base: ExactRational, _ exponent: Int, _ power: ExactRational) {
    #expect(base.power(exponent) == power)
  }

  /// A power is the product of so many factors, and is in lowest terms like any fraction.
  @Test func powersAreProducts() throws {
    var generator = SeededGenerator(seed: 50)
    for _ in 0..<60 {
      let top = try #require(ExactInteger(decimalDigits: generator.digits(12)))
      let bottom = try #require(ExactInteger(decimalDigits: generator.digits(12)))
      guard let base = ExactRational(numerator: top, denominator: bottom) else { continue }
      let (first, second) = (generator.number(in: 0...12), generator.number(in: 0...12))
      let power = base.power(first + second)
      #expect(power == base.power(first) * base.power(second))
      #expect(power.hashValue == (base.power(first) * base.power(second)).hashValue)
      #expect(ExactInteger.greatestCommonDivisor(power.numerator, power.denominator) == 1)
    }
  }

  @Test(
    arguments: [
      ("900", 2, "30.00"), ("2", 2, "1.41"), ("899.99", 2, "29.99"), ("0", 2, "0.00"),
      ("0.00001", 2, "0.00"), ("1", 40, "1.00"), ("1024", 10, "2.00"), ("1023.99", 10, "1.99"),
      ("1000000000000", 2, "1000000.00"), ("9999999999999", 2, "1000000.00"),
    ] as [(ExactRational, Int, String)])
  func roots(_ value: ExactRational, _ degree: Int, _ text: String) {
    #expect(value.rootText(degree: degree) == text)
  }

  @Test func powersOfIntervals() {
    let interval = ExactInterval(
      lower: .init(2, isIncluded: false), upper: .init(3, isIncluded: true))
    #expect(
      interval.power(3)
        == ExactInterval(lower: .init(8, isIncluded: false), upper: .init(27, isIncluded: true)))
    #expect(ExactInterval.atLeast(2).power(2) == .atLeast(4))
    #expect(interval.power(1) == interval)
    #expect(interval.power(0) == nil)
    #expect(ExactInterval(from: -1, to: 1).power(2) == nil)
    #expect(ExactInterval.less(than: 3).power(2) == nil)
  }
}
