internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
public import RPC

extension EligibilityService {
  /// Answers an encoded `DescribeProtocolRequest` with an encoded `DescribeProtocolResponse` behind the
  /// room that frames it on the wire.
  public func describe(_ bytes: Span<UInt8>) throws(RPCStatus) -> [UInt8] {
    let request: DescriptionRequest
    do throws(MessageError) {
      request = try DescriptionMessages.request(bytes)
    } catch {
      throw RequestFault(error).status
    }
    let configuration = configuration
    let program: CompiledProtocol
    do throws(ConfigurationError) {
      program = try configuration.select(request)
    } catch {
      throw RequestFault(.notFound, error).status
    }
    guard let definition = configuration.definitions[program.digest] else {
      throw RPCStatus(.internal, "the version's definition is not at hand")
    }
    return DescriptionMessages.bytes(
      of: definition, digest: program.digest, language: request.language,
      headroom: ResponseMessage.prefixLength)
  }
}
