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
    let arena = Arena(limit: .max)
    let message = try ProtoJSONReader.read(root, as: Descriptors.protocolDefinition, in: arena)
    defer { withExtendedLifetime(arena) {} }
    var reader = FormReader()
    let read = reader.definition(
      message.assumingMemoryBound(to: Trialgate__V1__ProtocolDefinition.self).pointee)
    if !reader.violations.isEmpty {
      throw DocumentError(
        faults: reader.violations.map {
          DocumentFault(line: 1, column: 1, path: $0.field, message: $0.description)
        })
    }
    definition = read
    canonicalBytes = WireMessage.encode(UnsafeRawPointer(message))
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
