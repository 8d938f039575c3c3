import Foundation
import Testing
import TrialGateClient

/// The lines that the README shows for Swift, as they stand there.
private func example(_ request: EvaluationRequest, _ secret: String) async throws {
  // README
  let client = try TrialGateClient(to: ["trialgate.example:50051"], token: { secret })
  let answer = try await client.evaluate(request)
  print(answer.verdict.outcome)

  let cohort = try await client.configuration.cohort(named: "trials/nct06373081/cohorts/sle")
  _ = try await client.configuration.updateCohort(
    named: cohort.resource.name, state: .paused,
    MutationHeader(etag: cohort.etag, reason: "interim analysis"))
  for try await event in client.configuration.changes() { print(event.content) }
  // end
}

struct ReadmeExampleTests {
  @Test func theReadmeShowsWhatCompiles() throws {
    let own = URL(filePath: #filePath)
    let root = own.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func between(_ file: URL, _ begin: String, _ end: String) throws -> String {
      let text = try String(contentsOf: file, encoding: .utf8)
      let from = try #require(text.range(of: begin)).upperBound
      let to = try #require(text.range(of: end, range: from..<text.endIndex)).lowerBound
      return text[from..<to].split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        .joined(separator: "\n")
    }
    let shown = try between(root.appending(path: "README.md"), "```swift\n", "```")
    #expect(try between(own, "// README\n", "// end") == shown)
  }
}
