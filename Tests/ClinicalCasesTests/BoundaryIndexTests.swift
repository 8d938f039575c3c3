import ClinicalCases
import Foundation
import Testing

/// `Tests/Cases/index.yaml` names every boundary of the protocol's reading and the cases on its sides.
@Suite struct BoundaryIndexTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Cases")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func everyBoundaryHasCasesAndEveryCaseABoundary() throws {
    let index = try BoundaryIndex(Self.text("index.yaml"))
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    var cases: [String] = []
    for name in names.filter(CaseRunner.isCaseFile) {
      cases += try CaseRunner.caseIDs(Self.text(name))
    }
    let known = Set(cases)
    #expect(known.count == cases.count, "case ids are unique over all files")
    for entry in index.entries {
      #expect(!entry.cases.isEmpty, "\(entry.criterion): no case stands at '\(entry.boundary)'")
      let missing = entry.cases.filter { !known.contains($0) }
      #expect(missing.isEmpty, "\(entry.criterion): no such case: \(missing)")
    }
    let indexed = Set(index.entries.flatMap(\.cases))
    #expect(known.subtracting(indexed).sorted() == [], "cases that stand at no boundary")
  }

  /// The criteria of this version of the definition that have boundaries.
  @Test(arguments: [
    "C1.1", "C1.2", "C2.1", "C3.1", "C3.2", "C3.3", "C3.4", "C3.5", "C3.6", "C3.7", "C3.8", "C3.9",
    "C3.10", "C4.1", "C4.2", "C4.3", "C5.1", "C5.2", "C5.3", "C5.4", "RR.1", "RR.2", "RR.3", "RR.4",
    "RR.5", "RR.6", "SLE.1", "SLE.2", "SLE.3", "EX1", "EX2", "EX3", "EX4", "EX5", "EX6", "EX7",
    "EX8a",
    "EX8b", "EX8c", "EX8d", "EX9", "EX10", "EX11", "EX12", "EX13", "EX14", "EX15",
  ])
  func isIndexed(_ criterion: String) throws {
    let index = try BoundaryIndex(Self.text("index.yaml"))
    #expect(
      index.entries.contains { $0.criterion == criterion || $0.criterion.hasPrefix(criterion) })
  }
}
