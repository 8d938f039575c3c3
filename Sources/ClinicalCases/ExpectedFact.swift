internal import EligibilityCore
internal import MessageCoding

/// A fact that a case expects in a settle set or among what is to be repeated: `alt`,
/// `alt <= 3 x ULN`, `hcg_ql_serum 2025-03-23`.
struct ExpectedFact: CustomStringConvertible {
  /// Id of the concept.
  var concept: String
  /// What must stand beside it; nil = not compared.
  var detail: String?

  /// Reads the concept and, behind the first space, the detail.
  init(_ node: DocumentNode) throws(CaseError) {
    let parts = (node.text ?? "").split(separator: " ", maxSplits: 1)
    guard let first = parts.first else {
      throw CaseError(description: "line \(node.line): a fact is a concept, alone or with more")
    }
    concept = String(first)
    detail = parts.count == 2 ? String(parts[1]) : nil
  }

  var description: String { detail.map { "\(concept) \($0)" } ?? concept }

  /// Whether a fact of a settle set is the one expected.
  func isIn(_ fact: MissingFact) -> Bool {
    fact.concept == concept && (detail == nil || detail == fact.settlingValues)
  }

  /// Whether a fact that is to be repeated is the one expected; the detail is its first day.
  func isRepeated(_ fact: MissingFact) -> Bool {
    fact.concept == concept && (detail == nil || detail == fact.notBefore?.description)
  }

  /// The facts of a list; nil where it is not there.
  static func list(_ node: DocumentNode?) throws(CaseError) -> [ExpectedFact]? {
    guard let node else { return nil }
    return try CaseError.elements(of: node).map { element throws(CaseError) in
      try ExpectedFact(element)
    }
  }

  /// The sets of a list of lists; nil where it is not there.
  static func sets(_ node: DocumentNode?) throws(CaseError) -> [[ExpectedFact]]? {
    guard let node else { return nil }
    var sets: [[ExpectedFact]] = []
    for element in try CaseError.elements(of: node) {
      guard let facts = try list(element), !facts.isEmpty else {
        throw CaseError(description: "line \(element.line): a settle set has a fact or more")
      }
      sets.append(facts)
    }
    return sets
  }
}

extension CaseError {
  /// The elements of a list.
  static func elements(of node: DocumentNode) throws(CaseError) -> [DocumentNode] {
    guard case .array(let elements) = node.value else {
      throw CaseError(description: "line \(node.line): this is a list")
    }
    return elements
  }

  /// A text; nil where it is not there.
  static func text(of node: DocumentNode?) throws(CaseError) -> String? {
    guard let node else { return nil }
    guard let text = node.text else {
      throw CaseError(description: "line \(node.line): this is a text")
    }
    return text
  }

  /// The texts of a list; nil where it is not there.
  static func texts(of node: DocumentNode?) throws(CaseError) -> [String]? {
    guard let node else { return nil }
    var texts: [String] = []
    for element in try elements(of: node) {
      if let text = try text(of: element) { texts.append(text) }
    }
    return texts
  }

  /// Refuses a list that names nothing where a longer one is compared: it could not fail.
  static func refuseEmpty(_ node: DocumentNode?) throws(CaseError) {
    guard let node, try elements(of: node).isEmpty else { return }
    throw CaseError(description: "line \(node.line): the list is empty, so it could not fail")
  }
}
