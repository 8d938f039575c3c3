internal import CProtobufC

/// An `EvaluateRequest`, or a bare `PatientSnapshot`, as JSON or YAML.
public struct RequestDocument: Sendable {
  /// What may be given beside the document; it takes the place of what the document says.
  public struct Overrides: Sendable {
    /// YYYY-MM-DD.
    public var indexDate: String?
    /// `enrolment` or `infusion`, or the enum's name.
    public var stage: String?
    /// Ids of the cohorts to decide; none = what the document says.
    public var cohorts: [String] = []
    /// `outcome` or `full`, or the enum's name.
    public var detail: String?

    /// Overrides nothing.
    public init() {}
  }

  private let bytes: [UInt8]

  /// Reads a document.
  ///
  /// A document without a member `snapshot` is a bare snapshot: it needs an index date from outside, and
  /// its stage is enrolment unless one is given.
  ///
  /// - Throws: `DocumentError` with every fault.
  public init(_ text: String, overrides: Overrides = Overrides()) throws(DocumentError) {
    var root = try DocumentParser.parse(text)
    guard case .object(var members) = root.value else {
      throw DocumentError(faults: [
        DocumentFault(line: 1, column: 1, path: "", message: "an object is expected here")
      ])
    }
    func node(_ value: DocumentNode.Value) -> DocumentNode {
      DocumentNode(value: value, line: 1, column: 1)
    }
    func set(_ first: String, _ second: String, _ value: DocumentNode) {
      members.removeAll { $0.key == first || $0.key == second }
      members.append((first, value))
    }
    if root.member("snapshot") == nil, root.member("as_of", "asOf") != nil {
      guard overrides.indexDate != nil else {
        throw DocumentError(faults: [
          DocumentFault(
            line: 1, column: 1, path: "",
            message: "a bare snapshot says nothing of the index date; give --index-date YYYY-MM-DD")
        ])
      }
      members = [("snapshot", root), ("stage", node(.string("STAGE_ENROLMENT")))]
    }
    if let date = overrides.indexDate { set("index_date", "indexDate", node(.string(date))) }
    if let stage = overrides.stage {
      set("stage", "stage", node(.string(Self.name(stage, prefix: "STAGE_"))))
    }
    if let detail = overrides.detail {
      set("detail", "detail", node(.string(Self.name(detail, prefix: "DETAIL_"))))
    }
    if !overrides.cohorts.isEmpty {
      set("cohorts", "cohorts", node(.array(overrides.cohorts.map { node(.string($0)) })))
    }
    root.value = .object(members)
    try self.init(node: root)
  }

  /// Takes a document that was read before.
  package init(node: DocumentNode) throws(DocumentError) {
    let arena = Arena(limit: .max)
    let message = try ProtoJSONReader.read(node, as: Descriptors.evaluateRequest, in: arena)
    bytes = withExtendedLifetime(arena) { WireMessage.encode(UnsafeRawPointer(message)) }
  }

  private static func name(_ text: String, prefix: String) -> String {
    let upper = text.uppercased()
    return upper.hasPrefix(prefix) ? upper : prefix + upper
  }

  /// The encoded request.
  public var encoded: [UInt8] { bytes }
}

/// Reads JSON where a document begins like it, YAML otherwise.
package enum DocumentParser {
  package static func parse(_ text: String) throws(DocumentError) -> DocumentNode {
    let first = text.utf8.first { !" \t\r\n".utf8.contains($0) }
    return first == UInt8(ascii: "{") ? try JSONParser.parse(text) : try YAMLReader.parse(text)
  }
}
