internal import EligibilityCore
internal import MessageCoding
internal import RPC

/// One call of `EvaluateStream`: each item is answered as it comes, in order. An item at fault is answered
/// with its error, and the stream goes on.
final class EvaluateStream: ServerCallListener {
  private let service: EligibilityService
  private let lane: EvaluationLane?

  /// - Parameter lane: that of the call's event loop; nil = none has its own.
  init(service: EligibilityService, lane: EvaluationLane?) {
    self.service = service
    self.lane = lane
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    let item = StreamMessages.item(message)
    let bytes: [UInt8]
    do throws(RequestFault) {
      let request: EvaluationRequest
      do throws(MessageError) {
        request = try item.request.get()
      } catch {
        throw RequestFault(error)
      }
      do throws(RequestFault) {
        bytes = StreamMessages.bytes(
          of: try service.decide(request, on: lane), itemID: item.id,
          headroom: ResponseMessage.prefixLength)
      } catch {
        throw error.within("request")
      }
    } catch {
      bytes = StreamMessages.bytes(
        of: error.itemError, itemID: item.id, headroom: ResponseMessage.prefixLength)
    }
    call.send(ResponseMessage(withPrefix: bytes))
  }

  func requestsEnded(on call: ServerCall) { call.finish() }
}
