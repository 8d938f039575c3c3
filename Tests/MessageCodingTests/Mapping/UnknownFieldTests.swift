import EligibilityCore
import Testing

@testable import MessageCoding

/// A field that this version does not know makes the fact that holds it unusable, and no other.
@Suite struct UnknownFieldTests {
  private static let unknown = WireBytes.number(FieldNumber.unknown, 7)

  private static func observation(_ id: String, _ more: [UInt8] = []) -> [UInt8] {
    WireBytes.message(
      FieldNumber.observations,
      WireBytes.text(1, id) + WireBytes.number(2, 1)
        + WireBytes.message(3, WireBytes.text(1, "alt")) + WireBytes.number(6, 1) + more)
  }

  private static func request(_ snapshot: [UInt8], _ more: [UInt8] = []) -> [UInt8] {
    WireBytes.message(
      FieldNumber.snapshot, WireBytes.text(FieldNumber.asOf, "2025-03-15") + snapshot)
      + WireBytes.number(FieldNumber.stage, 1)
      + WireBytes.text(FieldNumber.indexDate, "2025-03-15") + more
  }

  static let within: [(name: String, more: [UInt8])] = [
    ("the fact", unknown),
    ("its quantity", WireBytes.message(5, WireBytes.text(1, "1") + unknown)),
    ("its range", WireBytes.message(7, unknown)),
    (
      "a limit of its range",
      WireBytes.message(7, WireBytes.message(2, WireBytes.text(1, "1") + unknown))
    ),
    (
      "a coding",
      WireBytes.message(8, WireBytes.text(1, "s") + WireBytes.text(2, "c") + unknown)
    ),
  ]

  @Test(arguments: within.indices) func aFactWithAnUnknownFieldIsMarked(_ index: Int) throws {
    let row = Self.within[index]
    let request = try Requests.read(
      Self.request(
        Self.observation("a") + Self.observation("b", row.more) + Self.observation("c")))
    let marks = request.snapshot.observations.map(\.hasUnknownFields)
    #expect(marks == [false, true, false], "\(row.name)")
    #expect(!request.snapshot.hasUnknownFields)
  }

  static let outside: [(name: String, request: [UInt8])] = [
    ("the request", request(observation("a"), unknown)),
    ("the snapshot", request(observation("a") + unknown)),
    (
      "a reviewed section",
      request(
        observation("a")
          + WireBytes.message(
            FieldNumber.reviewed,
            WireBytes.number(1, 1) + WireBytes.text(2, "2025-03-15") + unknown))
    ),
    (
      "the enrolment record",
      request(observation("a"), WireBytes.message(12, unknown))
    ),
  ]

  @Test(arguments: outside.indices) func whatIsOutsideTheFactsMarksTheSnapshot(
    _ index: Int
  ) throws {
    let snapshot = try Requests.read(Self.outside[index].request).snapshot
    #expect(snapshot.hasUnknownFields, "\(Self.outside[index].name)")
    #expect(snapshot.observations.map(\.hasUnknownFields) == [false])
  }

  /// A fact of every family, each followed by one that is known whole.
  static let families: [(name: String, number: UInt64, fact: [UInt8])] = [
    ("medications", 3, WireBytes.message(3, WireBytes.text(1, "x"))),
    ("conditions", 4, WireBytes.message(3, WireBytes.text(1, "x"))),
    ("attestations", 5, WireBytes.message(3, WireBytes.text(1, "x")) + WireBytes.number(4, 1)),
    ("assessments", 6, WireBytes.message(3, WireBytes.text(1, "x"))),
    ("allergies", 11, []), ("trial_participations", 12, []), ("consents", 13, []),
    ("procedures", 14, WireBytes.message(3, WireBytes.text(1, "x"))),
  ]

  @Test(arguments: families.indices) func factsOfEveryFamilyAreMarked(_ index: Int) throws {
    let row = Self.families[index]
    func fact(_ id: String, _ more: [UInt8]) -> [UInt8] {
      WireBytes.message(
        row.number, WireBytes.text(1, id) + WireBytes.number(2, 1) + row.fact + more)
    }
    let snapshot = try Requests.read(Self.request(fact("a", Self.unknown) + fact("b", []))).snapshot
    let marks =
      snapshot.medications.map(\.hasUnknownFields) + snapshot.conditions.map(\.hasUnknownFields)
      + snapshot.attestations.map(\.hasUnknownFields)
      + snapshot.assessments.map(\.hasUnknownFields) + snapshot.allergies.map(\.hasUnknownFields)
      + snapshot.trialParticipations.map(\.hasUnknownFields)
      + snapshot.consents.map(\.hasUnknownFields) + snapshot.procedures.map(\.hasUnknownFields)
    #expect(marks == [true, false], "\(row.name)")
    #expect(!snapshot.hasUnknownFields)
  }
}
