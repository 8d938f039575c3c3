internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration

/// Requests that change protocol versions.
extension ConfigurationMessages {
  static func readVersion(
    _ bytes: UnsafeRawBufferPointer, _ method: ConfigurationMethod
  ) throws(DecodingFailure<FormError>) -> Reading {
    switch method {
    case .createProtocolVersion:
      try decode(
        bytes, Trialgate__V1__CreateProtocolVersionRequest(),
        trialgate__v1__create_protocol_version_request__init, { $0.base }
      ) { $0.creation($1) }
    case .updateProtocolVersion:
      try decode(
        bytes, Trialgate__V1__UpdateProtocolVersionRequest(),
        trialgate__v1__update_protocol_version_request__init, { $0.base }
      ) { $0.update($1) }
    case .approveProtocolVersion:
      try decode(
        bytes, Trialgate__V1__ApproveProtocolVersionRequest(),
        trialgate__v1__approve_protocol_version_request__init, { $0.base }
      ) {
        .mutation(
          $0.header($1.etag, $1.reason, $1.request_id, $1.validate_only),
          .approveVersion(name: $0.text($1.name)))
      }
    default:
      try decode(
        bytes, Trialgate__V1__SupersedeProtocolVersionRequest(),
        trialgate__v1__supersede_protocol_version_request__init, { $0.base }
      ) {
        .mutation(
          $0.header($1.etag, $1.reason, $1.request_id, $1.validate_only),
          .supersedeVersion(name: $0.text($1.name), by: $0.text($1.superseded_by)))
      }
    }
  }
}

extension FormReader {
  /// What every mutation says.
  func header(
    _ etag: UnsafeMutablePointer<CChar>?, _ reason: UnsafeMutablePointer<CChar>?,
    _ requestID: UnsafeMutablePointer<CChar>?, _ validateOnly: protobuf_c_boolean
  ) -> MutationHeader {
    MutationHeader(
      etag: text(etag), reason: text(reason), requestID: text(requestID),
      validateOnly: validateOnly != 0)
  }

  /// The canonical bytes of a definition, whatever is wrong with its form; nil where there is none.
  mutating func encodedDefinition(
    _ message: UnsafeMutablePointer<Trialgate__V1__ProtocolDefinition>?, _ field: String
  ) -> [UInt8]? {
    guard let message else { return nil }
    _ = within(field) { $0.definition(message.pointee) }
    return WireMessage.encode(UnsafeRawPointer(message))
  }

  fileprivate mutating func creation(
    _ message: Trialgate__V1__CreateProtocolVersionRequest
  ) -> ConfigurationRequest? {
    let header = header(nil, message.reason, message.request_id, message.validate_only)
    let version = message.version?.pointee
    let definition = encodedDefinition(version?.definition, "version.definition")
    let draft = ConfigurationMutation.VersionDraft(
      parent: text(message.parent), id: text(message.version_id), definition: definition,
      baseVersion: text(version?.base_version), notes: text(version?.notes))
    return .mutation(header, .createVersion(draft))
  }

  fileprivate mutating func update(
    _ message: Trialgate__V1__UpdateProtocolVersionRequest
  ) -> ConfigurationRequest? {
    let version = message.version?.pointee
    if version == nil { report("version", "REQUIRED", "give the version with its name and etag") }
    let definition = encodedDefinition(version?.definition, "version.definition")
    return .mutation(
      header(version?.etag, message.reason, message.request_id, message.validate_only),
      .updateVersion(
        name: text(version?.name), definition: definition, notes: text(version?.notes),
        mask: texts(message.update_mask, message.n_update_mask)))
  }
}
