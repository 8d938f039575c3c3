internal import EligibilityCore
internal import MessageCoding

/// A case that a clinician can check: a patient, what is changed, and what must come out.
struct ClinicalCase {
  var id: String
  /// The criteria it is about.
  var covers: [String]
  var changes: [DocumentChange]
  var readings: [Reading]
  /// The site's reference ranges.
  var upperLimits: [SiteContext.UpperLimit]
  var expectation: Expectation

  /// What must come out; what is not said is not compared.
  struct Expectation {
    var outcome: String?
    /// Outcome by criterion.
    var results: [(id: String, outcome: String)]
    /// A reason that must be among those of a criterion.
    var reasons: [(id: String, reason: String)]
    /// Concepts that must be listed as missing under a criterion.
    var missing: [(id: String, concepts: [String])]
    /// Data issues by fact.
    var issues: [(fact: String, reason: String)]
    /// Codes of warnings.
    var warnings: [String]
    /// Codes of warnings that must not come.
    var noWarnings: [String]
    /// When a failed criterion passes: a date, `never`, or a condition.
    var passesOn: [(id: String, when: String)]
    /// Settle sets and times.
    var settling: SettlingExpectation
  }

  init(_ node: DocumentNode) throws(CaseError) {
    guard let id = node.member("id")?.text, let expect = node.member("expect") else {
      throw CaseError(description: "line \(node.line): a case needs an id and what to expect")
    }
    self.id = id
    covers = node.member("covers")?.elements.compactMap(\.text) ?? []
    changes = []
    for change in node.member("changes")?.elements ?? [] {
      changes.append(try DocumentChange(change))
    }
    readings = (node.member("readings")?.members ?? []).map {
      Reading(knob: $0.key, value: $0.node.text ?? "")
    }
    upperLimits = []
    for row in node.member("site_upper_limits")?.elements ?? [] {
      upperLimits.append(try Self.upperLimit(row))
    }
    func pairs(_ name: String) -> [(String, String)] {
      (expect.member(name)?.members ?? []).map { ($0.key, $0.node.text ?? "") }
    }
    expectation = Expectation(
      outcome: expect.member("outcome")?.text,
      results: pairs("results").map { (id: $0.0, outcome: $0.1) },
      reasons: pairs("reasons").map { (id: $0.0, reason: $0.1) },
      missing: (expect.member("missing")?.members ?? []).map {
        (id: $0.key, concepts: $0.node.elements.compactMap(\.text))
      },
      issues: (expect.member("issues")?.elements ?? []).map {
        (fact: $0.member("fact")?.text ?? "", reason: $0.member("reason")?.text ?? "")
      },
      warnings: (expect.member("warnings")?.elements ?? []).compactMap(\.text),
      noWarnings: (expect.member("no_warnings")?.elements ?? []).compactMap(\.text),
      passesOn: pairs("passes_on").map { (id: $0.0, when: $0.1) },
      settling: try SettlingExpectation(expect))
    let known: Set<String> = [
      "outcome", "results", "reasons", "missing", "issues", "warnings", "no_warnings",
      "passes_on",
    ]
    let all = known.union(SettlingExpectation.keys)
    if let other = expect.members.first(where: { !all.contains($0.key) }) {
      throw CaseError(description: "case \(id): '\(other.key)' is nothing to expect")
    }
    if expect.members.isEmpty {
      throw CaseError(description: "case \(id): it expects nothing, so it could not fail")
    }
  }

  private static func upperLimit(_ node: DocumentNode) throws(CaseError) -> SiteContext.UpperLimit {
    guard let concept = node.member("concept")?.text, let unit = node.member("unit")?.text,
      let text = node.member("value")?.text, let value = try? ExactDecimal(parsing: text)
    else {
      throw CaseError(description: "line \(node.line): a limit needs concept, value and unit")
    }
    func whole(_ name: String) -> Int? { node.member(name)?.text.flatMap { Int($0) } }
    return SiteContext.UpperLimit(
      concept: concept, sex: node.member("sex")?.text.flatMap { Sex(rawValue: $0) },
      fromAge: whole("from_age"), toAge: whole("to_age"), limit: Quantity(value: value, unit: unit))
  }
}

/// A case file that cannot be run.
package struct CaseError: Error, Sendable, CustomStringConvertible {
  package var description: String
}
