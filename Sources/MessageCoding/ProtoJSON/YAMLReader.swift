internal import Yams

/// Reads YAML into the same tree as JSON. A scalar without quotes keeps its text, so that a version
/// `2024-04-17` and a decimal `1.0` stay what they are.
struct YAMLReader {
  static let maximumNodes = 500_000

  private var nodes = 0

  static func parse(_ text: String) throws(DocumentError) -> DocumentNode {
    guard text.utf8.count <= JSONParser.maximumLength else {
      throw fault("the document is longer than 16 MiB", nil)
    }
    if let line = firstAlias(text) {
      throw DocumentError(faults: [
        DocumentFault(
          line: line, column: 1, path: "",
          message: "anchors and aliases are not taken, nor a word that begins with & or *")
      ])
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      throw Self.fault(error)
    }
    guard let root else { throw fault("the document is empty", nil) }
    var reader = YAMLReader()
    return try reader.convert(root, depth: 0)
  }

  private static func compose(yaml: String) throws -> Node? {
    try Yams.compose(yaml: yaml)
  }

  /// What is wrong with the syntax, at its place and without what stands there.
  private static func fault(_ error: any Error) -> DocumentError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      fault("this is no YAML: \(problem)", mark)
    case .duplicatedKeysInMapping(let names, let context):
      fault("a name occurs twice: \(names.joined(separator: ", "))", context.mark)
    default: fault("\(error)", nil)
    }
  }

  /// The line of the first anchor or alias: a few of them can stand for more values than any machine
  /// holds, and the parser would build them all. Quotes and comments are not told apart, so that nothing
  /// can hide behind them: no word may begin with `&` or `*`.
  private static func firstAlias(_ text: String) -> Int? {
    var line = 1
    var beginsWord = true
    var isSign = false
    for byte in text.utf8 {
      let isSpace = " \t\n\r".utf8.contains(byte)
      if isSign, !isSpace { return line }
      isSign = beginsWord && "&*".utf8.contains(byte)
      beginsWord = isSpace || "[{,:-?".utf8.contains(byte)
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    return nil
  }

  private static func fault(_ message: String, _ mark: Mark?) -> DocumentError {
    DocumentError(faults: [
      DocumentFault(line: mark?.line ?? 1, column: mark?.column ?? 1, path: "", message: message)
    ])
  }

  private mutating func convert(_ node: Node, depth: Int) throws(DocumentError) -> DocumentNode {
    nodes += 1
    guard nodes <= Self.maximumNodes else {
      throw Self.fault("the document has too many values", node.mark)
    }
    guard depth <= JSONParser.maximumDepth else {
      throw Self.fault("the document nests deeper than 64", node.mark)
    }
    let value: DocumentNode.Value
    switch node {
    case .scalar(let scalar):
      value = scalar.style == .plain ? .plain(scalar.string) : .string(scalar.string)
    case .sequence(let sequence):
      var elements: [DocumentNode] = []
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      value = .array(elements)
    case .mapping(let mapping):
      var members: [(key: String, node: DocumentNode)] = []
      var names: Set<String> = []
      for (key, element) in mapping {
        guard case .scalar(let name) = key else {
          throw Self.fault("a name must be a text", key.mark)
        }
        guard names.insert(name.string).inserted else {
          throw Self.fault("the name '\(name.string)' occurs twice", key.mark)
        }
        members.append((name.string, try convert(element, depth: depth + 1)))
      }
      value = .object(members)
    case .alias: throw Self.fault("aliases are not supported", node.mark)
    }
    return DocumentNode(
      value: value, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }
}
