import EligibilityCore
import TestSupport
import Testing

@Suite struct ExactDecimalTests {
  // MARK: Grammar: -?digits[.digits]

  @Test(arguments: [
    "0", "7", "10", "007", "0.0", "0.1", "1.5", "1.50", "88.4", "-0", "-1", "-0.25", "00.10",
    "9999999999999999999999999999999999",
    "-9999999999999999999999999999999999",
    "0.999999999999999999999999999999999",
    "123456789012345678.9012345678901234",
  ])
  func followsTheGrammar(_ text: String) throws {
    let value = try ExactDecimal(parsing: text)
    #expect(try ExactDecimal(parsing: text.utf8) == value)
  }

  @Test(arguments: [
    ("", ExactDecimal.ParseError.empty),
    ("-", .malformed), (".", .malformed), ("-.", .malformed),
    (".5", .malformed), ("-.5", .malformed), ("5.", .malformed), ("-5.", .malformed),
    ("+5", .malformed), ("--5", .malformed), ("5-", .malformed), ("1-2", .malformed),
    ("1.2.3", .malformed), ("1..2", .malformed), ("1,5", .malformed),
    (" 1", .malformed), ("1 ", .malformed), ("1\n", .malformed), ("1 000", .malformed),
    ("1e5", .malformed), ("1E-5", .malformed), ("0x10", .malformed), ("1_000", .malformed),
    ("NaN", .malformed), ("inf", .malformed), ("<5", .malformed), ("½", .malformed),
    ("１２", .malformed), ("٣", .malformed), ("−5", .malformed), ("1\u{0}", .malformed),
  ])
  func refusesEverythingElse(_ text: String, _ error: ExactDecimal.ParseError) {
    #expect(throws: error) { try ExactDecimal(parsing: text) }
  }

  // MARK: Size

  /// Zeros are digits, too, wherever they stand: the limit is one of the text.
  @Test(arguments: [
    String(repeating: "1", count: 34),
    "0." + String(repeating: "0", count: 33),
    "-" + String(repeating: "9", count: 17) + "." + String(repeating: "9", count: 17),
  ])
  func takesThirtyFourDigits(_ text: String) throws {
    #expect(try ExactDecimal(parsing: text).description == text)
  }

  @Test func leadingZerosAreTakenAndNotKept() throws {
    let text = String(repeating: "0", count: 33) + "7"
    #expect(try ExactDecimal(parsing: text).description == "7")
  }

  @Test(arguments: [
    String(repeating: "1", count: 35),
    String(repeating: "0", count: 35),
    "0." + String(repeating: "0", count: 34),
    "-" + String(repeating: "9", count: 18) + "." + String(repeating: "9", count: 17),
  ])
  func refusesThirtyFive(_ text: String) {
    #expect(throws: ExactDecimal.ParseError.tooManyDigits) { try ExactDecimal(parsing: text) }
  }

  /// Whatever a text of more than 40 characters holds, it is no decimal.
  @Test(arguments: ["0", "1", ".", "-", "x", " "])
  func refusesLongTexts(_ character: String) {
    for count in [41, 1_000, 100_000] {
      #expect(throws: ExactDecimal.ParseError.self) {
        try ExactDecimal(parsing: String(repeating: character, count: count))
      }
    }
  }

  // MARK: Equality and order are those of the numbers

  @Test(
    arguments: [
      ("1.0", "1.00"), ("1", "1.0"), ("01", "1"), ("0", "-0"), ("0", "0.000"), ("-0.0", "0"),
      ("-1.50", "-1.5"), ("100", "100.00"),
      ("0.1", "0.100000000000000000000000000000000"),
      ("10", "10.00000000000000000000000000000000"),
    ] as [(ExactDecimal, ExactDecimal)])
  func writingsOfOneNumberAreEqual(_ first: ExactDecimal, _ second: ExactDecimal) {
    #expect(first == second)
    #expect(first.hashValue == second.hashValue)
    #expect(Set([first, second]).count == 1)
    #expect(!(first < second) && !(second < first))
    #expect(first.rational == second.rational)
  }

  /// In ascending order; neighbours differ as little as can be written.
  static let ascending: [ExactDecimal] = [
    "-9999999999999999999999999999999999", "-9999999999999999999999999999999998",
    "-10", "-1.5", "-1.49", "-1", "-0.999999999999999999999999999999999",
    "-0.000000000000000000000000000000001", "0", "0.000000000000000000000000000000001", "0.05",
    "0.1", "0.11", "0.9", "1", "1.000000000000000000000000000000001", "1.01", "9", "9.5", "10",
    "9999999999999999999999999999999998", "9999999999999999999999999999999999",
  ]

  @Test func orderIsThatOfTheNumbers() {
    for (position, first) in Self.ascending.enumerated() {
      for (other, second) in Self.ascending.enumerated() {
        #expect((first < second) == (position < other), "\(first) < \(second)")
        #expect((first == second) == (position == other), "\(first) == \(second)")
      }
    }
  }

  @Test(
    arguments: [
      ("0", false, true), ("-0", false, true), ("0.00", false, true), ("1", false, false),
      ("-1", true, false), ("-0.01", true, false),
    ] as [(ExactDecimal, Bool, Bool)])
  func sign(_ value: ExactDecimal, _ isNegative: Bool, _ isZero: Bool) {
    #expect(value.isNegative == isNegative)
    #expect(value.isZero == isZero)
  }

  // MARK: Writing

  /// A value is shown with the digits that it was given with: 1.50 stays 1.50.
  @Test(arguments: ["0", "1.50", "0.10", "-0.05", "100", "0.000", "123.456000", "-12.0"])
  func isWrittenAsItWasGiven(_ text: String) throws {
    #expect(try ExactDecimal(parsing: text).description == text)
  }

  @Test(arguments: [Int.min, -1, 0, 1, 42, Int.max])
  func wholeNumbers(_ value: Int) {
    #expect(ExactDecimal(value).description == String(value))
    #expect(ExactDecimal(value).rational == ExactRational(value))
  }

  /// The fraction behind a decimal: digits over a power of ten, against the same made by hand.
  @Test func isTheFractionOfItsDigits() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let before = generator.digits(generator.number(in: 1...17))
      let after = generator.digits(generator.number(in: 1...17))
      let sign = generator.pick(["", "-"])
      let value = try ExactDecimal(parsing: "\(sign)\(before).\(after)")
      let top = try #require(ExactInteger(decimalDigits: sign + before + after))
      let bottom = try #require(
        ExactInteger(decimalDigits: "1" + String(repeating: "0", count: after.count)))
      #expect(
        value.rational == ExactRational(numerator: top, denominator: bottom), "\(value)")
    }
  }
}
