internal import EligibilityCore
internal import MessageCoding

/// The reader and the writer of the hot messages in one pass against libprotobuf-c.
public enum CodecTarget {
  /// Any bytes, as a request, as an item of a stream, as a patient of a simulation, and as an answer to be written
  /// again: what one pass takes is what libprotobuf-c makes of it, and what it writes is what libprotobuf-c packs.
  public static func run(_ bytes: [UInt8]) {
    request(bytes)
    item(bytes)
    patient(bytes)
    answer(bytes)
  }

  private static func request(_ bytes: [UInt8]) {
    guard let request = EligibilityMessages.straightLineRequest(bytes.span) else { return }
    do throws(MessageError) {
      let expected = try EligibilityMessages.unpackedRequest(bytes.span)
      precondition(
        whole(request) == whole(expected), "a request is read in one pass as by libprotobuf-c")
    } catch {
      preconditionFailure(
        "a request is read in one pass that libprotobuf-c's path refuses: \(error)")
    }
  }

  private static func item(_ bytes: [UInt8]) {
    guard let item = StreamMessages.straightLineItem(bytes.span) else { return }
    let expected = StreamMessages.unpackedItem(bytes.span)
    guard case .success(let request) = item.request,
      case .success(let other) = expected.request
    else { preconditionFailure("an item is read in one pass that libprotobuf-c's path refuses") }
    precondition(
      item.id == expected.id && whole(request) == whole(other),
      "an item is read in one pass as by libprotobuf-c")
  }

  private static func patient(_ bytes: [UInt8]) {
    guard let patient = SimulationMessages.straightLinePatient(bytes.span) else { return }
    guard case .patient(let expected) = SimulationMessages.unpackedContent(bytes.span),
      case .success(let request) = patient.request, case .success(let other) = expected.request
    else { preconditionFailure("a patient is read in one pass that libprotobuf-c's path refuses") }
    precondition(
      patient.id == expected.id && whole(request) == whole(other),
      "a patient is read in one pass as by libprotobuf-c")
  }

  private static func answer(_ bytes: [UInt8]) {
    guard let answer = try? EligibilityMessages.answer(bytes) else { return }
    precondition(
      EligibilityMessages.bytes(of: answer, headroom: 5)
        == EligibilityMessages.packedBytes(of: answer, headroom: 5),
      "an answer is written in one pass as libprotobuf-c packs it")
    precondition(
      StreamMessages.bytes(of: answer, itemID: "a")
        == StreamMessages.packedBytes(of: answer, itemID: "a"),
      "an answer of a stream is written in one pass as libprotobuf-c packs it")
  }

  /// Everything that a request has, whatever its types can be compared by.
  private static func whole(_ request: EvaluationRequest) -> String {
    String(reflecting: request) + String(reflecting: request.snapshot)
  }
}
