public import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
public import RPC

/// `trialgate.v1.EligibilityService`: reads a request, calls the core, shapes the answer.
public struct EligibilityService: Sendable {
  private let current: CurrentConfiguration
  /// What each event loop evaluates with; empty = all with the same.
  private let lanes: [EvaluationLane]

  /// Creates the service on a configuration that stays as it is.
  public init(configuration: PublishedConfiguration) {
    self.init(current: CurrentConfiguration(configuration))
  }

  /// Creates the service on a configuration that changes. Each call rests on the one that it finds.
  ///
  /// - Parameter eventLoops: how many event loops the server has; where there is more than one, each evaluates
  ///   with a copy of its own.
  public init(current: CurrentConfiguration, eventLoops: Int = 1) {
    self.current = current
    let lanes = eventLoops > 1 ? eventLoops : 0
    self.lanes = (0..<lanes).map { _ in
      EvaluationLane(of: current) { EvaluationLane.pause(after: $0, lanes: lanes) }
    }
  }

  /// The configuration of this moment; whoever evaluates takes it once.
  var configuration: PublishedConfiguration { current.value }

  /// What an event loop evaluates with; nil = what all share.
  func lane(of eventLoop: Int) -> EvaluationLane? {
    lanes.indices.contains(eventLoop) ? lanes[eventLoop] : nil
  }

  /// Adds the service's methods to a router.
  public func register(with router: inout ServiceRouter) {
    router.unary(service: ContractNames.eligibilityService, method: "Evaluate") {
      request, context in
      do throws(RPCStatus) {
        let lane = lane(of: context.eventLoop)
        return .message(ResponseMessage(withPrefix: try evaluate(request, on: lane)))
      } catch {
        return .failure(error)
      }
    }
    router.unary(service: ContractNames.eligibilityService, method: "DescribeProtocol") {
      request, _ in
      do throws(RPCStatus) {
        return .message(ResponseMessage(withPrefix: try describe(request)))
      } catch {
        return .failure(error)
      }
    }
    router.method(
      service: ContractNames.eligibilityService, method: "EvaluateStream", .bidirectional
    ) { call in
      EvaluateStream(service: self, lane: lane(of: call.context.eventLoop))
    }
  }

  /// Answers an encoded `EvaluateRequest` with an encoded `EvaluateResponse` behind the room that frames
  /// it on the wire.
  public func evaluate(_ bytes: Span<UInt8>) throws(RPCStatus) -> [UInt8] {
    try evaluate(bytes, on: nil)
  }

  private func evaluate(
    _ bytes: Span<UInt8>, on lane: EvaluationLane?
  ) throws(RPCStatus) -> [UInt8] {
    let request: EvaluationRequest
    do throws(MessageError) {
      request = try EligibilityMessages.request(bytes)
    } catch {
      throw RequestFault(error).status
    }
    do throws(RequestFault) {
      return EligibilityMessages.bytes(
        of: try decide(request, on: lane), headroom: ResponseMessage.prefixLength)
    } catch {
      throw error.status
    }
  }

  /// Evaluates a request.
  ///
  /// - Parameter lane: that of the event loop; nil = with what all share.
  func decide(
    _ request: EvaluationRequest, on lane: EvaluationLane?
  ) throws(RequestFault) -> EvaluationAnswer {
    let configuration = lane?.configuration ?? configuration
    let indexDate = try Self.indexDate(of: request, in: configuration)
    let selection: PublishedConfiguration.Selection
    do throws(ConfigurationError) {
      selection = try configuration.select(request, indexDate: indexDate)
    } catch {
      throw RequestFault(error.subject == .stage ? .failedPrecondition : .notFound, error)
    }
    lane?.used(selection.program)
    var verdict = selection.program.evaluate(
      request.patient, EvaluationParameters(request, indexDate: indexDate), site: selection.site,
      detail: request.detail)
    if request.detail == .full { verdict.verdictDigest = Digest.sha256(verdict.canonicalText) }
    if request.includeTexts { addTexts(to: &verdict, selection.program, request.language) }
    var answer = EvaluationAnswer(verdict: verdict)
    answer.activation = selection.activation
    answer.configurationRevision = configuration.revision
    answer.cohortAvailability = selection.cohorts
    answer.requestRef = request.requestRef
    return answer
  }

  /// The date that windows count back from: for the infusion stage the day of the planned infusion at the
  /// site.
  static func indexDate(
    of request: EvaluationRequest, in configuration: PublishedConfiguration
  ) throws(RequestFault) -> CalendarDate {
    guard request.stage == .infusion, let planned = request.plannedInfusionTime else {
      guard let given = request.indexDate else {
        let other = request.stage == .infusion ? " or planned_infusion_time" : ""
        throw RequestFault(
          field: "index_date", reason: "REQUIRED", "give the index date\(other)")
      }
      return given
    }
    let day = planned.dates(in: configuration.timeZone(of: request) ?? .shanghai).earliest
    if let given = request.indexDate, given != day {
      throw RequestFault(
        field: "index_date", reason: "INDEX_DATE_DIFFERS",
        "leave it empty or give the day of planned_infusion_time at the site")
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
}

extension EvaluationParameters {
  /// The parameters that a request gives.
  init(_ request: EvaluationRequest, indexDate: CalendarDate) {
    self.init(stage: request.stage, indexDate: indexDate)
    cohorts = request.cohorts
    screeningDate = request.screeningDate
    plannedInfusionTime = request.plannedInfusionTime
    enrolmentRecord = request.enrolmentRecord
  }
}
