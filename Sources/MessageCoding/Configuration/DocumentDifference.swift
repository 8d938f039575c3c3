/// What differs between two documents of one type, in words: a line for each place, with its path. Elements of
/// lists are told apart by their id where they have one, so that one that is inserted does not change all behind it.
package struct DocumentDifference {
  /// A member on the way to a place, and the element of its list where it is one.
  package struct Step: Hashable {
    package var member: String
    /// What tells the element apart; nil = the member is no list, or the list as a whole is meant.
    package var label: String?
  }

  /// One difference.
  package struct Entry {
    /// The way to its place; empty = the whole documents.
    package var steps: [Step]
    /// What stands there in the one document, in one line; nil = nothing.
    package var before: String?
    /// What stands there in the other.
    package var after: String?
    /// Whether only the order of a list differs.
    package var isOrder = false

    /// `criteria[C3.1].result.value`.
    package var path: String {
      steps.map { $0.member + ($0.label.map { "[\($0)]" } ?? "") }.joined(separator: ".")
    }

    /// The entry as a line: `+` what was added, `-` what was removed, otherwise from what to what.
    var line: String {
      switch (before, after) {
      case _ where isOrder: "  \(path): in another order"
      case (let before?, nil): "- \(path): \(before)"
      case (nil, let after?): "+ \(path): \(after)"
      default: "  \(path): \(before ?? "") -> \(after ?? "")"
      }
    }
  }

  /// The differences, in the order of the documents; none = they say the same.
  package private(set) var entries: [Entry] = []

  /// One line for each difference.
  package var lines: [String] { entries.map(\.line) }

  /// The differences from one document to another.
  package init(from old: DocumentNode, to new: DocumentNode) {
    compare(old, new, [])
  }

  /// Members by which elements of lists are told apart, the first that an element has.
  private static let keys = ["id", "knob", "language", "unit", "concept", "item", "name", "value"]

  private mutating func compare(_ old: DocumentNode, _ new: DocumentNode, _ steps: [Step]) {
    switch (old.value, new.value) {
    case (.object(let before), .object(let after)): compare(before, after, steps)
    case (.array(let before), .array(let after)): compare(before, after, steps)
    default:
      let (first, second) = (Self.text(old), Self.text(new))
      if first != second {
        entries.append(Entry(steps: steps, before: first, after: second))
      }
    }
  }

  private mutating func compare(
    _ before: [(key: String, node: DocumentNode)], _ after: [(key: String, node: DocumentNode)],
    _ steps: [Step]
  ) {
    for (key, node) in before {
      let inner = steps + [Step(member: key)]
      if let other = after.first(where: { $0.key == key }) {
        compare(node, other.node, inner)
      } else {
        add(node, inner, isNew: false)
      }
    }
    for (key, node) in after where !before.contains(where: { $0.key == key }) {
      add(node, steps + [Step(member: key)], isNew: true)
    }
  }

  private mutating func add(_ node: DocumentNode, _ steps: [Step], isNew: Bool) {
    let text = Self.text(node)
    entries.append(Entry(steps: steps, before: isNew ? nil : text, after: isNew ? text : nil))
  }

  private static func element(_ steps: [Step], _ label: String) -> [Step] {
    var steps = steps
    if let last = steps.indices.last, steps[last].label == nil {
      steps[last].label = label
    } else {
      // A list in a list, or a document that is one.
      steps.append(Step(member: "", label: label))
    }
    return steps
  }

  private mutating func compare(
    _ before: [DocumentNode], _ after: [DocumentNode], _ steps: [Step]
  ) {
    guard let first = Self.labels(before), let second = Self.labels(after) else {
      compareInOrder(before, after, steps)
      return
    }
    let places = Dictionary(zip(second, after)) { first, _ in first }
    let known = Set(first)
    for (label, node) in zip(first, before) {
      if let other = places[label] {
        compare(node, other, Self.element(steps, label))
      } else {
        add(node, Self.element(steps, label), isNew: false)
      }
    }
    for (label, node) in zip(second, after) where !known.contains(label) {
      add(node, Self.element(steps, label), isNew: true)
    }
    if first.filter(Set(second).contains) != second.filter(known.contains) {
      entries.append(
        Entry(
          steps: steps, before: Self.order(first), after: Self.order(second), isOrder: true))
    }
  }

  private static func order(_ labels: [String]) -> String {
    "[" + labels.joined(separator: ", ") + "]"
  }

  private mutating func compareInOrder(
    _ before: [DocumentNode], _ after: [DocumentNode], _ steps: [Step]
  ) {
    for index in 0..<max(before.count, after.count) {
      let place = Self.element(steps, "\(index)")
      if index >= after.count {
        add(before[index], place, isNew: false)
      } else if index >= before.count {
        add(after[index], place, isNew: true)
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
