import CProtobufC

@testable import MessageCoding

/// What a scan finds, and what it costs.
struct Scanned: Equatable {
  var reason: DecodingError.Reason?
  var path: String
  var steps: Int
}

func scan(_ bytes: [UInt8], as descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> Scanned {
  bytes.withUnsafeBytes { buffer in
    var scan = WireScan(buffer)
    do throws(DecodingError) {
      try scan.scan(as: descriptor)
      return Scanned(reason: nil, path: "", steps: scan.steps)
    } catch {
      return Scanned(reason: error.reason, path: error.path, steps: scan.steps)
    }
  }
}

/// As a node of the tests' own message type.
func scanNode(_ bytes: [UInt8]) -> Scanned { scan(bytes, as: TestMessage.node) }

/// As an `EvaluateRequest`.
func scanRequest(_ bytes: [UInt8]) -> Scanned { scan(bytes, as: Descriptors.evaluateRequest) }
