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
