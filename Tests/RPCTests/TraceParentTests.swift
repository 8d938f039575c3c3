import Testing

@testable import RPC

/// The header `traceparent` (W3C Trace Context, level 1, section 3.2).
@Suite struct TraceParentTests {
  private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let parentID = "00f067aa0ba902b7"

  static let good: [(name: String, text: String, isSampled: Bool)] = [
    ("the example of 3.2.4", "00-\(traceID)-\(parentID)-01", true),
    ("the example that is not sampled", "00-\(traceID)-\(parentID)-00", false),
    ("flags that are reserved, with the first", "00-\(traceID)-\(parentID)-ff", true),
    ("flags that are reserved, without the first", "00-\(traceID)-\(parentID)-fe", false),
    ("a high digit of the flags", "00-\(traceID)-\(parentID)-10", false),
    ("a future version", "01-\(traceID)-\(parentID)-01", true),
    ("the last version", "fe-\(traceID)-\(parentID)-00", false),
    ("a future version with another field", "cc-\(traceID)-\(parentID)-01-what-is-not-known", true),
    ("a future version that ends with a dash", "cc-\(traceID)-\(parentID)-01-", true),
  ]

  @Test(arguments: good.indices) func whatFollowsTheGrammarIsRead(_ index: Int) throws {
    let row = Self.good[index]
    let parent = try #require(TraceParent(parsing: row.text), "\(row.name)")
    #expect(parent.traceID == Self.traceID && parent.parentID == Self.parentID, "\(row.name)")
    #expect(parent.isSampled == row.isSampled, "\(row.name)")
  }

  /// The other example of the specification (2.1).
  @Test func theFieldsAreTakenFromTheirPlaces() {
    let parent = TraceParent(
      parsing: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    #expect(parent?.traceID == "0af7651916cd43dd8448eb211c80319c")
    #expect(parent?.parentID == "b7ad6b7169203331" && parent?.isSampled == true)
  }

  static let zeros = (trace: String(repeating: "0", count: 32), parent: "0000000000000000")

  static let bad: [(name: String, text: String)] = [
    ("nothing", ""), ("version alone", "00"), ("no flags", "00-\(traceID)-\(parentID)"),
    ("one digit of flags", "00-\(traceID)-\(parentID)-0"),
    ("three digits of flags", "00-\(traceID)-\(parentID)-011"),
    ("a field more in version 00", "00-\(traceID)-\(parentID)-01-x"),
    ("a dash more in version 00", "00-\(traceID)-\(parentID)-01-"),
    ("a future version that goes on without a dash", "01-\(traceID)-\(parentID)-01x"),
    ("a future version that goes on with a blank", "01-\(traceID)-\(parentID)-01 -x"),
    ("a future version that is too short", "01-\(traceID)-\(parentID)-0"),
    ("version ff", "ff-\(traceID)-\(parentID)-01"),
    ("version in upper case", "0A-\(traceID)-\(parentID)-01"),
    ("version that is no number", "0g-\(traceID)-\(parentID)-01"),
    ("one digit of version", "0-\(traceID)-\(parentID)-01-"),
    ("three digits of version", "000-\(traceID)-\(parentID)-1"),
    ("trace id in upper case", "00-\(traceID.uppercased())-\(parentID)-01"),
    ("parent id in upper case", "00-\(traceID)-\(parentID.uppercased())-01"),
    ("flags in upper case", "00-\(traceID)-\(parentID)-0A"),
    ("trace id of zeros", "00-\(zeros.trace)-\(parentID)-01"),
    ("parent id of zeros", "00-\(traceID)-\(zeros.parent)-01"),
    ("trace id too short", "00-\(traceID.dropLast())-\(parentID)-01"),
    ("trace id too long", "00-\(traceID)0-\(parentID)-01"),
    ("trace id too short, parent id too long", "00-\(traceID.dropLast())-\(parentID)0-01"),
    ("parent id too short", "00-\(traceID)-\(parentID.dropLast())-01"),
    ("trace id with another letter", "00-\(traceID.dropLast())x-\(parentID)-01"),
    ("parent id with another letter", "00-\(traceID)-\(parentID.dropLast())/-01"),
    ("flags with another letter", "00-\(traceID)-\(parentID)-0:"),
    ("no first dash", "00_\(traceID)-\(parentID)-01"),
    ("no second dash", "00-\(traceID)_\(parentID)-01"),
    ("no third dash", "00-\(traceID)-\(parentID)_01"),
    ("a blank in front", " 00-\(traceID)-\(parentID)-01"),
    ("a blank behind", "00-\(traceID)-\(parentID)-01 "),
    ("letters of several bytes", "00-\(String(repeating: "ä", count: 16))-\(parentID)-01"),
    ("two headers in one", "00-\(traceID)-\(parentID)-01,00-\(traceID)-\(parentID)-01"),
  ]

  @Test(arguments: bad.indices) func whatDoesNotIsPassedOver(_ index: Int) {
    #expect(TraceParent(parsing: Self.bad[index].text) == nil, "\(Self.bad[index].name)")
  }

  /// A byte changed at any place to one that no place allows.
  @Test func everyByteCounts() {
    let text = Array("00-\(Self.traceID)-\(Self.parentID)-01".utf8)
    for position in text.indices {
      var changed = text
      changed[position] = UInt8(ascii: "G")
      #expect(
        TraceParent(parsing: String(decoding: changed, as: UTF8.self)) == nil, "\(position)")
    }
  }
}
