internal import MessageCoding

/// A change of a request document.
///
/// A path names members by their proto names; `[anc]` picks the list element whose `id` is `anc`,
/// `[section=SECTION_CONDITIONS]` the one with that member.
struct DocumentChange {
  enum Kind {
    /// Sets a member, adding it where it is missing.
    case set(DocumentNode)
    /// Appends to a list.
    case add(DocumentNode)
    /// Removes a member or an element.
    case remove
  }

  private struct Segment {
    var name: String
    /// The member and the value that pick an element.
    var selector: (key: String, value: String)?
  }

  let path: String
  let kind: Kind
  private let segments: [Segment]

  init(_ node: DocumentNode) throws(CaseError) {
    func needed(_ name: String) throws(CaseError) -> DocumentNode {
      guard let value = node.member(name) else {
        throw CaseError(description: "line \(node.line): the change needs '\(name)'")
      }
      return value
    }
    if let target = node.member("set")?.text {
      path = target
      kind = .set(try needed("to"))
    } else if let target = node.member("replace")?.text {
      path = target
      kind = .set(try needed("value"))
    } else if let target = node.member("add")?.text {
      path = target
      kind = .add(try needed("value"))
    } else if let target = node.member("remove")?.text {
      path = target
      kind = .remove
    } else {
      throw CaseError(description: "line \(node.line): a change is set, replace, add or remove")
    }
    segments = Self.split(path)
  }

  private static func split(_ path: String) -> [Segment] {
    var result: [Segment] = []
    for part in path.split(separator: ".") {
      guard let open = part.firstIndex(of: "["), part.last == "]" else {
        result.append(Segment(name: String(part)))
        continue
      }
      let inner = part[part.index(after: open)..<part.index(before: part.endIndex)]
      let pieces = inner.split(separator: "=", maxSplits: 1)
      let selector =
        pieces.count == 2
        ? (key: String(pieces[0]), value: String(pieces[1])) : (key: "id", value: String(inner))
      result.append(Segment(name: String(part[..<open]), selector: selector))
    }
    return result
  }

  /// The document with the change.
  func applied(to document: DocumentNode) throws(CaseError) -> DocumentNode {
    guard let changed = try apply(document, segments[...]) else {
      throw CaseError(description: "'\(path)': a change cannot remove the whole document")
    }
    return changed
  }

  private func apply(_ node: DocumentNode, _ rest: ArraySlice<Segment>) throws(CaseError)
    -> DocumentNode?
  {
    guard let segment = rest.first else {
      switch kind {
      case .set(let value): return value
      case .remove: return nil
      case .add(let value):
        return DocumentNode(
          value: .array(node.elements + [value]), line: node.line, column: node.column)
      }
    }
    var members = node.members
    let position = members.firstIndex { $0.key == segment.name }
    let empty = DocumentNode(value: .object([]), line: node.line, column: node.column)
    let child = position.map { members[$0].node } ?? empty
    if position == nil, case .remove = kind {
      throw CaseError(description: "'\(path)': there is no '\(segment.name)' to remove")
    }
    let changed = try change(child, segment, rest.dropFirst())
    if let position {
      if let changed {
        members[position].node = changed
      } else {
        members.remove(at: position)
      }
    } else if let changed {
      members.append((segment.name, changed))
    }
    return DocumentNode(value: .object(members), line: node.line, column: node.column)
  }

  private func change(
    _ child: DocumentNode, _ segment: Segment, _ rest: ArraySlice<Segment>
  ) throws(CaseError) -> DocumentNode? {
    guard let selector = segment.selector else { return try apply(child, rest) }
    var elements = child.elements
    let found = elements.firstIndex { $0.member(selector.key)?.text == selector.value }
    guard let found else {
      throw CaseError(
        description: "'\(path)': no element with \(selector.key) '\(selector.value)'")
    }
    if let changed = try apply(elements[found], rest) {
      elements[found] = changed
    } else {
      elements.remove(at: found)
    }
    return DocumentNode(value: .array(elements), line: child.line, column: child.column)
  }
}
