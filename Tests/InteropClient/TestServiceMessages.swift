internal import RPC

/// What the cases ask of an answer (`grpc.testing.SimpleRequest` and `StreamingOutputCallRequest`).
struct TestRequest {
  /// Sizes of the answers: one of a unary call, any number of a stream.
  var sizes: [Int] = []
  /// Whether each answer shall be compressed; nil = nothing is said.
  var areCompressed: [Bool?] = []
  /// Microseconds before each answer of a stream.
  var intervalMicroseconds = 0
  var payloadSize = 0
  var statusCode = 0
  var statusMessage = ""
  /// Whether the request says that it is sent compressed; nil = it says nothing.
  var expectsCompressed: Bool?

  var simple: [UInt8] {
    var writer = FieldWriter()
    writer.integer(2, sizes.first ?? 0)
    writer.payload(3, payloadSize)
    if let isCompressed = areCompressed.first ?? nil { writer.truth(6, isCompressed) }
    writer.status(7, statusCode, statusMessage)
    if let expectsCompressed { writer.truth(8, expectsCompressed) }
    return writer.bytes
  }

  var streaming: [UInt8] {
    var writer = FieldWriter()
    for (index, size) in sizes.enumerated() {
      writer.message(2) {
        $0.integer(1, size)
        $0.integer(2, intervalMicroseconds)
        if index < areCompressed.count, let isCompressed = areCompressed[index] {
          $0.truth(3, isCompressed)
        }
      }
    }
    writer.payload(3, payloadSize)
    writer.status(7, statusCode, statusMessage)
    return writer.bytes
  }

  /// A `StreamingInputCallRequest`.
  static func input(_ size: Int, expectsCompressed: Bool? = nil) -> [UInt8] {
    var writer = FieldWriter()
    writer.payload(1, size)
    if let expectsCompressed { writer.truth(2, expectsCompressed) }
    return writer.bytes
  }
}

extension FieldWriter {
  fileprivate mutating func payload(_ number: Int, _ size: Int) {
    guard size > 0 else { return }
    message(number) { $0.data(2, [UInt8](repeating: 0, count: size)) }
  }

  fileprivate mutating func truth(_ number: Int, _ value: Bool) {
    message(number) { $0.varint(1, value ? 1 : 0) }
  }

  fileprivate mutating func status(_ number: Int, _ code: Int, _ text: String) {
    guard code != 0 else { return }
    message(number) {
      $0.integer(1, code)
      $0.text(2, text)
    }
  }
}

/// What the cases read of answers.
enum TestAnswer {
  /// The length of a payload's body, which must be zeros (`SimpleResponse`, `StreamingOutputCallResponse`).
  static func payloadLength(_ bytes: [UInt8]) throws -> Int {
    var reader = FieldReader(bytes)
    var length = 0
    while let (number, value) = try reader.next() {
      guard number == 1, case .bytes(let range) = value else { continue }
      var payload = reader.message(range)
      while let (number, value) = try payload.next() {
        guard number == 2, case .bytes(let body) = value else { continue }
        length = body.count
        try expect(payload.array(body).allSatisfy { $0 == 0 }, "the payload is zeros")
      }
    }
    return length
  }

  /// `StreamingInputCallResponse.aggregated_payload_size`.
  static func total(_ bytes: [UInt8]) throws -> Int {
    var reader = FieldReader(bytes)
    while let (number, value) = try reader.next() {
      if number == 1, case .varint(let total) = value { return Int(truncatingIfNeeded: total) }
    }
    return 0
  }
}

/// What a case expected, and did not see.
struct Unexpected: Error, CustomStringConvertible {
  var description: String
}

func expect(_ truth: Bool, _ description: String) throws {
  if !truth { throw Unexpected(description: "expected: \(description)") }
}

func expect<Value: Equatable>(_ value: Value, is expected: Value, _ what: String) throws {
  try expect(value == expected, "\(what) is \(expected), and it is \(value)")
}
