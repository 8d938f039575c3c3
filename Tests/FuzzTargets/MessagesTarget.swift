internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
internal import RPC

/// Bytes and texts as messages of the contract.
public enum MessagesTarget {
  /// The scan and libprotobuf-c: any bytes are decoded or refused, as a request and as the request of an
  /// item alike.
  public static func wire(_ bytes: [UInt8]) {
    var isRead = true
    do throws(MessageError) {
      _ = try EligibilityMessages.request(bytes.span)
    } catch {
      isRead = false
    }
    var item = FieldWriter()
    item.element(2, bytes)
    if case .success = StreamMessages.item(item.bytes.span).request {
      precondition(isRead, "an item's request is read as the request alone")
    } else {
      precondition(!isRead, "an item's request is refused as the request alone")
    }
    _ = StreamMessages.item(bytes.span)
    _ = try? DescriptionMessages.request(bytes.span)
    _ = try? EligibilityMessages.answer(bytes)
    configuration(bytes)
  }

  /// The requests of the configuration service, and what is done with a definition in them.
  private static func configuration(_ bytes: [UInt8]) {
    let definitions = DefinitionBytes()
    for method in ConfigurationMethod.allCases {
      guard let reading = try? ConfigurationMessages.request(bytes.span, of: method) else {
        continue
      }
      guard case .validateDefinition(let definition)? = reading.request else { continue }
      // A definition that was read once is read again, under another id too.
      precondition(definition.isEmpty || definitions.identity(of: definition) != nil)
      let renamed = definitions.renamed(definition, version: "v")
      precondition(renamed.flatMap { definitions.identity(of: $0) }?.version == "v")
      _ = definitions.replacing(["criteria"], of: definition, from: definition)
      if let program = try? definitions.compile(definition, digest: "") { _ = program.review() }
    }
  }

  /// A JSON or YAML document: it is refused, or encodes to bytes that decode, or are refused for their
  /// form.
  public static func document(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let document = try? RequestDocument(text) else { return }
    do throws(MessageError) {
      _ = try EligibilityMessages.request(document.encoded.span)
    } catch {
      if case .bytes(let fault) = error {
        precondition(fault.reason != .malformed, "an encoded document is well formed")
      }
    }
  }
}
