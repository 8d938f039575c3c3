import EligibilityCore
import Foundation
import Testing

@testable import MessageCoding

@Suite struct RequestDocumentTests {
  private static func request(
    _ text: String, _ adjust: (inout RequestDocument.Overrides) -> Void = { _ in }
  ) throws -> EvaluationRequest {
    var overrides = RequestDocument.Overrides()
    adjust(&overrides)
    return try Requests.read(RequestDocument(text, overrides: overrides).encoded)
  }

  private static let whole = #"""
    {"stage": "STAGE_INFUSION", "indexDate": "2025-03-15", "cohorts": ["sle"], "detail": "DETAIL_FULL",
     "snapshot": {"asOf": "2025-03-15", "patientRef": "p"}}
    """#

  @Test(arguments: [
    #"{"asOf": "2025-03-15", "patientRef": "p"}"#, "as_of: 2025-03-15\npatient_ref: p\n",
  ])
  func aBareSnapshotNeedsAnIndexDate(_ text: String) throws {
    let error = #expect(throws: DocumentError.self) { try RequestDocument(text) }
    #expect(error?.description.contains("--index-date") == true)
    let request = try Self.request(text) { $0.indexDate = "2025-04-01" }
    #expect(request.stage == .enrolment && request.snapshot.patientRef == "p")
    #expect(request.indexDate == CalendarDate(parsing: "2025-04-01"))
  }

  @Test func withoutOverridesADocumentIsWhatItSays() throws {
    let request = try Self.request(Self.whole)
    #expect(request.stage == .infusion && request.cohorts == ["sle"] && request.detail == .full)
    #expect(request.indexDate == CalendarDate(parsing: "2025-03-15"))
  }

  @Test(arguments: [Self.whole, whole.replacing("indexDate", with: "index_date")])
  func overridesTakeThePlaceOfWhatTheDocumentSays(_ text: String) throws {
    let request = try Self.request(text) {
      $0.indexDate = "2026-01-01"
      $0.stage = "enrolment"
      $0.cohorts = ["pss", "aav"]
      $0.detail = "outcome"
    }
    #expect(request.stage == .enrolment && request.cohorts == ["pss", "aav"])
    #expect(request.detail == .outcome)
    #expect(request.indexDate == CalendarDate(parsing: "2026-01-01"))
  }

  @Test(arguments: ["infusion", "INFUSION", "STAGE_INFUSION", "stage_infusion"])
  func aStageMayBeGivenByEitherName(_ name: String) throws {
    let bare = #"{"asOf": "2025-03-15"}"#
    let request = try Self.request(bare) {
      $0.indexDate = "2025-04-01"
      $0.stage = name
    }
    #expect(request.stage == .infusion)
  }

  @Test func anOverrideThatIsNoneIsNamed() {
    let error = #expect(throws: DocumentError.self) {
      try Self.request(Self.whole) { $0.stage = "x" }
    }
    #expect(error?.faults.map(\.path) == ["stage"])
  }

  @Test(arguments: ["[]", "- a\n", "text", "5"]) func aDocumentIsAnObject(_ text: String) {
    #expect(throws: DocumentError.self) { try RequestDocument(text) }
  }

  private static let examples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy/examples")

  static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: examples.path)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted()
  }()

  @Test func thereAreExamples() {
    #expect(!Self.names.isEmpty)
  }

  @Test(arguments: names) func theExamplesAreRequestsAndComeBack(_ name: String) throws {
    let text = try String(contentsOf: Self.examples.appending(path: name), encoding: .utf8)
    let bytes = try RequestDocument(text).encoded
    #expect(try Requests.read(bytes).snapshot.observations.count > 5)
    let json = try Documents.json(ofRequest: bytes)
    #expect([try RequestDocument(json).encoded] == [bytes])
  }
}
