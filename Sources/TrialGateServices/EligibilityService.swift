public import CohortConfiguration
public import EligibilityCore
internal import MessageCoding
public import RPC

/// `trialgate.v1.EligibilityService`: reads a request, calls the core, shapes the answer.
public struct EligibilityService: Sendable {
  /// The service's name on the wire.
  public static let name = "trialgate.v1.EligibilityService"
  /// Path of `Evaluate`.
  public static let evaluatePath = "/\(name)/Evaluate"

  let configuration: PublishedConfiguration

  /// Creates the service on a configuration.
  public init(configuration: PublishedConfiguration) {
    self.configuration = configuration
  }

  /// Adds the service's methods to a router.
  public func register(with router: inout ServiceRouter) {
    router.unary(service: Self.name, method: "Evaluate") { request, _ in
      do throws(RPCStatus) {
        return .message(ResponseMessage(withPrefix: try evaluate(request)))
      } catch {
        return .failure(error)
      }
    }
    router.unary(service: Self.name, method: "DescribeProtocol") { request, _ in
      do throws(RPCStatus) {
        return .message(ResponseMessage(withPrefix: try describe(request)))
      } catch {
        return .failure(error)
      }
    }
    router.unary(service: Self.name, method: "EvaluateStream") { _, _ in
      .failure(RPCStatus(.unimplemented, "EvaluateStream is not offered by this version"))
    }
  }

  /// Answers an encoded `EvaluateRequest` with an encoded `EvaluateResponse` behind the room that frames
  /// it on the wire.
  public func evaluate(_ bytes: Span<UInt8>) throws(RPCStatus) -> [UInt8] {
    let request: EvaluationRequest
    do throws(MessageError) {
      request = try EligibilityMessages.request(bytes)
    } catch {
      throw Self.status(of: error)
    }
    return EligibilityMessages.bytes(
      of: try answer(request), headroom: ResponseMessage.prefixLength)
  }

  /// Evaluates a request.
  public func answer(_ request: EvaluationRequest) throws(RPCStatus) -> EvaluationAnswer {
    let indexDate = try indexDate(of: request)
    let selection: PublishedConfiguration.Selection
    do throws(ConfigurationError) {
      selection = try configuration.select(request, indexDate: indexDate)
    } catch {
      let code: StatusCode = error.subject == .stage ? .failedPrecondition : .notFound
      throw RPCStatus(code, "\(error.field): \(error.remedy) (\(error.subject.rawValue))")
    }
    var parameters = EvaluationParameters(stage: request.stage, indexDate: indexDate)
    parameters.cohorts = request.cohorts
    parameters.screeningDate = request.screeningDate
    parameters.plannedInfusionTime = request.plannedInfusionTime
    parameters.enrolmentRecord = request.enrolmentRecord
    var verdict = selection.program.evaluate(
      request.snapshot, parameters, site: selection.site, detail: request.detail)
    if request.detail == .full { verdict.verdictDigest = Digest.sha256(verdict.canonicalText) }
    if request.includeTexts { addTexts(to: &verdict, selection.program, request.language) }
    var answer = EvaluationAnswer(verdict: verdict)
    answer.activation = selection.activation
    answer.configurationRevision = configuration.revision
    answer.cohortAvailability = selection.program.cohorts.map {
      CohortAvailability(cohort: $0.id, state: "OPEN")
    }
    answer.requestRef = request.requestRef
    return answer
  }

  /// The date that windows count back from: for the infusion stage the day of the planned infusion at the
  /// site.
  private func indexDate(of request: EvaluationRequest) throws(RPCStatus) -> CalendarDate {
    guard request.stage == .infusion, let planned = request.plannedInfusionTime else {
      guard let given = request.indexDate else {
        let other = request.stage == .infusion ? " or planned_infusion_time" : ""
        throw RPCStatus(.invalidArgument, "index_date: give the index date\(other) (REQUIRED)")
      }
      return given
    }
    let day = planned.dates(in: configuration.timeZone(of: request) ?? .shanghai).earliest
    if let given = request.indexDate, given != day {
      throw RPCStatus(
        .invalidArgument,
        "index_date: leave it empty or give the day of planned_infusion_time at the site "
          + "(INDEX_DATE_DIFFERS)")
    }
    return day
  }

  private func addTexts(
    to verdict: inout Verdict, _ program: CompiledProtocol, _ language: String
  ) {
    func chosen(_ texts: [Text]) -> [Text] {
      language.isEmpty ? texts : texts.filter { $0.language == language }
    }
    for index in verdict.results.indices {
      let id = verdict.results[index].id
      if let summary = program.summaries.first(where: { $0.id == id }) {
        verdict.results[index].titles = chosen(summary.titles)
      }
    }
    for index in verdict.cohorts.indices {
      let id = verdict.cohorts[index].cohort
      if let cohort = program.cohorts.first(where: { $0.id == id }) {
        verdict.cohorts[index].titles = chosen(cohort.titles)
      }
    }
  }

  /// The status of a message that was refused. It names fields and remedies, never values.
  static func status(of error: MessageError) -> RPCStatus {
    switch error {
    case .bytes(let fault):
      let field = fault.path.isEmpty ? "" : "\(fault.path): "
      let code: StatusCode =
        fault.reason == .budgetExceeded || fault.reason == .tooManyElements
        ? .resourceExhausted : .invalidArgument
      return RPCStatus(code, "\(field)\(fault.remedy) (\(fault.reason.rawValue))")
    case .form(let form):
      let lines = form.violations.map { "\($0.field): \($0.description) (\($0.reason))" }
      return RPCStatus(.invalidArgument, bounded(lines))
    }
  }

  /// As many lines as fit a header list that common clients accept.
  private static func bounded(_ lines: [String]) -> String {
    let limit = 4_000
    var text = ""
    for (index, line) in lines.enumerated() {
      if text.utf8.count + line.utf8.count > limit {
        return "\(text); and \(lines.count - index) more"
      }
      text += text.isEmpty ? line : "; \(line)"
    }
    return text
  }
}
