internal import CohortConfiguration
internal import MessageCoding
internal import RPC

/// One call of `ExportAuditEntries`: some entries at a time, as fast as the client reads them.
final class AuditExport: ServerCallListener {
  /// What one reading of the store gave.
  private struct Part: Sendable {
    /// Behind room for the prefix; nil = the filter let nothing through.
    var message: [UInt8]?
    /// Behind what the rest begins; nil = that was all.
    var next: Int64?
  }

  private static let entriesPerMessage = 200
  private let service: ConfigurationService
  private var filter: ListFilter?
  private var last: Int64 = 0
  private var isReading = false

  init(service: ConfigurationService) {
    self.service = service
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RequestFault) {
      guard call.context.caller is Principal else { throw AccessControl.nobody }
      let reading: ConfigurationMessages.Reading
      do throws(MessageError) {
        reading = try ConfigurationMessages.request(message, of: .exportAuditEntries)
      } catch {
        throw RequestFault(error)
      }
      guard case .exportAudit(let text)? = reading.request, reading.violations.isEmpty else {
        throw RequestFault(.form(FormError(violations: reading.violations)))
      }
      do throws(ConfigurationRefusal) {
        filter = try ConfigurationService.auditFilter(text)
      } catch {
        throw RequestFault(error)
      }
      sendMore(call)
    } catch {
      call.finish(error.status)
    }
  }

  func requestsEnded(on call: ServerCall) {}

  func becameReady(_ call: ServerCall) { sendMore(call) }

  private func sendMore(_ call: ServerCall) {
    guard let filter, !isReading, call.isReady else { return }
    isReading = true
    let (last, handle) = (last, call.handle)
    let reply: @Sendable (Result<Part, RequestFault>) -> Void = { part in
      handle.perform { call in
        if let export = call.listener as? AuditExport { export.take(part, call) }
      }
    }
    service.later(.reader, reply) { service throws(RequestFault) in
      do throws(ConfigurationRefusal) {
        let found = try service.entries(after: last, filter, limit: Self.entriesPerMessage)
        return Part(
          message: found.entries.isEmpty
            ? nil
            : ConfigurationMessages.bytes(
              of: found.entries, next: "", headroom: ResponseMessage.prefixLength),
          next: found.next)
      } catch {
        throw RequestFault(error)
      }
    }
  }

  private func take(_ part: Result<Part, RequestFault>, _ call: ServerCall) {
    isReading = false
    switch part {
    case .failure(let fault): call.finish(fault.status)
    case .success(let part):
      if let message = part.message { call.send(ResponseMessage(withPrefix: message)) }
      guard let next = part.next else {
        call.finish()
        return
      }
      last = next
      sendMore(call)
    }
  }
}
