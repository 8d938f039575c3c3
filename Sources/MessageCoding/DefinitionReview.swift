public import EligibilityCore

/// A definition document, read and compiled, or everything that is wrong with it at once: its form, the
/// types and names of its fields, and what it says.
public struct DefinitionReview: Sendable {
  /// A document without a fault, with what it compiles to.
  public struct Accepted: Sendable {
    /// The document.
    public let document: DefinitionDocument
    /// The compiled version.
    public let program: CompiledProtocol

    /// The contradictions that the document makes provable, and what of it can never count. They are no
    /// faults.
    public var findings: ProtocolReview { program.review() }
  }

  /// The document, where nothing is wrong with it.
  public let accepted: Accepted?
  /// What is wrong with it, in the order of the document. Each stands at the field it is about, or where
  /// that is missing, at what should hold it.
  public let faults: [DocumentFault]

  /// More faults than that are not looked for among the types and names of a document's fields.
  private static let faultLimit = 10_000

  /// Reviews a document.
  ///
  /// - Parameters:
  ///   - text: the document, JSON or YAML.
  ///   - digest: computes the SHA-256 of bytes as lower-case hex.
  public init(_ text: String, digest: ([UInt8]) -> String) {
    let root: DocumentNode
    do {
      root = try DocumentParser.parse(text)
    } catch {
      accepted = nil
      faults = error.faults
      return
    }
    let (document, form) = DefinitionDocument.examine(root, faultLimit: Self.faultLimit)
    guard let document else {
      accepted = nil
      faults = form
      return
    }
    do throws(DefinitionErrors) {
      let program = try CompiledProtocol(
        document.definition, digest: digest(document.canonicalBytes))
      accepted = form.isEmpty ? Accepted(document: document, program: program) : nil
      faults = Self.inOrder(form)
    } catch {
      // What is missing because it could not be read is said already.
      let known = FaultPaths(form)
      let content = error.errors.filter { !known.explain($0.path) }
      accepted = nil
      faults = Self.inOrder(
        form + content.map { DocumentFault(at: $0.path, in: root, "\($0.message) (\($0.reason))") })
    }
  }

  private static func inOrder(_ faults: [DocumentFault]) -> [DocumentFault] {
    faults.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset)
        < ($1.element.line, $1.element.column, $1.offset)
    }.map(\.element)
  }
}

extension DocumentFault {
  /// A fault at a path in proto names.
  init(at path: String, in root: DocumentNode, _ message: String) {
    let node = root.nearest(to: path)
    self.init(line: node.line, column: node.column, path: path, message: message)
  }
}

/// The fields that faults are at.
struct FaultPaths {
  private let paths: Set<String>

  init(_ faults: [DocumentFault]) {
    paths = Set(faults.map(\.path))
  }

  /// Whether there is a fault at a field or at what holds it: what else is said of the field follows from
  /// that.
  func explain(_ field: String) -> Bool {
    if paths.isEmpty { return false }
    if paths.contains("") || paths.contains(field) { return true }
    return field.indices.contains { index in
      (field[index] == "." || field[index] == "[") && paths.contains(String(field[..<index]))
    }
  }
}

extension DocumentNode {
  /// The node at a path in proto names: `criteria[12].result.concepts[0]`. Where the document does not
  /// go so far, the last node on the way.
  func nearest(to path: String) -> DocumentNode {
    var node = self
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[")
      guard let name = pieces.first.map(String.init),
        let member = node.member(name, ProtoJSONReader.jsonName(name))
      else { return node }
      node = member
      for piece in pieces.dropFirst() {
        guard let index = Int(piece.dropLast()), node.elements.indices.contains(index) else {
          return node
        }
        node = node.elements[index]
      }
    }
    return node
  }
}
