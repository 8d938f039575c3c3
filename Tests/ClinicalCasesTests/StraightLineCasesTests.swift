import Foundation
import MessageCoding
import Testing

@testable import ClinicalCases
@testable import TrialGateServices

/// The requests and verdicts of the clinical cases, in one pass and by libprotobuf-c.
@Suite struct StraightLineCasesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Cases")

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { CaseRunner.isCaseFile($0) }.sorted()
  }

  /// The encoded requests of the cases of a file.
  private static func requests(_ file: String) throws -> [(id: String, bytes: [UInt8])] {
    let root = try DocumentParser.parse(text(file))
    let base = try #require(root.member("base")?.text)
    let patient = try DocumentParser.parse(text(base))
    return try (root.member("cases")?.elements ?? []).flatMap { family in
      try CaseFamily.cases(family).map { node in
        let single = try ClinicalCase(node)
        var document = patient
        for change in single.changes { document = try change.applied(to: document) }
        return (single.id, try RequestDocument(node: document).encoded)
      }
    }
  }

  @Test(arguments: try files()) func everyRequest(_ file: String) throws {
    let requests = try Self.requests(file)
    #expect(!requests.isEmpty)
    for (id, bytes) in requests {
      let taken = EligibilityMessages.straightLineRequest(bytes.span)
      let request = try #require(taken, "\(id)")
      let expected = try EligibilityMessages.unpackedRequest(bytes.span)
      // Written again they are the same in every field.
      #expect(
        EligibilityMessages.bytes(of: request) == EligibilityMessages.bytes(of: expected), "\(id)")
    }
  }

  /// One case of every file: evaluating them all is what `trialgate test` does.
  @Test func someVerdicts() throws {
    let service = EligibilityService(configuration: try BuiltInConfiguration.load())
    for file in try Self.files() {
      let (id, bytes) = try #require(try Self.requests(file).last)
      let written = try service.evaluate(bytes.span)
      let answer = try EligibilityMessages.answer(Array(written.dropFirst(5)))
      let packed = EligibilityMessages.packedBytes(of: answer, headroom: 5)
      #expect(written == packed, "\(file) \(id)")
      // The texts of the facts stand in other places here, and the evidence is in words.
      let request = try EligibilityMessages.unpackedRequest(bytes.span)
      let other = try service.decide(request, on: nil)
      #expect(written == EligibilityMessages.packedBytes(of: other, headroom: 5), "\(file) \(id)")
      #expect(answer == other, "\(file) \(id)")
    }
  }
}
