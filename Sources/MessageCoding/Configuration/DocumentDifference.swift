/// What differs between two documents of one type, in words: a line for each place, with its path. Elements of
/// lists are told apart by their id where they have one, so that one that is inserted does not change all behind it.
package struct DocumentDifference {
  /// One line for each difference; none = the documents say the same.
  package private(set) var lines: [String] = []

  /// The differences from one document to another.
  package init(from old: DocumentNode, to new: DocumentNode) {
    compare(old, new, "")
  }

  /// Members by which elements of lists are told apart, the first that an element has.
  private static let keys = ["id", "knob", "language", "unit", "concept", "item", "name", "value"]

  private mutating func compare(_ old: DocumentNode, _ new: DocumentNode, _ path: String) {
    switch (old.value, new.value) {
    case (.object(let before), .object(let after)): compare(before, after, path)
    case (.array(let before), .array(let after)): compare(before, after, path)
    default:
      let (first, second) = (Self.text(old), Self.text(new))
      if first != second { lines.append("  \(path): \(first) -> \(second)") }
    }
  }

  private mutating func compare(
    _ before: [(key: String, node: DocumentNode)], _ after: [(key: String, node: DocumentNode)],
    _ path: String
  ) {
    func inner(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    for (key, node) in before {
      if let other = after.first(where: { $0.key == key }) {
        compare(node, other.node, inner(key))
      } else {
        lines.append("- \(inner(key)): \(Self.text(node))")
      }
    }
    for (key, node) in after where !before.contains(where: { $0.key == key }) {
      lines.append("+ \(inner(key)): \(Self.text(node))")
    }
  }

  private mutating func compare(
    _ before: [DocumentNode], _ after: [DocumentNode], _ path: String
  ) {
    guard let first = Self.labels(before), let second = Self.labels(after) else {
      compareInOrder(before, after, path)
      return
    }
    let places = Dictionary(zip(second, after)) { first, _ in first }
    let known = Set(first)
    for (label, node) in zip(first, before) {
      if let other = places[label] {
        compare(node, other, "\(path)[\(label)]")
      } else {
        lines.append("- \(path)[\(label)]: \(Self.text(node))")
      }
    }
    for (label, node) in zip(second, after) where !known.contains(label) {
      lines.append("+ \(path)[\(label)]: \(Self.text(node))")
    }
    if first.filter(Set(second).contains) != second.filter(known.contains) {
      lines.append("  \(path): in another order")
    }
  }

  private mutating func compareInOrder(
    _ before: [DocumentNode], _ after: [DocumentNode], _ path: String
  ) {
    for index in 0..<max(before.count, after.count) {
      let place = "\(path)[\(index)]"
      if index >= after.count {
        lines.append("- \(place): \(Self.text(before[index]))")
      } else if index >= before.count {
        lines.append("+ \(place): \(Self.text(after[index]))")
      } else {
        compare(before[index], after[index], place)
      }
    }
  }

  /// What tells the elements of a list apart; nil where something does not, or two are alike.
  private static func labels(_ elements: [DocumentNode]) -> [String]? {
    var labels: [String] = []
    for element in elements {
      let key = keys.lazy.compactMap { element.member($0)?.text }.first
      guard let label = key ?? element.text else { return nil }
      labels.append(label)
    }
    return Set(labels).count == labels.count ? labels : nil
  }

  /// A value in one line.
  private static func text(_ node: DocumentNode) -> String {
    switch node.value {
    case .object(let members):
      "{" + members.map { "\($0.key): \(text($0.node))" }.joined(separator: ", ") + "}"
    case .array(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
    case .string(let value): "\"\(value)\""
    case .plain(let value), .number(let value): value
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    }
  }
}
