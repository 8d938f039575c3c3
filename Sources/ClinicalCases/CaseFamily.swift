internal import MessageCoding

/// Cases that differ in one word: `each: {code: [A15, A16]}` makes a case for every value, in which
/// `$code` stands for it and whose id ends in it.
enum CaseFamily {
  /// The cases that a node of a case file stands for; the node alone where it names no family.
  static func cases(_ node: DocumentNode) throws(CaseError) -> [DocumentNode] {
    guard let each = node.member("each") else { return [node] }
    guard each.members.count == 1, let (name, list) = each.members.first, !list.elements.isEmpty
    else {
      throw CaseError(
        description: "line \(each.line): 'each' is one name with the list of its values")
    }
    let rest = node.members.filter { $0.key != "each" }
    var seen: Set<String> = []
    var cases: [DocumentNode] = []
    for element in list.elements {
      guard let value = element.text, !value.isEmpty, seen.insert(value).inserted else {
        throw CaseError(
          description: "line \(element.line): a value of 'each' is one word, once in its list")
      }
      var uses = 0
      var members = rest.map {
        (key: $0.key, node: substituted($0.node, "$\(name)", value, &uses))
      }
      guard uses > 0 else {
        throw CaseError(
          description: "line \(each.line): no text of the case holds '$\(name)', so its cases "
            + "would be the same")
      }
      for index in members.indices where members[index].key == "id" {
        let id = members[index].node.text ?? ""
        members[index].node.value = .string("\(id)-\(value)")
      }
      cases.append(
        DocumentNode(value: .object(members), line: node.line, column: node.column))
    }
    return cases
  }

  /// The node with `name` replaced in every text; `uses` counts the texts that hold it.
  private static func substituted(
    _ node: DocumentNode, _ name: String, _ value: String, _ uses: inout Int
  ) -> DocumentNode {
    var node = node
    switch node.value {
    case .object(let members):
      node.value = .object(
        members.map { (key: $0.key, node: substituted($0.node, name, value, &uses)) })
    case .array(let elements):
      node.value = .array(elements.map { substituted($0, name, value, &uses) })
    case .string(let text):
      if let changed = replacing(name, with: value, in: text, &uses) {
        node.value = .string(changed)
      }
    case .plain(let text):
      if let changed = replacing(name, with: value, in: text, &uses) {
        node.value = .plain(changed)
      }
    case .number, .bool, .null: break
    }
    return node
  }

  /// The text with each occurrence of a name replaced; nil where there is none.
  private static func replacing(
    _ name: String, with value: String, in text: String, _ uses: inout Int
  ) -> String? {
    let parts = text.split(separator: name, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    uses += 1
    return parts.joined(separator: value)
  }
}
