import CohortConfiguration
import TestSupport
import Testing

struct ListFilterTests {
  private static let fields = ["id", "state", "cap", "tags"]

  private static func filter(_ text: String) throws(ConfigurationRefusal) -> ListFilter {
    try ListFilter(text, fields: fields, numbers: ["cap"])
  }

  private static func value(_ field: String) -> ListValue {
    switch field {
    case "id": .text("s2")
    case "state": .text("OPEN \"x\" \\")
    case "cap": .number(10)
    default: .texts(["ann", "bob"])
    }
  }

  @Test(arguments: [
    ("", true), ("   ", true), ("id = s2", true), ("id=s2", true), ("id = \"s2\"", true),
    ("id = s3", false), ("id != s3", true), ("id != s2", false), ("id : s", true),
    ("id : \"\"", true),
    ("id : x", false), ("id < s3", true), ("id < s2", false), ("id <= s2", true), ("id > s1", true),
    ("id >= s2", true), ("id > s2", false), ("cap = 10", true), ("cap < 9", false),
    ("cap > 9", true),
    ("cap >= 10 AND cap <= 10", true), ("cap != 10", false), ("cap > -1", true),
    ("state = \"OPEN \\\"x\\\" \\\\\"", true), ("tags = ann", true), ("tags : ob", true),
    ("tags = eve", false), ("tags != eve", true), ("tags != bob", false),
    ("id = s2 AND tags = bob", true), ("id = s2 AND tags = eve", false),
  ])
  func comparisons(_ text: String, _ holds: Bool) throws {
    #expect(try Self.filter(text).holds(Self.value) == holds)
  }

  @Test(arguments: [
    "id", "id =", "= s2", "id s2", "id == s2", "id = s2 OR id = s3", "id = s2 and id = s3",
    "id = s2 AND", "AND", "id = s2 id = s3", "(id = s2)", "NOT id = s2", "-id = s2", "other = s2",
    "id = \"s2", "id = \"s\\n\"", "cap = ten", "cap : 1", "cap = 99999999999999999999", "id = é",
    "state = OPEN*", "id = 's2'", String(repeating: " ", count: 1_001),
    Array(repeating: "id = s2", count: 21).joined(separator: " AND "),
  ])
  func malformed(_ text: String) {
    let refusal = #expect(throws: ConfigurationRefusal.self) { try Self.filter(text) }
    #expect(refusal?.situation == .validationFailed)
    #expect(refusal?.faults.map(\.field) == ["filter"])
  }

  @Test func twentyComparisonsAndAThousandBytesAreAllowed() throws {
    let twenty = Array(repeating: "id = s2", count: 20).joined(separator: " AND ")
    #expect(try Self.filter(twenty).holds(Self.value))
    let long = "id = \"\(String(repeating: "x", count: 993))\""
    #expect(long.utf8.count == 1_000)
    _ = try Self.filter(long)
  }

  /// Any text is parsed or refused, in time that grows with its length alone.
  @Test func anyTextIsReadInAMillisecond() {
    let pieces = [
      "id", "cap", "=", "!=", "<", "\"", "\\", " ", "AND", "10", "(", "é", "\u{0}", ":", "-", "s2",
    ]
    var generator = SeededGenerator(seed: 4)
    let clock = ContinuousClock()
    var slowest = Duration.zero
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...40, using: &generator)
      let text = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
      let time = clock.measure {
        if let filter = try? Self.filter(text) { _ = filter.holds(Self.value) }
        _ = try? ListOrder(text, fields: Self.fields)
      }
      slowest = max(slowest, time)
    }
    // A machine that does something else in between is given time.
    #expect(slowest < .milliseconds(100))
    let typical = clock.measure {
      for _ in 0..<100 {
        _ = try? Self.filter(String(repeating: "id=\"", count: 250))
      }
    }
    #expect(typical / 100 < .milliseconds(10), "debug builds are slower by an order")
  }

  @Test(arguments: [
    "other", "id,", ",", "id desc desc", "id, id", "id down", "desc", "id desc, cap asc, id",
    String(repeating: "x", count: 1_001),
  ])
  func malformedOrders(_ text: String) {
    let refusal = #expect(throws: ConfigurationRefusal.self) {
      try ListOrder(text, fields: Self.fields)
    }
    #expect(refusal?.faults.map(\.field) == ["order_by"])
  }

  @Test func moments() {
    for (milliseconds, text) in [
      (0, "1970-01-01T00:00:00.000Z"), (1_750_000_000_001, "2025-06-15T15:06:40.001Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)] {
      #expect(ConfigurationTime.text(milliseconds) == text)
      #expect(ConfigurationTime.milliseconds(text) == milliseconds)
    }
    for text in ["", "2025", "2025-06-15T15:06:40Z", "2025-06-15T15:06:40.0001Z"] {
      #expect(ConfigurationTime.milliseconds(text) == nil)
    }
  }
}
