import CProtobufC
import CTrialGateProto

@testable import MessageCoding

/// Documents as messages, and what is wrong with them.
enum Documents {
  /// The bytes that a document stands for, as a message of a type.
  static func encode(
    _ text: String, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(DocumentError) -> [UInt8] {
    let node = try DocumentParser.parse(text)
    let arena = Arena(limit: .max)
    let message = try ProtoJSONReader.read(node, as: descriptor, in: arena)
    return withExtendedLifetime(arena) { WireMessage.encode(UnsafeRawPointer(message)) }
  }

  static func request(_ text: String) throws(DocumentError) -> [UInt8] {
    try encode(text, as: Descriptors.evaluateRequest)
  }

  static func definition(_ text: String) throws(DocumentError) -> [UInt8] {
    try encode(text, as: Descriptors.protocolDefinition)
  }

  /// `line:column path: message` for everything that is wrong with a request.
  static func faults(_ text: String) -> [DocumentFault] {
    do throws(DocumentError) {
      _ = try request(text)
      return []
    } catch {
      return error.faults
    }
  }

  /// The ProtoJSON of an encoded request.
  static func json(ofRequest bytes: [UInt8]) throws -> String {
    try bytes.withUnsafeBytes { buffer in
      let type = Descriptors.evaluateRequest
      return try WireMessage.decode(buffer, as: type, Trialgate__V1__EvaluateRequest.self) {
        message throws(DecodingError) in ProtoJSONWriter.write(UnsafeRawPointer(message), as: type)
      }
    }
  }
}

extension DocumentNode {
  /// The node as compact text, for comparison.
  var outline: String {
    switch value {
    case .object(let members):
      "{" + members.map { "\($0.key):\($0.node.outline)" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map(\.outline).joined(separator: ",") + "]"
    case .string(let text): "\"\(text)\""
    case .number(let text): text
    case .bool(let value): "\(value)"
    case .null: "null"
    case .plain(let text): "'\(text)'"
    }
  }
}
