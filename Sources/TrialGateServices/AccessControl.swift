internal import CohortConfiguration
public import RPC

/// Finds out who calls, and whether they may. It stands in front of all methods of a server.
public struct AccessControl: ServerInterceptor {
  private let principals: PrincipalDirectory

  /// Creates the control on the principals of a server.
  public init(_ principals: PrincipalDirectory) {
    self.principals = principals
  }

  /// Refuses a call whose caller is not known or may not make it; otherwise its context names the caller.
  public func callStarted(_ context: inout CallContext) -> RPCStatus? {
    if AccessMatrix.standard.isOpen(context.path) { return nil }
    do throws(ConfigurationRefusal) {
      let principal = try principals.principal(
        authorization: context.metadata.fields.filter { $0.name == "authorization" }
          .map(\.value), peerSubject: context.clientIdentity?.subject)
      if let refusal = Self.refusal(of: principal, context.path) { return refusal.status }
      context.caller = principal
      return nil
    } catch {
      return RequestFault(error).status
    }
  }

  /// Nothing is done when a call ends.
  public func callEnded(_ context: CallContext, _ code: StatusCode, nanoseconds: UInt64) {}

  /// Why a principal may not call a method; nil = it may.
  static func refusal(of principal: Principal, _ path: String) -> RequestFault? {
    let matrix = AccessMatrix.standard
    if matrix.allows(principal, path) { return nil }
    let needed = matrix.rolesNeeded(for: path).map(\.rawValue)
    return RequestFault(
      ConfigurationRefusal(
        .roleRequired,
        needed.isEmpty
          ? "this method is nobody's to call"
          : "this method needs the role \(needed.joined(separator: " or "))"))
  }

  /// What a call without a caller ends with.
  static var nobody: RequestFault {
    RequestFault(
      ConfigurationRefusal(
        .credentialsRequired, "say who you are: metadata authorization with Bearer and a token"))
  }
}
