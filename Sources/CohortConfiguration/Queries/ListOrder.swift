/// In which order a list shows resources.
public struct ListOrder: Sendable, Hashable {
  /// A field, and whether the greatest comes first.
  struct Term: Sendable, Hashable {
    var field: String
    var isDescending: Bool
  }

  let terms: [Term]

  /// Parses an order: `state desc, id`; an empty one is as the resources were created. At last names decide.
  ///
  /// - Parameters:
  ///   - text: the order.
  ///   - fields: the fields that there are.
  /// - Throws: the fault of the field `order_by`.
  public init(_ text: String, fields: [String]) throws(ConfigurationRefusal) {
    var terms: [Term] = []
    let parts =
      text.utf8.count > ListFilter.maximumLength
      ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
    for part in parts where !text.isEmpty {
      let words = part.split(separator: " ")
      guard let field = words.first.map(String.init), fields.contains(field), words.count <= 2,
        words.count == 1 || words[1] == "desc" || words[1] == "asc",
        !terms.contains(where: { $0.field == field })
      else {
        terms = []
        break
      }
      terms.append(Term(field: field, isDescending: words.count == 2 && words[1] == "desc"))
    }
    if terms.isEmpty, !text.isEmpty {
      throw ConfigurationRefusal([
        FieldFault(
          "order_by", "ORDER_MALFORMED",
          "name some of \(fields.joined(separator: ", ")), each once and perhaps followed by desc")
      ])
    }
    self.terms =
      terms.isEmpty ? [Term(field: "create_time", isDescending: false)] : terms
  }

  /// The values that decide the place of a resource; the name is the last of them.
  func key(of result: ConfigurationResult) -> [ListValue] {
    terms.map { result.listValue($0.field) } + [.text(result.name)]
  }

  /// Whether one key comes before another.
  func precedes(_ first: [ListValue], _ second: [ListValue]) -> Bool {
    for (index, (one, other)) in zip(first, second).enumerated() {
      if one == other { continue }
      let isBefore = one.precedes(other)
      return index < terms.count && terms[index].isDescending ? !isBefore : isBefore
    }
    return false
  }
}

extension ListValue {
  fileprivate func precedes(_ other: ListValue) -> Bool {
    switch (self, other) {
    case (.number(let first), .number(let second)): first < second
    case (.text(let first), .text(let second)):
      first.utf8.lexicographicallyPrecedes(second.utf8)
    case (.texts(let first), .texts(let second)):
      first.lexicographicallyPrecedes(second) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    default: false
    }
  }
}
