internal import CProtobufC
internal import CTrialGateProto
public import EligibilityCore

/// A protocol definition as JSON or YAML.
public struct DefinitionDocument: Sendable {
  /// The definition.
  public let definition: ProtocolDefinition
  /// Its deterministic protobuf encoding (fields in the order of their numbers, nothing unknown): what a
  /// version's digest is computed over.
  public let canonicalBytes: [UInt8]

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - text: the document.
  ///   - readings: settings of knobs, as if they stood in the document.
  /// - Throws: `DocumentError` with every fault of form; what the definition says is judged when it is
  ///   compiled.
  public init(_ text: String, readings: [Reading] = []) throws(DocumentError) {
    var root = try DocumentParser.parse(text)
    if !readings.isEmpty { root = Self.adding(readings, to: root) }
    try self.init(node: root)
  }

  /// Reads an encoded definition, such as `VersionRecord.definition`.
  ///
  /// - Throws: `MessageError`: `.bytes` for what is no definition, `.form` where something in it is not of this
  ///   version's form.
  public init(encoded bytes: [UInt8]) throws(MessageError) {
    self = try ConfigurationAnswers.decode(
      bytes, Trialgate__V1__ProtocolDefinition(), trialgate__v1__protocol_definition__init,
      { $0.base }
    ) { $0.document($1) }
  }

  /// Takes a document that was read before.
  package init(node root: DocumentNode) throws(DocumentError) {
    let (document, faults) = Self.examine(root, faultLimit: ProtoJSONReader.maximumFaults)
    guard let document, faults.isEmpty else { throw DocumentError(faults: faults) }
    self = document
  }

  init(definition: ProtocolDefinition, canonicalBytes: [UInt8]) {
    self.definition = definition
    self.canonicalBytes = canonicalBytes
  }

  /// The document as far as it can be read, and every fault of form; there is a document or a fault.
  static func examine(_ root: DocumentNode, faultLimit: Int)
    -> (document: DefinitionDocument?, faults: [DocumentFault])
  {
    let arena = Arena(limit: .max)
    defer { withExtendedLifetime(arena) {} }
    var (message, faults) = ProtoJSONReader.examine(
      root, as: Descriptors.protocolDefinition, in: arena, faultLimit: faultLimit)
    guard let message else { return (nil, faults) }
    var reader = FormReader(violationLimit: faultLimit)
    let definition = reader.definition(
      message.assumingMemoryBound(to: Trialgate__V1__ProtocolDefinition.self).pointee)
    let known = FaultPaths(faults)
    for violation in reader.violations where !known.explain(violation.field) {
      faults.append(DocumentFault(at: violation.field, in: root, violation.description))
    }
    let bytes = WireMessage.encode(UnsafeRawPointer(message))
    return (DefinitionDocument(definition: definition, canonicalBytes: bytes), faults)
  }

  private static func adding(_ readings: [Reading], to root: DocumentNode) -> DocumentNode {
    func node(_ value: DocumentNode.Value) -> DocumentNode {
      DocumentNode(value: value, line: 1, column: 1)
    }
    let knobs = Set(readings.map(\.knob))
    let kept = (root.member("readings")?.elements ?? []).filter {
      !knobs.contains($0.member("knob")?.text ?? "")
    }
    let added = readings.map {
      node(.object([("knob", node(.string($0.knob))), ("value", node(.string($0.value)))]))
    }
    var members = root.members.filter { $0.key != "readings" }
    members.append(("readings", node(.array(kept + added))))
    return node(.object(members))
  }
}

extension FormReader {
  /// A decoded definition with its canonical bytes.
  mutating func document(_ message: Trialgate__V1__ProtocolDefinition) -> DefinitionDocument? {
    let definition = definition(message)
    let bytes = withUnsafePointer(to: message) { WireMessage.encode(UnsafeRawPointer($0)) }
    return DefinitionDocument(definition: definition, canonicalBytes: bytes)
  }
}
