import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf

/// A server of grpc-swift-2 that costs what gRPC itself costs: it decodes each `EvaluateRequest` and encodes an
/// `EvaluateResponse`, and decides nothing.
///
/// usage: `grpc-swift-peer PORT OUTCOME_RESPONSE FULL_RESPONSE`; the files hold an `EvaluateResponse` each, and a
/// request is answered with the one of its detail.
@main enum Peer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let port = Int(arguments[1]) else {
      FileHandle.standardError.write(
        Data("usage: grpc-swift-peer PORT OUTCOME_RESPONSE FULL_RESPONSE\n".utf8))
      exit(64)
    }
    let service = FixedAnswers(
      outcome: try read(arguments[2]),
      full: try read(arguments[3]))
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext)
    let server = GRPCServer(transport: transport, services: [service])
    try await server.serve()
  }

  private static func read(_ path: String) throws -> Trialgate_V1_EvaluateResponse {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    return try Trialgate_V1_EvaluateResponse(serializedBytes: bytes)
  }
}

/// The service whose answers are known beforehand.
struct FixedAnswers: RegistrableRPCService {
  let outcome: Trialgate_V1_EvaluateResponse
  let full: Trialgate_V1_EvaluateResponse

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: MethodDescriptor(
        fullyQualifiedService: "trialgate.v1.EligibilityService", method: "Evaluate"),
      deserializer: ProtobufDeserializer<Trialgate_V1_EvaluateRequest>(),
      serializer: ProtobufSerializer<Trialgate_V1_EvaluateResponse>()
    ) { request, _ in
      let asked = try await ServerRequest(stream: request)
      let answer = asked.message.detail == .outcome ? outcome : full
      return StreamingServerResponse(single: ServerResponse(message: answer))
    }
  }
}
