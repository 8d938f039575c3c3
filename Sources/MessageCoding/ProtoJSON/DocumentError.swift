/// Something wrong with a JSON or YAML document.
public struct DocumentFault: Sendable, Hashable, CustomStringConvertible {
  /// Line, from 1 on.
  public var line: Int
  /// Column, from 1 on.
  public var column: Int
  /// Path of the field in proto names; empty for the document as a whole.
  public var path: String
  /// What is wrong and what to do.
  public var message: String

  /// Creates a fault.
  package init(line: Int, column: Int, path: String, message: String) {
    self.line = line
    self.column = column
    self.path = path
    self.message = message
  }

  /// `line 3, column 5: path: message`.
  public var description: String {
    "line \(line), column \(column): \(path.isEmpty ? "" : "\(path): ")\(message)"
  }
}

/// Everything that is wrong with a document, at once; at most 100 faults are named.
public struct DocumentError: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public var faults: [DocumentFault]

  /// Creates an error.
  package init(faults: [DocumentFault]) {
    self.faults = faults
  }

  /// One fault a line.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
