internal import ArgumentParser
internal import EligibilityCore
internal import Foundation
internal import MessageCoding
internal import RPC
internal import ReportRendering
internal import TrialGateServices

/// `trialgate evaluate`: decides for one patient, in process or at a server.
struct Evaluate: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  static let configuration = CommandConfiguration(
    abstract: "Decides for one patient and prints the verdict.",
    discussion: """
      FILE is the ProtoJSON (or YAML) of an EvaluateRequest, or of a bare PatientSnapshot, which needs \
      --index-date: the clock is never asked. Options take the place of what the file says.

      Exit codes: 0 a verdict was given, whatever it says; 1 the server or the core refused; \
      64 the command line is wrong; 65 the file is wrong; 66 the file cannot be read.

      Example: trialgate evaluate deploy/examples/eligible-sle-refractory-nephritis.json
      """)

  @Argument(help: "The request; - for standard input.")
  var file: String

  @Option(help: "HOST:PORT of a server. Without it the built-in trial decides in process.")
  var server: String?

  @OptionGroup
  var encryption: ClientTLSOptions

  @OptionGroup
  var credentials: CredentialOptions

  @Option(help: "Index date, YYYY-MM-DD.")
  var indexDate: String?

  @Option(help: "enrolment or infusion.")
  var stage: String?

  @Option(help: "A cohort to decide; may be repeated.")
  var cohort: [String] = []

  @Option(help: "outcome or full.")
  var detail: String?

  @Option(help: "text or json.")
  var format = Format.text

  @Option(help: "Language of titles in text: en or zh.")
  var language = "en"

  @Option(help: "Milliseconds that a call to a server may take.")
  var timeout: UInt64 = 10_000

  func run() async throws {
    let request = try document().encoded
    let answer = try await answer(to: request)
    switch format {
    case .json: print(try EligibilityMessages.answerJSON(answer), terminator: "")
    case .text:
      var verdict = try EligibilityMessages.answer(answer).verdict
      let catalogue = TitleCatalogue(digest: verdict.protocolDigest)
      catalogue?.complete(&verdict)
      let report = VerdictReport(
        verdict, definition: catalogue?.definition, language: language,
        style: TextStyle(isColoured: isatty(1) == 1))
      print(report.text, terminator: "")
    }
  }

  private func document() throws -> RequestDocument {
    let text = try InputFile.read(file, what: "a request")
    var overrides = RequestDocument.Overrides()
    overrides.indexDate = indexDate
    overrides.stage = stage
    overrides.cohorts = cohort
    overrides.detail = detail
    do {
      return try RequestDocument(text, overrides: overrides)
    } catch {
      throw CommandFailure.report("'\(file)' is no request:\n\(error)", code: 65)
    }
  }

  private func answer(to request: [UInt8]) async throws -> [UInt8] {
    do {
      guard let server else {
        let service = EligibilityService(configuration: try BuiltInConfiguration.load())
        return Array(try service.evaluate(request.span).dropFirst(ResponseMessage.prefixLength))
      }
      var configuration = ClientConfiguration()
      configuration.tls = encryption.files
      let client = try await GRPCClient.connect(to: server, configuration: configuration)
      let options = CallOptions(
        timeoutMilliseconds: timeout, metadata: try credentials.metadata)
      return try await client.unary(ContractNames.evaluate, request, options: options)
        .message
    } catch let status as RPCStatus {
      throw CommandFailure.report(status.description, code: 1)
    }
  }
}
