package import RPC

/// The items of `EvaluateStream` around requests and answers that are encoded already.
package enum StreamItems {
  /// An `EvaluateStreamRequest` without an id.
  package static func item(ofRequest request: [UInt8]) -> [UInt8] {
    var writer = FieldWriter()
    writer.element(2, request)
    return writer.bytes
  }

  /// The status of an `EvaluateStreamResponse` that is an error; nil = it is an answer.
  package static func status(ofAnswer answer: [UInt8]) -> StatusCode? {
    var reader = FieldReader(answer)
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        guard number == 3, case .bytes(let range) = value else { continue }
        var error = reader.message(range)
        while let (number, value) = try error.next() {
          if number == 1, case .varint(let code) = value {
            return StatusCode(rawValue: Int(truncatingIfNeeded: code)) ?? .unknown
          }
        }
        return .unknown
      }
    } catch {
      return .internal
    }
    return nil
  }
}
