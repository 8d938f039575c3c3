public import CohortConfiguration
internal import MessageCoding
public import RPC

extension ConfigurationService {
  /// Adds the service's methods to a router. `AccessControl` must stand in front of them: who calls is taken from
  /// the call's context, and a call without a caller is refused.
  public func register(with router: inout ServiceRouter) {
    for method in ConfigurationMethod.allCases where method.isUnary {
      router.method(service: ContractNames.configurationService, method: method.rawValue, .unary) {
        _ in
        ConfigurationCall(service: self, method: method)
      }
    }
    router.method(
      service: ContractNames.configurationService,
      method: ConfigurationMethod.exportAuditEntries.rawValue, .serverStreaming
    ) { _ in AuditExport(service: self) }
    router.method(
      service: ContractNames.configurationService,
      method: ConfigurationMethod.watchConfiguration.rawValue, .serverStreaming
    ) { _ in ConfigurationWatch(service: self) }
    router.method(
      service: ContractNames.configurationService,
      method: ConfigurationMethod.simulateChange.rawValue, .bidirectional
    ) { _ in ChangeSimulationCall(service: self) }
  }

  /// Answers a request in this process, as one on the wire is answered.
  ///
  /// - Parameters:
  ///   - path: the method's path.
  ///   - request: the encoded request.
  ///   - principal: who calls.
  /// - Returns: the encoded answer.
  public func call(
    _ path: String, _ request: [UInt8], as principal: Principal
  ) async throws(RPCStatus) -> [UInt8] {
    guard let slash = path.lastIndex(of: "/"),
      let method = ConfigurationMethod(rawValue: String(path[path.index(after: slash)...])),
      method.isUnary
    else { throw RPCStatus(.unimplemented, "no such method") }
    if let refusal = AccessControl.refusal(of: principal, path) { throw refusal.status }
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<[UInt8], RequestFault>, Never>) in
      answer(request.span, of: method, to: principal) { continuation.resume(returning: $0) }
    }
    do throws(RequestFault) {
      return try result.get()
    } catch {
      throw error.status
    }
  }
}

/// One call: its answer may come from another thread, and goes back through the call's event loop.
final class ConfigurationCall: ServerCallListener {
  private let service: ConfigurationService
  private let method: ConfigurationMethod

  init(service: ConfigurationService, method: ConfigurationMethod) {
    self.service = service
    self.method = method
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    guard let principal = call.context.caller as? Principal else {
      call.finish(AccessControl.nobody.status)
      return
    }
    let handle = call.handle
    service.answer(message, of: method, to: principal) { result in
      handle.perform { call in
        switch result {
        case .success(let bytes):
          call.send(
            ResponseMessage(
              withPrefix: [UInt8](repeating: 0, count: ResponseMessage.prefixLength) + bytes))
          call.finish()
        case .failure(let fault): call.finish(fault.status)
        }
      }
    }
  }

  func requestsEnded(on call: ServerCall) {}
}
