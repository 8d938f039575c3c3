import EligibilityCore
import Testing

@Suite struct ExactIntervalTests {
  // MARK: Censored values decide only where the whole interval decides

  static let five = ExactInterval(5)
  static let belowFive = ExactInterval.less(than: 5)
  static let atMostFive = ExactInterval.atMost(5)
  static let aboveFive = ExactInterval.greater(than: 5)
  static let atLeastFive = ExactInterval.atLeast(5)

  @Test(
    arguments: [
      // The value itself.
      (five, .less, 5, .false), (five, .lessOrEqual, 5, .true), (five, .greater, 5, .false),
      (five, .greaterOrEqual, 5, .true), (five, .equal, 5, .true), (five, .equal, 6, .false),
      (five, .less, 6, .true), (five, .greater, 4, .true),
      // "<5"
      (belowFive, .less, 5, .true), (belowFive, .lessOrEqual, 5, .true),
      (belowFive, .greaterOrEqual, 5, .false), (belowFive, .greater, 5, .false),
      (belowFive, .equal, 5, .false), (belowFive, .equal, 4, .unknown),
      (belowFive, .less, 4, .unknown), (belowFive, .lessOrEqual, 4, .unknown),
      (belowFive, .greater, 4, .unknown), (belowFive, .less, 6, .true),
      (belowFive, .lessOrEqual, "4.999999", .unknown),
      // "<=5"
      (atMostFive, .less, 5, .unknown), (atMostFive, .lessOrEqual, 5, .true),
      (atMostFive, .greaterOrEqual, 5, .unknown), (atMostFive, .greater, 5, .false),
      (atMostFive, .equal, 5, .unknown), (atMostFive, .equal, 6, .false),
      // ">5"
      (aboveFive, .greater, 5, .true), (aboveFive, .greaterOrEqual, 5, .true),
      (aboveFive, .less, 5, .false), (aboveFive, .lessOrEqual, 5, .false),
      (aboveFive, .equal, 5, .false), (aboveFive, .equal, 6, .unknown),
      (aboveFive, .greater, 6, .unknown), (aboveFive, .lessOrEqual, 6, .unknown),
      (aboveFive, .greater, 4, .true),
      // ">=5"
      (atLeastFive, .greater, 5, .unknown), (atLeastFive, .greaterOrEqual, 5, .true),
      (atLeastFive, .less, 5, .false), (atLeastFive, .lessOrEqual, 5, .unknown),
      (atLeastFive, .equal, 5, .unknown), (atLeastFive, .equal, 4, .false),
      // Nothing is known.
      (ExactInterval.unbounded, .less, 5, .unknown), (ExactInterval.unbounded, .equal, 5, .unknown),
      // ">100" against 120 decides nothing, ">1000" does.
      (ExactInterval.greater(than: 100), .lessOrEqual, 120, .unknown),
      (ExactInterval.greater(than: 1_000), .lessOrEqual, 120, .false),
    ] as [(ExactInterval, ComparisonOperator, ExactRational, Truth)])
  func comparesWithALimit(
    _ value: ExactInterval, _ comparison: ComparisonOperator, _ limit: ExactRational,
    _ truth: Truth
  ) {
    #expect(value.compare(comparison, limit) == truth)
    #expect(value.compare(comparison, ExactInterval(limit)) == truth)
  }

  @Test(
    arguments: [
      (ExactInterval(from: 1, to: 2), .less, ExactInterval(from: 3, to: 4), .true),
      (ExactInterval(from: 1, to: 3), .less, ExactInterval(from: 3, to: 4), .unknown),
      (ExactInterval(from: 1, to: 3), .lessOrEqual, ExactInterval(from: 3, to: 4), .true),
      (ExactInterval(from: 3, to: 4), .less, ExactInterval(from: 1, to: 3), .false),
      (ExactInterval(from: 3, to: 4), .greaterOrEqual, ExactInterval(from: 1, to: 3), .true),
      (ExactInterval(from: 1, to: 4), .less, ExactInterval(from: 2, to: 3), .unknown),
      (ExactInterval(from: 1, to: 2), .equal, ExactInterval(from: 2, to: 3), .unknown),
      (ExactInterval(from: 1, to: 2), .equal, ExactInterval(from: 3, to: 4), .false),
      (belowFive, .less, atLeastFive, .true), (belowFive, .less, aboveFive, .true),
      (atMostFive, .less, aboveFive, .true), (atMostFive, .less, atLeastFive, .unknown),
      (aboveFive, .greater, belowFive, .true), (aboveFive, .equal, belowFive, .false),
      (belowFive, .equal, belowFive, .unknown), (belowFive, .less, .unbounded, .unknown),
    ] as [(ExactInterval, ComparisonOperator, ExactInterval, Truth)])
  func comparesWithAnUncertainLimit(
    _ value: ExactInterval, _ comparison: ComparisonOperator, _ limit: ExactInterval,
    _ truth: Truth
  ) {
    #expect(value.compare(comparison, limit) == truth)
  }

  @Test(arguments: [
    (ComparisonOperator.less, "<"), (.lessOrEqual, "<="), (.greater, ">"),
    (.greaterOrEqual, ">="), (.equal, "="),
  ])
  func signs(_ comparison: ComparisonOperator, _ symbol: String) {
    #expect(comparison.symbol == symbol)
  }

  // MARK: Properties of one interval

  static func open(_ low: ExactRational, _ high: ExactRational) -> ExactInterval {
    ExactInterval(lower: .init(low, isIncluded: false), upper: .init(high, isIncluded: false))
  }

  @Test func points() {
    #expect(Self.five.point == 5)
    #expect(ExactInterval(from: 5, to: 5).point == 5)
    #expect(ExactInterval(from: 5, to: 6).point == nil)
    #expect(Self.open(5, 5).point == nil)
    #expect(Self.belowFive.point == nil)
    #expect(ExactInterval.unbounded.point == nil)
  }

  @Test func emptiness() {
    #expect(ExactInterval(from: 6, to: 5).isEmpty)
    #expect(Self.open(5, 5).isEmpty)
    #expect(
      ExactInterval(lower: .init(5, isIncluded: true), upper: .init(5, isIncluded: false)).isEmpty)
    #expect(!Self.five.isEmpty)
    #expect(!Self.open(5, 6).isEmpty)
    #expect(!Self.belowFive.isEmpty && !Self.aboveFive.isEmpty)
  }

  @Test func sign() {
    #expect(Self.aboveFive.isPositive)
    #expect(ExactInterval.greater(than: 0).isPositive)
    #expect(!ExactInterval.atLeast(0).isPositive)
    #expect(ExactInterval.atLeast(0).isNonNegative)
    #expect(!Self.belowFive.isPositive && !Self.belowFive.isNonNegative)
    #expect(!ExactInterval(from: -1, to: 1).isNonNegative)
  }

  @Test func membership() {
    #expect(Self.belowFive.contains("4.99") && !Self.belowFive.contains(5))
    #expect(Self.atMostFive.contains(5) && !Self.atMostFive.contains("5.01"))
    #expect(Self.aboveFive.contains("5.01") && !Self.aboveFive.contains(5))
    #expect(Self.atLeastFive.contains(5) && !Self.atLeastFive.contains("4.99"))
    #expect(ExactInterval.unbounded.contains(-1_000))
  }

  @Test func reciprocals() {
    #expect(ExactInterval(4).reciprocal() == ExactInterval("0.25"))
    #expect(ExactInterval(from: 2, to: 4).reciprocal() == ExactInterval(from: "0.25", to: "0.5"))
    #expect(Self.open(2, 4).reciprocal() == Self.open("0.25", "0.5"))
    #expect(Self.open(0, 4).reciprocal() == ExactInterval.greater(than: "0.25"))
    #expect(ExactInterval.greater(than: 0).reciprocal() == ExactInterval.greater(than: 0))
    #expect(
      ExactInterval.atLeast(2).reciprocal()
        == ExactInterval(
          lower: .init(0, isIncluded: false), upper: .init("0.5", isIncluded: true)))
    #expect(ExactInterval(0).reciprocal() == nil)
    #expect(ExactInterval.atLeast(0).reciprocal() == nil)
    #expect(ExactInterval(from: -1, to: 1).reciprocal() == nil)
    #expect(Self.belowFive.reciprocal() == nil)
  }

  @Test func productsOfNegativesAreNotComputed() {
    #expect(ExactInterval(from: -1, to: 1).multiplied(by: Self.five) == nil)
    #expect(Self.five.multiplied(by: Self.belowFive) == nil)
  }
}
