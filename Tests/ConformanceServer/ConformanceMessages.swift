internal import RPC

/// What a request of `connectrpc.conformance.v1` says about its answers.
struct ResponseDefinition {
  /// Names and values of a header list; binary values are base64 here.
  typealias Fields = [(name: String, values: [String])]

  var headers: Fields = []
  var trailers: Fields = []
  /// The answers' data; of a method with one answer the last counts.
  var data: [[UInt8]] = []
  var delayMilliseconds: UInt64 = 0
  var failure: RPCStatus?
}

/// A request of any method of the service.
struct ConformanceRequest {
  /// What tells the methods' messages apart.
  enum Kind: String {
    case unary = "UnaryRequest"
    case serverStream = "ServerStreamRequest"
    case clientStream = "ClientStreamRequest"
    case bidiStream = "BidiStreamRequest"

    /// Whether the method has one answer: its definition has other numbers.
    var hasOneAnswer: Bool { self == .unary || self == .clientStream }
  }

  var definition: ResponseDefinition?
  var isFullDuplex = false

  /// Reads a request.
  ///
  /// - Throws: INVALID_ARGUMENT for bytes that are none.
  init(_ bytes: Span<UInt8>, _ kind: Kind) throws(RPCStatus) {
    var reader = FieldReader(bytes)
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        switch (number, value) {
        case (1, .bytes(let range)):
          definition = try Self.definition(reader.message(range), kind)
        case (2, .varint(let bit)) where kind == .bidiStream: isFullDuplex = bit != 0
        default: break
        }
      }
    } catch {
      throw RPCStatus(.invalidArgument, "the bytes are no \(kind.rawValue)")
    }
  }

  private static func definition(
    _ reader: FieldReader, _ kind: Kind
  ) throws(FieldReader.Malformed) -> ResponseDefinition {
    var reader = reader
    var definition = ResponseDefinition()
    // UnaryResponseDefinition: error 3, trailers 4, delay 6; StreamResponseDefinition: delay 3, error 4,
    // trailers 5.
    let (error, trailers, delay) = kind.hasOneAnswer ? (3, 4, 6) : (4, 5, 3)
    while let (number, value) = try reader.next() {
      switch value {
      case .bytes(let range) where number == 1:
        definition.headers.append(try field(reader.message(range)))
      case .bytes(let range) where number == 2:
        definition.data.append(reader.array(range))
        if kind.hasOneAnswer { definition.failure = nil }
      case .bytes(let range) where number == error:
        definition.failure = try failure(reader.message(range))
      case .bytes(let range) where number == trailers:
        definition.trailers.append(try field(reader.message(range)))
      case .varint(let milliseconds) where number == delay:
        definition.delayMilliseconds = min(milliseconds, 3_600_000)
      default: break
      }
    }
    return definition
  }

  private static func field(
    _ reader: FieldReader
  ) throws(FieldReader.Malformed) -> (name: String, values: [String]) {
    var reader = reader
    var field: (name: String, values: [String]) = ("", [])
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 1 { field.name = try reader.text(range).lowercased() }
      if number == 2 { field.values.append(try reader.text(range)) }
    }
    return field
  }

  private static func failure(_ reader: FieldReader) throws(FieldReader.Malformed) -> RPCStatus {
    var reader = reader
    var status = RPCStatus(.unknown, "")
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .varint(let code)):
        status.code = StatusCode(rawValue: Int(truncatingIfNeeded: code)) ?? .unknown
      case (2, .bytes(let range)): status.message = try reader.text(range)
      case (3, .bytes(let range)): status.details.append(try detail(reader.message(range)))
      default: break
      }
    }
    return status
  }

  private static func detail(_ reader: FieldReader) throws(FieldReader.Malformed) -> StatusDetail {
    var reader = reader
    var typeURL = ""
    var content: [UInt8] = []
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 1 { typeURL = try reader.text(range) }
      if number == 2 { content = reader.array(range) }
    }
    return .other(typeURL: typeURL, value: content)
  }
}

extension Metadata {
  /// Adds the fields of a definition, each value as a field of its own.
  mutating func add(_ fields: ResponseDefinition.Fields) {
    for (name, values) in fields {
      for value in values {
        if name.hasSuffix("-bin") {
          add(name, binary: Base64.decode(value) ?? [])
        } else {
          add(name, value)
        }
      }
    }
  }
}

/// What a call has seen of its request: `ConformancePayload.RequestInfo`.
struct RequestInfo {
  private static let url = "type.googleapis.com/connectrpc.conformance.v1."

  let kind: ConformanceRequest.Kind
  private let metadata: Metadata
  private let timeoutMilliseconds: UInt64?
  /// The requests that are to be told, encoded.
  var requests: [[UInt8]] = []

  init(_ kind: ConformanceRequest.Kind, _ context: CallContext) {
    self.kind = kind
    metadata = context.metadata
    timeoutMilliseconds = context.timeoutNanoseconds.map { $0 / 1_000_000 }
  }

  /// The message.
  ///
  /// - Parameter isWhole: with the head of the request, not its messages alone.
  func encoded(isWhole: Bool) -> [UInt8] {
    var writer = FieldWriter()
    if isWhole {
      var names: [String] = []
      for field in metadata.fields where !names.contains(field.name) { names.append(field.name) }
      for name in names {
        writer.message(1) {
          $0.text(1, name)
          for field in metadata.fields where field.name == name {
            $0.element(2, Array(field.value.utf8))
          }
        }
      }
      // A member of a oneof stands even where it is zero.
      switch timeoutMilliseconds {
      case nil: break
      case 0: writer.zero(2)
      case let milliseconds?: writer.varint(2, milliseconds)
      }
    }
    for request in requests {
      writer.message(3) {
        $0.text(1, Self.url + kind.rawValue)
        $0.data(2, request)
      }
    }
    return writer.bytes
  }

  /// The message as a detail of a failure.
  var detail: StatusDetail {
    .other(
      typeURL: Self.url + "ConformancePayload.RequestInfo", value: encoded(isWhole: true))
  }
}

/// The answers: each method's has a payload and nothing else.
enum ConformanceAnswer {
  static func payload(_ data: [UInt8], _ info: [UInt8]?) -> ResponseMessage {
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    writer.message(1) {
      $0.data(1, data)
      if let info { $0.element(2, info) }
    }
    return ResponseMessage(withPrefix: writer.bytes)
  }
}
