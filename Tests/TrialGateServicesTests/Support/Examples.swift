import CohortConfiguration
import EligibilityCore
import Foundation
import MessageCoding
import RPC
import TrialGateServices

/// The requests of `deploy/examples`, as their callers send them.
enum Examples {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "deploy/examples")

  static let eligible = "eligible-sle-refractory-nephritis.json"

  static func text(_ name: String = eligible) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  static func bytes(_ name: String = eligible) throws -> [UInt8] {
    try RequestDocument(try text(name)).encoded
  }

  /// The encoded request with one text of it replaced.
  static func bytes(replacing old: String, with new: String) throws -> [UInt8] {
    let text = try text()
    guard text.contains(old) else { throw MissingText(text: old) }
    return try RequestDocument(text.replacing(old, with: new)).encoded
  }

  struct MissingText: Error {
    var text: String
  }
}

/// The built-in configuration, compiled once for all tests.
let builtIn: Result<PublishedConfiguration, BuiltInConfigurationError> = Result {
  () throws(BuiltInConfigurationError) in try BuiltInConfiguration.load()
}

/// The service that the tests call.
func service() throws -> EligibilityService { EligibilityService(configuration: try builtIn.get()) }

/// The answer to an encoded request.
func answer(_ bytes: [UInt8]) throws -> EvaluationAnswer {
  let room = ResponseMessage.prefixLength
  return try EligibilityMessages.answer(
    Array(try service().evaluate(bytes.span).dropFirst(room)))
}

/// The status that a request is refused with; nil for an answer.
func refusal(_ bytes: [UInt8]) throws -> RPCStatus? {
  let service = try service()
  do throws(RPCStatus) {
    _ = try service.evaluate(bytes.span)
    return nil
  } catch {
    return error
  }
}
