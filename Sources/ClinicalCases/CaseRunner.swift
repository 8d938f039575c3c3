internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
internal import TrialGateServices

/// How a case went.
package struct CaseReport: Sendable {
  package var id: String
  /// The criteria it is about.
  package var covers: [String]
  /// What came out otherwise than expected; empty = the case passed.
  package var differences: [String]

  package init(id: String, covers: [String], differences: [String]) {
    self.id = id
    self.covers = covers
    self.differences = differences
  }
}

/// Runs case files against the built-in trial.
package struct CaseRunner {
  private struct Setup: Hashable {
    var readings: [Reading]
    var upperLimits: [SiteContext.UpperLimit]
  }

  private var services: [Setup: EligibilityService] = [:]

  /// A definition that takes the place of the built-in one; nil = the built-in one.
  private let definition: String?

  package init(definition: String? = nil) {
    self.definition = definition
  }

  /// Whether a file of a directory of cases is one: neither a base nor the index of boundaries.
  package static func isCaseFile(_ name: String) -> Bool {
    name.hasSuffix(".yaml") && !name.hasPrefix("base") && name != "index.yaml"
  }

  /// The ids of a file's cases; a family has one.
  package static func caseIDs(_ text: String) throws -> [String] {
    let cases = try DocumentParser.parse(text).member("cases")?.elements ?? []
    return cases.compactMap { $0.member("id")?.text }
  }

  /// Runs every case of a file.
  ///
  /// - Parameters:
  ///   - text: the file.
  ///   - base: reads the file that the cases change.
  package mutating func run(_ text: String, base: (String) throws -> String) throws -> [CaseReport]
  {
    let root = try DocumentParser.parse(text)
    guard let name = root.member("base")?.text else {
      throw CaseError(description: "the file names no base")
    }
    let patient = try DocumentParser.parse(try base(name))
    var reports: [CaseReport] = []
    for family in root.member("cases")?.elements ?? [] {
      for node in try CaseFamily.cases(family) {
        let single = try ClinicalCase(node)
        reports.append(
          CaseReport(
            id: single.id, covers: single.covers, differences: try differences(single, patient)))
      }
    }
    return reports
  }

  private mutating func service(_ single: ClinicalCase) throws -> EligibilityService {
    let setup = Setup(readings: single.readings, upperLimits: single.upperLimits)
    if let known = services[setup] { return known }
    let configuration =
      if let definition {
        try BuiltInConfiguration.load(
          definition: definition, name: "definition", readings: setup.readings,
          upperLimits: setup.upperLimits)
      } else {
        try BuiltInConfiguration.load(readings: setup.readings, upperLimits: setup.upperLimits)
      }
    let made = EligibilityService(configuration: configuration)
    services[setup] = made
    return made
  }

  private mutating func differences(_ single: ClinicalCase, _ patient: DocumentNode) throws
    -> [String]
  {
    var document = patient
    for change in single.changes { document = try change.applied(to: document) }
    let service: EligibilityService
    do {
      service = try self.service(single)
    } catch {
      return ["the readings do not hold: \(error)"]
    }
    let verdict: Verdict
    do {
      let request = try RequestDocument(node: document)
      let answer = try service.evaluate(request.encoded.span)
      verdict = try EligibilityMessages.answer(Array(answer.dropFirst(5))).verdict
    } catch {
      return ["refused: \(error)"]
    }
    return compare(verdict, single.expectation)
  }

  private func compare(_ verdict: Verdict, _ expected: ClinicalCase.Expectation) -> [String] {
    var differences: [String] = []
    func result(_ id: String) -> CriterionResult? { verdict.results.first { $0.id == id } }
    if let outcome = expected.outcome, outcome != verdict.outcome.rawValue {
      let decisive = verdict.results.filter(\.isDecisive)
        .map { "\($0.id) \($0.outcome.rawValue) \($0.reasons)" }.joined(separator: ", ")
      differences.append(
        "outcome: expected \(outcome), got \(verdict.outcome.rawValue) through \(decisive)")
    }
    for (id, outcome) in expected.results {
      guard let found = result(id) else {
        differences.append("\(id): no such result")
        continue
      }
      if found.outcome.rawValue != outcome {
        differences.append(
          "\(id): expected \(outcome), got \(found.outcome.rawValue) \(found.reasons)")
      }
    }
    for (id, reason) in expected.reasons {
      let reasons = result(id)?.reasons ?? []
      if !reasons.contains(reason) {
        differences.append("\(id): expected reason \(reason), got \(reasons)")
      }
    }
    for (id, concepts) in expected.missing {
      let missing = result(id)?.missing.map(\.concept) ?? []
      for concept in concepts where !missing.contains(concept) {
        differences.append("\(id): expected \(concept) to be missing, got \(missing)")
      }
      if concepts.isEmpty, !missing.isEmpty {
        differences.append("\(id): expected nothing to be missing, got \(missing)")
      }
    }
    for (fact, reason) in expected.issues
    where !verdict.dataIssues.contains(where: { $0.factID == fact && $0.reason == reason }) {
      let found = verdict.dataIssues.map { "\($0.factID) \($0.reason)" }
      differences.append("expected the issue \(fact) \(reason), got \(found)")
    }
    for code in expected.warnings where !verdict.warnings.contains(where: { $0.code == code }) {
      differences.append("expected the warning \(code), got \(verdict.warnings.map(\.code))")
    }
    for code in expected.noWarnings where verdict.warnings.contains(where: { $0.code == code }) {
      differences.append("expected no warning \(code)")
    }
    for (id, when) in expected.passesOn {
      let text = result(id)?.passesOn?.caseText ?? "none"
      if text != when { differences.append("\(id): expected to pass \(when), got \(text)") }
    }
    return differences + expected.settling.differences(verdict)
  }
}
