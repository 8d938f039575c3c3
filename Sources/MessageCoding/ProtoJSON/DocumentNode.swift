/// A value of a JSON or YAML document with its place.
struct DocumentNode {
  indirect enum Value {
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

  var value: Value
  var line: Int
  var column: Int

  /// The value of a member under one of two names.
  func member(_ first: String, _ second: String? = nil) -> DocumentNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == first || $0.key == second }?.node
  }
}
