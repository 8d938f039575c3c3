internal import MessageCoding

/// The boundaries of the protocol's reading, each with the cases that stand on its sides.
package struct BoundaryIndex: Sendable {
  /// One boundary.
  package struct Entry: Sendable {
    package var criterion: String
    /// In words.
    package var boundary: String
    /// Ids of cases.
    package var cases: [String]
  }

  package var entries: [Entry] = []

  /// Reads an index file.
  package init(_ text: String) throws {
    let root = try DocumentParser.parse(text)
    for criterion in root.member("criteria")?.elements ?? [] {
      guard let id = criterion.member("criterion")?.text else {
        throw CaseError(description: "line \(criterion.line): 'criterion' is missing")
      }
      for boundary in criterion.member("boundaries")?.elements ?? [] {
        entries.append(
          Entry(
            criterion: id, boundary: boundary.member("boundary")?.text ?? "",
            cases: boundary.member("cases")?.elements.compactMap(\.text) ?? []))
      }
    }
  }
}
