import ClinicalCases
import Foundation
import Testing

/// The clinical cases of `Tests/Cases`: every boundary of the formal reading, each side.
@Suite struct ClinicalCasesTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Cases")

  static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter(CaseRunner.isCaseFile).sorted()
  }()

  @Test func thereAreCases() {
    #expect(Self.files.count >= 10)
  }

  @Test(arguments: files) func passes(_ file: String) throws {
    var runner = CaseRunner()
    let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
    let reports = try runner.run(text) {
      try String(contentsOf: Self.folder.appending(path: $0), encoding: .utf8)
    }
    #expect(!reports.isEmpty)
    for report in reports where !report.differences.isEmpty {
      Issue.record("\(file) \(report.id): \(report.differences.joined(separator: "; "))")
    }
  }
}
