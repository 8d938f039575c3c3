/// A value of a JSON or YAML document with its place.
package struct DocumentNode {
  package indirect enum Value {
    case object([(key: String, node: DocumentNode)])
    case array([DocumentNode])
    case string(String)
    /// A JSON number as written.
    case number(String)
    case bool(Bool)
    case null
    /// A YAML scalar without quotes: a text, a number, a truth or nothing, as the field asks.
    case plain(String)
  }

  package var value: Value
  package var line: Int
  package var column: Int

  package init(value: Value, line: Int, column: Int) {
    self.value = value
    self.line = line
    self.column = column
  }

  /// The value of a member under one of two names.
  package func member(_ first: String, _ second: String? = nil) -> DocumentNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == first || $0.key == second }?.node
  }

  /// The text of a scalar; nil for anything else.
  package var text: String? {
    switch value {
    case .string(let text), .plain(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .object, .array, .null: nil
    }
  }

  /// The elements of a list; none for anything else.
  package var elements: [DocumentNode] {
    if case .array(let elements) = value { return elements }
    return []
  }

  /// The members of an object; none for anything else.
  package var members: [(key: String, node: DocumentNode)] {
    if case .object(let members) = value { return members }
    return []
  }
}
