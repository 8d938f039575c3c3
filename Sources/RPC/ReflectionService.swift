/// `grpc.reflection.v1.ServerReflection` and its elder twin `v1alpha`, whose messages are the same on the
/// wire.
public enum ReflectionService {
  /// The services' names on the wire.
  public static let names = [
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
  ]

  /// Adds the services to a router that already has all others.
  ///
  /// - Parameter descriptorSet: an encoded `google.protobuf.FileDescriptorSet` with the files of all
  ///   services of the router.
  /// - Throws: an error where the bytes are none.
  public static func register(
    with router: inout ServiceRouter, descriptorSet: [UInt8]
  ) throws(RPCStatus) {
    let index: DescriptorIndex
    do throws(FieldReader.Malformed) {
      index = try DescriptorIndex(descriptorSet: descriptorSet)
    } catch {
      throw RPCStatus(.internal, "the descriptor set cannot be read")
    }
    let services = (router.services + names).sorted()
    for name in names {
      router.method(service: name, method: "ServerReflectionInfo", .bidirectional) { _ in
        Reflector(index: index, services: services)
      }
    }
  }
}

/// One reflection stream: a question in, an answer out.
private final class Reflector: ServerCallListener {
  /// What a client asks, with the numbers of the fields of `ServerReflectionRequest`.
  private enum Question: Int {
    case fileByName = 3
    case fileContainingSymbol = 4
    case fileContainingExtension = 5
    case allExtensionNumbersOfType = 6
    case listServices = 7
  }

  private let index: DescriptorIndex
  private let services: [String]

  init(index: DescriptorIndex, services: [String]) {
    self.index = index
    self.services = services
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    let request = message.copy
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    do throws(FieldReader.Malformed) {
      var reader = FieldReader(request)
      var host = ""
      var question: (Question, String)?
      while let (number, value) = try reader.next() {
        guard case .bytes(let range) = value else { continue }
        if number == 1 { host = try reader.text(range) }
        guard let kind = Question(rawValue: number) else { continue }
        if kind == .fileContainingExtension {
          question = (kind, try Self.containingType(reader.message(range)))
        } else {
          question = (kind, try reader.text(range))
        }
      }
      writer.text(1, host)
      writer.element(2, request)
      answer(question, &writer)
    } catch {
      call.finish(RPCStatus(.invalidArgument, "the bytes are no ServerReflectionRequest"))
      return
    }
    call.send(ResponseMessage(withPrefix: writer.bytes))
  }

  func requestsEnded(on call: ServerCall) { call.finish() }

  private static func containingType(
    _ reader: FieldReader
  ) throws(FieldReader.Malformed) -> String {
    var reader = reader
    while let (number, value) = try reader.next() {
      if number == 1, case .bytes(let range) = value { return try reader.text(range) }
    }
    return ""
  }

  private func answer(_ question: (Question, String)?, _ writer: inout FieldWriter) {
    switch question {
    case (.fileByName, let name)?: files(index.files[name], &writer)
    case (.fileContainingSymbol, let symbol)?: files(index.file(declaring: symbol), &writer)
    case (.fileContainingExtension, _)?:
      // proto3 messages have no extensions.
      failure(.notFound, "no such extension", &writer)
    case (.allExtensionNumbersOfType, let type)?:
      guard index.messages.contains(type) else {
        failure(.notFound, "no such message type", &writer)
        return
      }
      writer.message(5) { $0.text(1, type) }
    case (.listServices, _)?:
      writer.message(6) { list in
        for service in services { list.message(1) { $0.text(1, service) } }
      }
    case nil: failure(.invalidArgument, "the request asks nothing that this server knows", &writer)
    }
  }

  private func files(_ file: DescriptorIndex.File?, _ writer: inout FieldWriter) {
    guard let file else {
      failure(.notFound, "no such file or symbol", &writer)
      return
    }
    writer.message(4) { response in
      for file in index.closure(file) { response.element(1, file.bytes) }
    }
  }

  private func failure(_ code: StatusCode, _ message: String, _ writer: inout FieldWriter) {
    writer.message(7) {
      $0.integer(1, code.rawValue)
      $0.text(2, message)
    }
  }
}
