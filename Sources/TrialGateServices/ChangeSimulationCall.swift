public import CohortConfiguration
internal import EligibilityCore
public import MessageCoding
public import RPC

/// One call of `SimulateChange`: a plan, then patients, each answered as it comes, in order; at the end the
/// summary. A patient at fault is answered with the error, and the stream goes on.
final class ChangeSimulationCall: ServerCallListener {
  private let service: ConfigurationService
  private var hasPlan = false
  private var simulation: ChangeSimulation?

  init(service: ConfigurationService) {
    self.service = service
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    switch SimulationMessages.content(message) {
    case .plan(let before, let after):
      guard !hasPlan else {
        call.finish(
          RequestFault(
            field: "plan", reason: "REPEATED", "send one plan, and open a call for each other one"
          )
          .status)
        return
      }
      hasPlan = true
      prepare(before, after, call)
    case .patient(let item):
      guard let bytes = simulation?.answer(item, headroom: ResponseMessage.prefixLength) else {
        call.finish(
          RequestFault(field: "plan", reason: "REQUIRED", "send the plan before the patients")
            .status)
        return
      }
      call.send(ResponseMessage(withPrefix: bytes))
    case .fault(let error): call.finish(RequestFault(error).status)
    }
  }

  func requestsEnded(on call: ServerCall) {
    guard let simulation else {
      call.finish(
        RequestFault(field: "plan", reason: "REQUIRED", "send a plan, then patients").status)
      return
    }
    call.send(
      ResponseMessage(
        withPrefix: simulation.summaryBytes(headroom: ResponseMessage.prefixLength)))
    call.finish()
  }

  /// Compiles the versions away from the event loop; patients wait for it.
  private func prepare(_ before: String, _ after: String, _ call: ServerCall) {
    call.holdRequests()
    let handle = call.handle
    let reply: @Sendable (Result<ChangeSimulation, RequestFault>) -> Void = { result in
      handle.perform { call in
        guard let listener = call.listener as? ChangeSimulationCall else { return }
        switch result {
        case .success(let simulation):
          listener.simulation = simulation
          call.takeRequests()
        case .failure(let fault): call.finish(fault.within("plan").status)
        }
      }
    }
    service.later(.compute, reply) { service throws(RequestFault) in
      do throws(ConfigurationRefusal) {
        return try service.simulation(before, after)
      } catch {
        throw RequestFault(error)
      }
    }
  }
}

/// Decides patients by two protocol versions, and counts what differs.
public struct ChangeSimulation: Sendable {
  private let before: CompiledProtocol
  private let after: CompiledProtocol
  private let current: CurrentConfiguration
  private var summary = SimulationSummary()

  init(before: CompiledProtocol, after: CompiledProtocol, current: CurrentConfiguration) {
    self.before = before
    self.after = after
    self.current = current
  }

  /// Decides a patient.
  ///
  /// - Parameter headroom: bytes to leave free in front.
  /// - Returns: the encoded `SimulateChangeResponse`, with the item's error where it cannot be decided.
  public mutating func answer(_ item: StreamItem, headroom: Int = 0) -> [UInt8] {
    do throws(RequestFault) {
      let request: EvaluationRequest
      do throws(MessageError) {
        request = try item.request.get()
      } catch {
        throw RequestFault(error)
      }
      do throws(RequestFault) {
        let verdicts = try decide(request)
        summary.add(verdicts)
        return SimulationMessages.bytes(of: verdicts, itemID: item.id, headroom: headroom)
      } catch {
        throw error.within("request")
      }
    } catch {
      summary.addFailure()
      return SimulationMessages.bytes(of: error.itemError, itemID: item.id, headroom: headroom)
    }
  }

  /// The encoded `SimulateChangeResponse` with the summary.
  public func summaryBytes(headroom: Int = 0) -> [UInt8] {
    SimulationMessages.bytes(of: summary, headroom: headroom)
  }

  /// Decides by both versions. Why is looked for only where an outcome differs.
  private func decide(_ request: EvaluationRequest) throws(RequestFault) -> SimulatedVerdicts {
    guard request.protocolVersion.isEmpty else {
      throw RequestFault(
        field: "protocol_version", reason: "MUST_BE_EMPTY", "the plan says which versions decide")
    }
    let configuration = current.value
    let indexDate = try EligibilityService.indexDate(of: request, in: configuration)
    let parameters = EvaluationParameters(request, indexDate: indexDate)
    let one = try select(request, indexDate, before, configuration)
    let other = try select(request, indexDate, after, configuration)
    func verdict(_ selection: PublishedConfiguration.Selection, _ detail: Detail) -> Verdict {
      selection.program.evaluate(
        request.patient, parameters, site: selection.site, detail: detail)
    }
    var result = SimulatedVerdicts(verdict(one, .outcome), verdict(other, .outcome))
    if result.differs { result.explain(verdict(one, .full), verdict(other, .full)) }
    return result
  }

  private func select(
    _ request: EvaluationRequest, _ indexDate: CalendarDate, _ program: CompiledProtocol,
    _ configuration: PublishedConfiguration
  ) throws(RequestFault) -> PublishedConfiguration.Selection {
    do throws(ConfigurationError) {
      return try configuration.select(request, indexDate: indexDate, by: program)
    } catch {
      throw RequestFault(error.subject == .stage ? .failedPrecondition : .notFound, error)
    }
  }
}

extension ConfigurationService {
  /// The encoded answer of `CompareVersions`.
  func compare(_ before: String, _ after: String) throws(ConfigurationRefusal) -> [UInt8] {
    let (one, other) = try versions(before, after)
    guard let differences = DefinitionDifference.all(from: one.definition, to: other.definition)
    else {
      throw ConfigurationRefusal(
        .definitionInvalid, "one of the versions has no definition that can be read")
    }
    return SimulationMessages.bytes(
      of: differences, before: Digest.sha256(one.definition),
      after: Digest.sha256(other.definition))
  }

  /// Two versions of one trial.
  private func versions(
    _ before: String, _ after: String
  ) throws(ConfigurationRefusal) -> (VersionRecord, VersionRecord) {
    var faults: [FieldFault] = []
    func found(_ name: String, _ field: String) throws(ConfigurationRefusal) -> VersionRecord? {
      do throws(ConfigurationRefusal) {
        guard case .version(let held) = try state.get(.version, name: name) else { return nil }
        return held.resource
      } catch {
        if error.situation != .validationFailed { throw error }
        faults += error.faults.map { FieldFault(field, $0.reason, $0.remedy) }
        return nil
      }
    }
    let one = try found(before, "before")
    let other = try found(after, "after")
    guard faults.isEmpty, let one, let other else { throw ConfigurationRefusal(faults) }
    guard one.trial == other.trial else {
      throw ConfigurationRefusal(
        .versionsUnrelated, "the versions are of different trials; name two of one trial")
    }
    return (one, other)
  }

  /// The simulation of a change from one version to another of its trial. Versions that evaluations rest on
  /// are compiled already.
  func simulation(
    _ before: String, _ after: String
  ) throws(ConfigurationRefusal) -> ChangeSimulation {
    let (one, other) = try versions(before, after)
    let known = current.value.trials.first { $0.id == one.trial }?.versions ?? []
    func program(_ version: VersionRecord) throws(ConfigurationRefusal) -> CompiledProtocol {
      let digest = Digest.sha256(version.definition)
      if let program = known.first(where: { $0.digest == digest }) { return program }
      return try definitions.compile(version.definition, digest: digest)
    }
    return ChangeSimulation(
      before: try program(one), after: try program(other), current: current)
  }

  /// The simulation of a change, in this process.
  ///
  /// - Parameters:
  ///   - before: name of the one version.
  ///   - after: name of the other.
  ///   - principal: who asks.
  /// - Throws: what `SimulateChange` refuses a plan with.
  public func simulation(
    before: String, after: String, as principal: Principal
  ) throws(RPCStatus) -> ChangeSimulation {
    if let refusal = AccessControl.refusal(of: principal, ContractNames.path(.simulateChange)) {
      throw refusal.status
    }
    do throws(ConfigurationRefusal) {
      return try simulation(before, after)
    } catch {
      throw RequestFault(error).within("plan").status
    }
  }
}
